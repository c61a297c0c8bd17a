package dev.stoa.runs;

import dev.stoa.state.State;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The state that a run keeps: in memory at every exchange, on disk from time to time. Thread-safe.
 */
final class Vault {
  private static final long STEPS = 50_000;
  private static final long NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Supplier<RunPlan> plan;
  private final RunDirectory files;
  private State kept;
  private boolean onDisk;
  private final Object writing = new Object();
  private volatile long writtenSteps;
  private volatile long writtenNanos = System.nanoTime();

  Vault(Supplier<RunPlan> plan, RunDirectory files, Optional<State> from) {
    this.plan = plan;
    this.files = files;
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

  boolean due(long steps) {
    return steps - writtenSteps >= STEPS || System.nanoTime() - writtenNanos >= NANOS;
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
    RunPlan run = plan.get();
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("run", run.name());
    provenance.put("algorithm", run.spec().algorithm());
    provenance.put("environment", run.spec().environment());
    provenance.put("device", run.device());
    provenance.put("seed", run.seed());
    provenance.put("steps", state.integer("steps"));
    provenance.put("parts", parts);
    provenance.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    provenance.put("written", Instant.now().toString());
    files.write(state, provenance);
    synchronized (this) {
      onDisk = state == kept;
    }
    writtenSteps = state.integer("steps");
    writtenNanos = System.nanoTime();
  }

  /** The disk refuses: what it last took is what remains, and the run can end. */
  synchronized void giveUpWriting() {
    onDisk = true;
  }
}
