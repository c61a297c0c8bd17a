package dev.stoa.run;

import java.nio.file.Path;
import java.util.Map;
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
   * Moves it to another device. A run that steps gets its learner prepared there completely at its
   * next swap point, and then goes over; of one that does not step it is seen whether the device
   * opens, and the learner is made there when the run goes on. From then on the device stands in
   * {@code run.yaml}. A move to the device that the run is on does nothing.
   *
   * <p>On any failure the run stays on the device it has, and the stage completes exceptionally
   * with a {@link UserException} that says why.
   *
   * @param device its name
   */
  CompletionStage<RunStatus> move(String device);

  /**
   * Gives its algorithm other values of parameters that are {@link Parameter#changeable}. For a run
   * that steps a new learner is prepared completely from the state at its next swap point, and then
   * takes over; one that does not step has it made when it goes on. From then on the values stand
   * in {@code run.yaml}. Values that it has already change nothing.
   *
   * <p>On any failure the run keeps its parameters, and the stage completes exceptionally with a
   * {@link UserException} that says why.
   *
   * @param values by key, in any accepted spelling
   */
  CompletionStage<RunStatus> set(Map<String, ParameterValue> values);

  /**
   * Makes a second run from this one's state at its next swap point, or from a kept checkpoint;
   * this one goes on undisturbed. From equal states both come to equal bytes.
   *
   * <p>On any failure the stage completes exceptionally with a {@link UserException} that says why.
   */
  CompletionStage<Run> fork(Fork how);

  /**
   * Completes when the run next is in a phase that {@link RunPhase#ended()}: with that status.
   * Never completes exceptionally.
   */
  CompletionStage<RunStatus> ended();
}
