package dev.stoa.shell;

import dev.stoa.run.Run;
import dev.stoa.run.RunStatus;
import dev.stoa.run.UserException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One call of a command.
 *
 * @param installation the process
 * @param output where to write
 * @param interactive whether it was typed in the shell: what takes long then returns at once
 */
record Invocation(Installation installation, Output output, boolean interactive) {
  /** Done. */
  static final int OK = 0;

  /** A failure of ours. */
  static final int INTERNAL = 1;

  /** A mistake of the user, or a fault of a plugin. */
  static final int USER = 2;

  /** Parked by a signal: 128 + SIGINT, as shells have it. */
  static final int PARKED = 130;

  /** The run of that name in this process. */
  Run run(String name) {
    return installation
        .runs()
        .find(name)
        .orElseThrow(
            () ->
                new UserException(
                    "there is no run " + name + " in this process",
                    "",
                    interactive
                        ? "stoa:runs lists them"
                        : "Use it inside the process that runs it: stoa attach [PID]"));
  }

  /** What to do about a run that failed: it goes on from its checkpoint, or has to begin anew. */
  private static String remedy(Path directory) {
    return Files.isDirectory(directory.resolve("checkpoint"))
        ? "Go on after the repair with: stoa resume " + directory
        : "It has no checkpoint: correct "
            + directory.resolve("run.yaml")
            + " and begin anew with: stoa resume "
            + directory;
  }

  /** Shows how a run ended to a person and gives the exit code that tells it to a script. */
  int ended(RunStatus status) {
    String where = "run " + status.name() + " at step " + Output.count(status.steps());
    String reason = status.reason().isEmpty() ? "" : ": " + status.reason();
    switch (status.phase()) {
      case DONE, STOPPED:
        return OK;
      case PARKED:
        output.note(
            where + " is parked" + reason + ". Go on with: stoa resume " + status.directory());
        return PARKED;
      case FAILED:
        output.note(
            where
                + " failed"
                + reason
                + " (log: "
                + status.directory().resolve("stoa.log")
                + "). "
                + remedy(status.directory()));
        return status.internal() ? INTERNAL : USER;
      default:
        output.note(where + " is " + status.phase() + reason);
        return INTERNAL;
    }
  }
}
