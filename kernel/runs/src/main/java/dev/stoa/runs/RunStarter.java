package dev.stoa.runs;

import dev.stoa.run.Durability;
import dev.stoa.run.Fork;
import dev.stoa.run.Origin;
import dev.stoa.run.RunSpec;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Makes the runs of a process: new ones, those that go on from their directory, and forks. */
final class RunStarter implements RunActor.Forks {
  private static final Path FOLDER = Path.of("runs");

  private final RunResolver resolver;
  private final LivingRuns living;
  private final Shared shared;

  RunStarter(RunResolver resolver, LivingRuns living, Shared shared) {
    this.resolver = resolver;
    this.living = living;
    this.shared = shared;
  }

  /** See {@link dev.stoa.run.Runs#start}. */
  RunActor start(RunSpec spec) {
    RunResolver.check(spec);
    if (spec.origin().isPresent() || !spec.changed().isEmpty()) {
      // The run file of a fork, or of a run that was changed, begun at its beginning.
      RunSpec begun = spec.another().changed(Set.of());
      begun = spec.directory().map(begun::directory).orElse(begun);
      return start(spec.name().map(begun::name).orElse(begun));
    }
    RunResolver.Chosen chosen = resolver.choose(spec, "");
    RunSpec resolved = resolver.resolve(spec, chosen);
    Path directory =
        RunDirectory.create(
            spec.directory().orElse(null),
            FOLDER,
            spec.algorithm() + "-" + spec.environment() + "-" + spec.seed());
    RunDirectory files = RunDirectory.own(directory);
    try {
      Map<String, String> labels = chosen.labels();
      resolver.record(directory, resolved, labels);
      RunActor run = launch(resolved, labels, files, Optional.empty(), OptionalInt.empty());
      if (!chosen.why().isEmpty()) {
        run.info("device " + resolved.device() + ", chosen " + chosen.why());
      }
      chosen.warning().ifPresent(run::warn);
      return run;
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** See {@link dev.stoa.run.Runs#resume}. */
  RunActor resume(
      Path directory,
      OptionalLong more,
      OptionalInt threads,
      UnaryOperator<Durability> durability) {
    Path path = directory.toAbsolutePath().normalize();
    RunResolver.positive("steps", more);
    RunResolver.positive(threads);
    RunSpec recorded = resolver.recorded(path);
    RunSpec spec = recorded.durability(durability.apply(recorded.durability()));
    RunResolver.check(spec.durability());
    RunResolver.Chosen chosen =
        resolver.choose(spec, path.resolve(RunDirectory.RUN_FILE).toString());
    living.retire(path, old -> RunResolver.budget(spec, old.status().steps(), more, path));
    // Owned before it is read: nobody writes to it from here on.
    RunDirectory files = RunDirectory.own(path);
    try {
      Optional<State> state = RunResolver.checkpoint(path);
      long taken = state.map(each -> each.integer("steps")).orElse(0L);
      long budget = RunResolver.budget(spec, taken, more, path);
      RunSpec resumed = spec.steps(budget).device(chosen.device().name);
      Map<String, String> labels = chosen.labels();
      resolver.record(path, resumed, labels);
      RunActor run = launch(resumed, labels, files, state, threads);
      if (spec.scheduleSteps().isPresent() && budget > spec.scheduleSteps().getAsLong()) {
        run.warn(
            "the run goes beyond its schedules, which end at step "
                + spec.scheduleSteps().getAsLong()
                + ": what is annealed stays at its last value");
      }
      return run;
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  @Override
  public RunActor fork(Path directory, Fork how) {
    Path path = directory.toAbsolutePath().normalize();
    RunSpec now = resolver.recorded(path);
    Path checkpoint = RunResolver.place(path, how.from());
    RunSpec spec = how.from().isPresent() ? Provenance.then(now, checkpoint) : now;
    return fork(spec, RunResolver.state(checkpoint), path, how);
  }

  @Override
  public RunActor fork(TakenState taken, Fork how) {
    RunPlan plan = taken.plan();
    return fork(plan.spec().steps(taken.budget()), taken.state(), plan.directory(), how);
  }

  private RunActor fork(RunSpec spec, State state, Path source, Fork how) {
    RunResolver.positive("steps", how.steps());
    long budget = RunResolver.budget(spec, state.integer("steps"), how.steps(), source);
    String stem = source.getFileName() + "-fork";
    return branch(spec.steps(budget), state, source, how.directory(), how.name(), stem);
  }

  /**
   * A second run from the state of a first. Its files are written before it is called a run, by
   * run.yaml: a kill leaves none by halves.
   *
   * @param spec with its budget
   * @param source directory of the first run
   * @param stem of the name of its directory where none is given
   */
  RunActor branch(
      RunSpec spec,
      State state,
      Path source,
      Optional<Path> out,
      Optional<String> name,
      String stem) {
    RunResolver.Chosen chosen =
        resolver.choose(spec, source.resolve(RunDirectory.RUN_FILE).toString());
    Map<String, String> labels = chosen.labels();
    long taken = state.integer("steps");
    RunSpec plain = spec.another().origin(new Origin(source.toString(), taken));
    RunSpec forked = name.map(plain::name).orElse(plain);
    Path directory = RunDirectory.create(out.orElse(null), FOLDER, stem);
    RunDirectory.copyMetrics(source, state.integer("reports"), directory);
    RunDirectory files = RunDirectory.own(directory);
    try {
      RunPlan plan = plan(forked, labels, files, OptionalInt.empty(), name(forked, files));
      files.write(state, Provenance.of(plan, state, labels));
      resolver.record(directory, forked, labels);
      RunActor run = launch(forked, labels, files, Optional.of(state), OptionalInt.empty());
      run.info("forked from " + source + " at step " + taken);
      return run;
    } catch (StateException e) {
      files.close();
      throw new UserException(e.getMessage(), "", "");
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private static RunPlan plan(
      RunSpec spec,
      Map<String, String> labels,
      RunDirectory files,
      OptionalInt threads,
      String name) {
    return new RunPlan(
        name,
        files.path(),
        spec,
        spec.device(),
        spec.seed(),
        threads.orElse(spec.threads().orElse(Runtime.getRuntime().availableProcessors())),
        spec.scheduleSteps().orElse(RunSpec.DEFAULT_STEPS),
        labels);
  }

  private static String name(RunSpec spec, RunDirectory files) {
    return spec.name().orElse(files.path().getFileName().toString());
  }

  private RunActor launch(
      RunSpec spec,
      Map<String, String> labels,
      RunDirectory files,
      Optional<State> from,
      OptionalInt threads) {
    RunActor actor =
        living.add(
            name(spec, files),
            name ->
                new RunActor(
                    plan(spec, labels, files, threads, name),
                    spec.steps().orElse(RunSpec.DEFAULT_STEPS),
                    from,
                    files,
                    shared,
                    this));
    actor.begin();
    return actor;
  }
}
