package dev.stoa.run;

import java.util.function.IntConsumer;
import org.osgi.annotation.versioning.ProviderType;

/** What a part of a run may ask of the run. Given by the kernel; used on the run's thread only. */
@ProviderType
public interface RunContext {
  /** Name of the run, for messages. */
  String run();

  /** The seed: the key of every random stream of the run. */
  long seed();

  /** Number of transitions over which schedules such as annealing run. */
  long scheduleSteps();

  /** Number of threads the run may use; no result may depend on it. */
  int threads();

  /**
   * Runs the pieces 0 to {@code count - 1} on the run's threads and returns when all have ended;
   * the calling thread helps. Pieces must write to disjoint places. The only way a plugin gets
   * threads.
   *
   * @throws RuntimeException the first failure of a piece, after all have ended
   */
  void parallel(int count, IntConsumer piece);

  /** Whether a part is leaving and a long step should return early, keeping its partial work. */
  boolean yieldRequested();

  /** Writes a line to the run's log. */
  void info(String message);

  /** Writes a warning to the run's log and to standard error. */
  void warn(String message);
}
