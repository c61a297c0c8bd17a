package dev.stoa.runs;

import dev.stoa.run.Episode;
import dev.stoa.run.RunEvent;
import dev.stoa.run.StepReport;
import dev.stoa.state.State;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run's thread writes down: counts and metrics after every step, the state when it is to be
 * kept. Nothing is written down for an incarnation that is not the run's any more.
 */
final class Bookkeeper {
  private final RunActor actor;
  private final RunLife life;
  private final Vault vault;
  private final RunDirectory files;

  Bookkeeper(RunActor actor, RunLife life, Vault vault, RunDirectory files) {
    this.actor = actor;
    this.life = life;
    this.vault = vault;
    this.files = files;
  }

  /** Counts what a step did; false when the step was disowned meanwhile. */
  boolean commit(Incarnation mine, StepReport report) {
    Counters counters = life.counters;
    synchronized (life) {
      if (!life.isCurrent(mine)) {
        return false;
      }
      counters.steps += report.transitions();
      if (report.episodes().isEmpty() && report.metrics().isEmpty()) {
        return true;
      }
      for (Episode episode : report.episodes()) {
        counters.episode(episode);
        actor.listeners().episode(actor, episode);
      }
      if (!report.metrics().isEmpty()) {
        Map<String, Double> values = new TreeMap<>(report.metrics());
        values.put("length", counters.meanLength());
        RunPlan plan = life.plan();
        files.metrics(
            counters.steps,
            counters.episodes,
            counters.meanReturn,
            plan.device(),
            ChangeableParameters.set(plan.spec()),
            values);
        counters.reports++;
        actor.publish(RunEvent.Kind.REPORT, "", values);
      }
    }
    files.flush();
    return true;
  }

  /** Keeps the present state in memory, if this incarnation is still the run's. */
  boolean keep(Incarnation mine) {
    State state = takeState(mine);
    synchronized (life) {
      if (!life.isCurrent(mine)) {
        return false;
      }
      vault.keep(state);
      return true;
    }
  }

  /** Writes the state; false when the incarnation was disowned meanwhile. */
  boolean checkpoint(Incarnation mine) {
    if (mine.complete() && !keep(mine)) {
      return false;
    }
    write(mine);
    return true;
  }

  /** Writes the state that is kept. */
  void write(Incarnation mine) {
    vault.write(mine.labels());
    actor.publish(RunEvent.Kind.CHECKPOINT, "", Map.of());
  }

  private State takeState(Incarnation mine) {
    State.Builder run = State.of(RunResolver.RUN_STATE);
    life.counters.save(run);
    run.text("fingerprint", mine.fingerprint());
    mine.save(run);
    return run.build();
  }
}
