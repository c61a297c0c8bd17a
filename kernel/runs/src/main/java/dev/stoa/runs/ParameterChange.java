package dev.stoa.runs;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.environment.Environment;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.Parameters;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunSpec;
import dev.stoa.state.State;
import java.lang.annotation.Annotation;
import java.util.Map;

/**
 * Gives a run's algorithm other values of its changeable parameters: a new learner is made from the
 * state, on the same device and environment, beside the one that steps.
 */
final class ParameterChange extends PreparedChange {
  private final Vault vault;
  private final Bookkeeper books;
  private final PartRegistry registry;
  private final Parameters parameters;

  ParameterChange(
      RunActor actor,
      RunLife life,
      Vault vault,
      RunDirectory files,
      Bookkeeper books,
      Shared shared) {
    super(actor, life, files, shared);
    this.vault = vault;
    this.books = books;
    this.registry = shared.registry();
    this.parameters = shared.parameters();
  }

  @Override
  String stays() {
    return "keeps its parameters";
  }

  @Override
  boolean made(Incarnation mine, Inbox.Change change) {
    // Read once: a part that comes back sets a run that waited running at any moment.
    RunPhase phase = life.phase();
    if (phase == RunPhase.RUNNING) {
      return mine.complete() && whileItSteps(mine, change.values());
    }
    return whileItRests(mine, change.values(), phase);
  }

  private boolean whileItSteps(Incarnation mine, Map<String, ParameterValue> values) {
    long began = System.nanoTime();
    RunPlan before = life.plan();
    ChangeableParameters changeable = new ChangeableParameters(parameters, before.spec());
    RunSpec spec = changeable.with(mine.algorithmService(), values);
    if (spec == before.spec()) {
      return true;
    }
    if (!books.keep(mine)) {
      return false;
    }
    State kept = vault.kept().orElseThrow();
    Tasks.Made next = mine.prepare(spec.parameters(), kept);
    boolean gone = false;
    try {
      // On disk, too: what is repeated after a kill is repeated with the values that took it.
      books.write(mine);
      gone = committed(mine, RunPhase.RUNNING, before.with(spec), () -> true, () -> {});
    } finally {
      if (!gone) {
        mine.drop(next);
      }
    }
    if (!gone) {
      return false;
    }
    mine.goOver(next);
    tell(before.spec(), spec, began);
    return true;
  }

  /** Nothing steps: the learner is made with the new values when the run goes on. */
  private boolean whileItRests(
      Incarnation mine, Map<String, ParameterValue> values, RunPhase phase) {
    long began = System.nanoTime();
    RunPlan before = life.plan();
    RunSpec spec = checked(before.spec(), values);
    if (spec == before.spec()) {
      return true;
    }
    if (!committed(mine, phase, before.with(spec), () -> true, () -> {})) {
      return false;
    }
    mine.release(Kind.ALGORITHM);
    tell(before.spec(), spec, began);
    actor.later(actor::partsChanged);
    return true;
  }

  @SuppressWarnings("unchecked")
  private RunSpec checked(RunSpec spec, Map<String, ParameterValue> values) {
    PartEntry algorithm = registry.require(Kind.ALGORITHM, spec.algorithm(), "");
    PartEntry environment = registry.require(Kind.ENVIRONMENT, spec.environment(), "");
    EnvironmentSpec spaces =
        registry.with(
            environment,
            Environment.class,
            service -> spaces((Environment<Annotation>) service, spec));
    return registry.with(
        algorithm,
        Algorithm.class,
        service -> {
          Algorithm<Annotation> typed = (Algorithm<Annotation>) service;
          ChangeableParameters changeable = new ChangeableParameters(parameters, spec);
          RunSpec changed = changeable.with(typed, values);
          typed.check(spaces, changeable.bound(typed, changed));
          return changed;
        });
  }

  private EnvironmentSpec spaces(Environment<Annotation> service, RunSpec spec) {
    String owner = "environment " + spec.environment();
    return service.spec(parameters.bind(service.parameters(), owner, spec.environmentParameters()));
  }

  private void tell(RunSpec before, RunSpec after, long began) {
    String said =
        "set at step " + life.counters.steps + ": " + ChangeableParameters.changes(before, after);
    actor.info(said);
    double pause = (System.nanoTime() - began) / 1e9;
    actor.publish(RunEvent.Kind.CHANGE, said, Map.of("pause", pause));
  }
}
