package dev.stoa.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/** Starts and finds runs; implemented by the kernel. */
@ProviderType
public interface Runs {
  /**
   * Resolves the specification against what is installed, creates the run's directory, writes
   * {@code run.yaml} and starts. Returns before the first step.
   *
   * @throws UserException for an unknown name, an ill-typed value, a used directory
   */
  Run start(RunSpec spec);

  /**
   * Takes up a stopped, killed or finished run from its directory, from its last checkpoint.
   *
   * @param more transitions beyond those taken; without it, up to the budget it had
   * @param threads number of threads, where it shall differ from the recorded one
   * @throws UserException for a directory that holds no run, a damaged checkpoint, a run that is
   *     owned by a living process, a finished run without {@code more}
   */
  default Run resume(Path directory, OptionalLong more, OptionalInt threads) {
    return resume(directory, more, threads, UnaryOperator.identity());
  }

  /**
   * As {@link #resume(Path, OptionalLong, OptionalInt)}.
   *
   * @param durability gives what shall hold from now on, from what is recorded
   */
  Run resume(
      Path directory, OptionalLong more, OptionalInt threads, UnaryOperator<Durability> durability);

  /**
   * Makes a second run from a checkpoint of the run in a directory, which is left as it is.
   *
   * @throws UserException for a directory that holds no run, a checkpoint that is not there or
   *     damaged, a used directory, a finished run without {@link Fork#steps}
   */
  Run fork(Path directory, Fork how);

  /**
   * Goes again from a checkpoint of a run, in a directory of its own, to where the recorded metrics
   * end, and compares line by line.
   *
   * @param directory of the run, which is left as it is
   * @param from step of a kept checkpoint, or the path of a checkpoint folder
   * @param to the last step to compare; without it the end of the recorded metrics
   * @param out directory for the files, which must not exist or be empty; without it the next free
   *     number
   * @throws UserException for a directory that holds no run, a checkpoint that is not there or
   *     damaged, when nothing is recorded after it, or when the run was changed on the way
   */
  Reproduction.UnderWay reproduce(Path directory, String from, OptionalLong to, Optional<Path> out);

  /** All runs of this process, oldest first. */
  List<Run> list();

  /** The run of that name. */
  Optional<Run> find(String name);

  /**
   * Plays whole episodes with the policy of a run's last checkpoint, on fresh environments whose
   * streams are apart from those of training.
   *
   * @param episodes at least 1
   * @param stochastic sample actions instead of taking the likeliest
   * @throws UserException as {@link #resume(Path, OptionalLong, OptionalInt)}
   */
  Evaluation evaluate(Path directory, int episodes, boolean stochastic);
}
