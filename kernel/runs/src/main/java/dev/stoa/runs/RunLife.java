package dev.stoa.runs;

import dev.stoa.run.RunPhase;
import dev.stoa.run.RunStatus;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Where a run stands. Its monitor guards every write below; it is never held while a plugin is
 * called or a disk is written; within it come the locks of leases, registry, vault and inbox. What
 * a step did is committed under the monitor only while its incarnation is still the run's: a
 * disowned step finds another one, and whatever it did is dropped.
 */
final class RunLife {
  final Counters counters = new Counters();
  final Inbox inbox = new Inbox();
  private final Set<Incarnation> overruns = new LinkedHashSet<>();
  private volatile RunPlan plan;
  private volatile RunPhase phase = RunPhase.NEW;
  private volatile String reason = "";
  private volatile Incarnation incarnation;
  private volatile boolean exact = true;
  private volatile long swaps;
  private volatile long budget;
  private CompletableFuture<RunStatus> ended = new CompletableFuture<>();

  private final long stallNanos;

  RunLife(RunPlan plan, long budget, long stallNanos) {
    this.plan = plan;
    this.budget = budget;
    this.stallNanos = stallNanos;
  }

  RunPlan plan() {
    return plan;
  }

  /** The run is another from now on: on another device, or with other parameters. */
  synchronized void replan(RunPlan other) {
    plan = other;
  }

  RunPhase phase() {
    return phase;
  }

  String reason() {
    return reason;
  }

  long budget() {
    return budget;
  }

  Incarnation incarnation() {
    return incarnation;
  }

  boolean isCurrent(Incarnation mine) {
    return mine == incarnation;
  }

  synchronized void incarnation(Incarnation next) {
    incarnation = next;
  }

  synchronized void overrun(Incarnation old) {
    overruns.add(old);
  }

  synchronized void exact(boolean value) {
    exact = value;
  }

  synchronized void swapped() {
    swaps++;
  }

  synchronized CompletableFuture<RunStatus> ended() {
    return ended;
  }

  synchronized void endedAnew() {
    ended = new CompletableFuture<>();
  }

  /** Goes to a phase that the table of {@link RunPhase} allows. */
  synchronized void become(RunPhase next, String why) {
    if (phase != next && !phase.next().contains(next)) {
      throw new IllegalStateException(
          "run " + plan.name() + " cannot go from " + phase + " to " + next);
    }
    phase = next;
    reason = why;
  }

  RunStatus status() {
    RunPlan plan = this.plan;
    Incarnation current = incarnation;
    Map<String, String> parts = new TreeMap<>(current.labels());
    Watchdog.over(current.steps().lasts(), stallNanos)
        .ifPresent(time -> parts.put("stalled", "its step has lasted for " + time));
    synchronized (this) {
      overruns.removeIf(old -> old.thread == null || !old.thread.isAlive());
      if (!overruns.isEmpty()) {
        parts.put("overrun", overruns.size() + " disowned step(s) still inside a stopped part");
      }
    }
    return new RunStatus(
        plan.name(),
        plan.directory(),
        phase,
        reason,
        plan.spec().algorithm(),
        plan.spec().environment(),
        plan.device(),
        plan.seed(),
        counters.steps,
        budget,
        counters.episodes,
        counters.meanReturn,
        exact,
        swaps,
        parts);
  }
}
