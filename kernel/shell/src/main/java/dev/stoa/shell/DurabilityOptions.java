package dev.stoa.shell;

import dev.stoa.run.Durability;
import dev.stoa.run.UserException;
import picocli.CommandLine.Option;

/** Options that say when a run's state goes to disk and what stays there. */
final class DurabilityOptions {
  @Option(
      names = "--checkpoint-steps",
      paramLabel = "N",
      description = "Transitions between checkpoints (default 50000).")
  Long steps;

  @Option(
      names = "--checkpoint-seconds",
      paramLabel = "N",
      description = "Seconds between checkpoints (default 30); whichever comes first.")
  Long seconds;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description = "Checkpoints that stay besides the latest, in DIR/checkpoints (default 0).")
  Long keep;

  @Option(
      names = "--keep-every",
      paramLabel = "N",
      description = "Writes one at every multiple of N transitions, which stays (default 0: none).")
  Long keepEvery;

  /** What was there before, with what the options say over it. */
  Durability over(Durability before) {
    Durability after = before;
    if (steps != null) {
      after = after.withCheckpointSteps(TrainCommand.positive(steps, "--checkpoint-steps"));
    }
    if (seconds != null) {
      after = after.withCheckpointSeconds(TrainCommand.positive(seconds, "--checkpoint-seconds"));
    }
    if (keep != null) {
      after = after.withKeep(count(keep, "--keep"));
    }
    return keepEvery == null ? after : after.withKeepEvery(count(keepEvery, "--keep-every"));
  }

  private static long count(long value, String option) {
    if (value < 0) {
      throw new UserException(
          option.substring(2) + " is " + value + ", which must be at least 0", option, "");
    }
    return value;
  }
}
