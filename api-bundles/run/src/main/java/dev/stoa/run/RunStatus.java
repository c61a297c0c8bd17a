package dev.stoa.run;

import java.nio.file.Path;
import java.util.Map;

/**
 * A run at one moment, as data.
 *
 * @param name unique in the process
 * @param directory where its files lie
 * @param phase the state of its life
 * @param reason why it is in that phase; empty when that needs no reason
 * @param algorithm name
 * @param environment name
 * @param device name, {@code auto} resolved
 * @param seed the seed
 * @param steps transitions taken, summed over the batch
 * @param budget transitions after which it ends
 * @param episodes episodes ended
 * @param meanReturn mean return of the last 100 episodes; NaN before the first
 * @param exact whether any swap leaves the bits unchanged
 * @param swaps parts exchanged so far
 * @param parts each part's {@code name version (bundle)}, by kind
 */
public record RunStatus(
    String name,
    Path directory,
    RunPhase phase,
    String reason,
    String algorithm,
    String environment,
    String device,
    long seed,
    long steps,
    long budget,
    long episodes,
    double meanReturn,
    boolean exact,
    long swaps,
    Map<String, String> parts) {
  /** How {@link #reason} begins when a run failed by a defect of the kernel itself. */
  public static final String INTERNAL = "internal error";

  /** The {@link #reason} of a run that was parked because the kernel stopped. */
  public static final String KERNEL_STOPPED = "the kernel stopped";

  /**
   * Whether the run failed by a defect of the kernel, not by a user's mistake or a plugin's fault.
   */
  public boolean internal() {
    return phase == RunPhase.FAILED && reason.startsWith(INTERNAL);
  }

  /** Takes a copy of the parts. */
  public RunStatus {
    parts = Map.copyOf(parts);
  }
}
