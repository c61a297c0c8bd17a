package dev.stoa.shell;

import dev.stoa.run.Run;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunStatus;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** A change asked of a run of this process: waits until its own thread has made it. */
abstract class ChangeCommand implements Callable<Integer> {
  private final Invocation call;

  @Parameters(index = "0", paramLabel = "RUN", description = "Name of the run.")
  String name;

  private ChangeCommand(Invocation call) {
    this.call = call;
  }

  abstract CompletionStage<RunStatus> ask(Run run);

  /** What is said of the run when the change is made. */
  String said(RunStatus status) {
    return "is " + phase(status);
  }

  static String phase(RunStatus status) {
    return status.phase().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Integer call() throws InterruptedException {
    Run run = call.run(name);
    RunStatus status = Answers.await(run, ask(run));
    call.output()
        .line(
            status.name()
                + " "
                + said(status)
                + " at step "
                + Output.count(status.steps())
                + (status.reason().isEmpty() ? "" : ": " + status.reason()));
    return Invocation.OK;
  }

  /** {@code stoa:park}. */
  @Command(
      name = "park",
      aliases = "pause",
      description = "Sets a run aside; its state is on disk, stoa:resume goes on.")
  static final class Park extends ChangeCommand {
    Park(Invocation call) {
      super(call);
    }

    @Override
    CompletionStage<RunStatus> ask(Run run) {
      return run.park("by the user");
    }
  }

  /** {@code stoa:stop}. */
  @Command(name = "stop", description = "Ends a run before its budget; its state is on disk.")
  static final class Stop extends ChangeCommand {
    Stop(Invocation call) {
      super(call);
    }

    @Override
    CompletionStage<RunStatus> ask(Run run) {
      return run.stop("by the user");
    }
  }

  /** {@code stoa:checkpoint}. */
  @Command(name = "checkpoint", description = "Writes a run's state now; the run goes on.")
  static final class Checkpoint extends ChangeCommand {
    Checkpoint(Invocation call) {
      super(call);
    }

    @Override
    CompletionStage<RunStatus> ask(Run run) {
      return run.checkpoint();
    }

    @Override
    String said(RunStatus status) {
      return "has a checkpoint";
    }
  }

  /** {@code stoa:move}. */
  @Command(
      name = "move",
      description = {
        "Moves a run to another device at its next step; stoa:list devices shows them.",
        "Where that fails it goes on where it is."
      })
  static final class Move extends ChangeCommand {
    @Parameters(index = "1", paramLabel = "DEVICE", description = "Name of the device.")
    String device;

    private boolean already;

    Move(Invocation call) {
      super(call);
    }

    @Override
    CompletionStage<RunStatus> ask(Run run) {
      already = run.status().device().equals(device);
      return run.move(device);
    }

    @Override
    String said(RunStatus status) {
      String phase = status.phase() == RunPhase.RUNNING ? "" : ", " + phase(status);
      return (already ? "is on " + device + " already" : "moved to " + device) + phase;
    }
  }
}
