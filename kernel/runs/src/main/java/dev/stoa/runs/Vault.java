package dev.stoa.runs;

import dev.stoa.run.Durability;
import dev.stoa.state.State;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The state that a run keeps: in memory at every exchange, on disk from time to time. Thread-safe.
 */
final class Vault {
  private final Supplier<RunPlan> plan;
  private final RunDirectory files;
  private final LongSupplier nanos;

  /** Guarded by the writing. */
  private final Retention retention;

  /** Whether the checkpoint on disk was written before this process; guarded by the writing. */
  private boolean found;

  private State kept;
  private boolean onDisk;
  private final Object writing = new Object();
  private volatile long writtenSteps;
  private volatile long writtenNanos;

  /**
   * For one run.
   *
   * @param nanos time that passes
   * @param warning told of what could not be kept or removed
   */
  Vault(
      Supplier<RunPlan> plan,
      RunDirectory files,
      Optional<State> from,
      LongSupplier nanos,
      Consumer<String> warning) {
    this.plan = plan;
    this.files = files;
    this.nanos = nanos;
    this.retention = new Retention(files.checkpoints(), warning);
    this.found = from.isPresent();
    this.writtenNanos = nanos.getAsLong();
    files.rewindMetrics(from.map(state -> state.integer("reports")).orElse(0L));
    from.ifPresent(
        state -> {
          kept = state;
          onDisk = true;
          writtenSteps = state.integer("steps");
        });
  }

  synchronized Optional<State> kept() {
    return Optional.ofNullable(kept);
  }

  synchronized void keep(State state) {
    kept = state;
    onDisk = false;
  }

  /**
   * Counts again from the kept state, lines of metrics included; a run without one has taken no
   * step.
   */
  synchronized void rewind(Counters counters) {
    if (kept != null) {
      counters.restore(kept);
      files.rewindMetrics(counters.reports);
    }
  }

  /** Whether the state is to go to disk now, as the run's {@link Durability} says. */
  boolean due(long steps) {
    Durability rule = rule();
    long every = rule.keepEvery();
    return steps - writtenSteps >= rule.checkpointSteps()
        || every > 0 && steps / every > writtenSteps / every
        || nanos.getAsLong() - writtenNanos >= TimeUnit.SECONDS.toNanos(rule.checkpointSeconds());
  }

  private Durability rule() {
    return plan.get().spec().durability();
  }

  /**
   * Writes the kept state to disk unless it is there. One at a time, and always the latest: a
   * disowned step that comes late must not put an older state over a newer one.
   */
  void write(Map<String, String> parts) {
    synchronized (writing) {
      State state;
      synchronized (this) {
        if (kept == null || onDisk) {
          return;
        }
        state = kept;
      }
      write(state, parts);
    }
  }

  private void write(State state, Map<String, String> parts) {
    if (found) {
      // Its process may have died before it came to this.
      retention.written(rule(), files.checkpoint(), writtenSteps);
      found = false;
    }
    files.write(state, Provenance.of(plan.get(), state, parts));
    synchronized (this) {
      onDisk = state == kept;
    }
    writtenSteps = state.integer("steps");
    writtenNanos = nanos.getAsLong();
    retention.written(rule(), files.checkpoint(), writtenSteps);
    retention.prune(rule(), writtenSteps);
  }

  /** The disk refuses: what it last took is what remains, and the run can end. */
  synchronized void giveUpWriting() {
    onDisk = true;
  }
}
