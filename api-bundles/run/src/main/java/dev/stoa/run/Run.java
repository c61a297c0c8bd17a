package dev.stoa.run;

import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A run. All methods may be called from any thread and return at once; changes are queued and
 * executed by the run's own thread at its next swap point.
 */
@ProviderType
public interface Run {
  /** Unique in the process. */
  String name();

  /** Where its files lie. */
  Path directory();

  /** How it stands. */
  RunStatus status();

  /** Ends it before its budget; the state is written. */
  CompletionStage<RunStatus> stop(String reason);

  /** Sets it aside; the state is written. */
  CompletionStage<RunStatus> park(String reason);

  /** Goes on with a parked, failed, stopped or finished run. */
  CompletionStage<RunStatus> resume();

  /** Writes the state now and goes on. */
  CompletionStage<RunStatus> checkpoint();

  /**
   * Completes when the run next is in a phase that {@link RunPhase#ended()}: with that status.
   * Never completes exceptionally.
   */
  CompletionStage<RunStatus> ended();
}
