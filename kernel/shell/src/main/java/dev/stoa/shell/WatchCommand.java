package dev.stoa.shell;

import dev.stoa.run.Run;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stoa:watch}. */
@Command(
    name = "watch",
    description = "Follows a run of this process until it ends; Ctrl-C leaves, the run goes on.")
final class WatchCommand implements Callable<Integer> {
  private final Invocation call;

  @Parameters(paramLabel = "RUN", description = "Name of the run.")
  String name;

  @Option(names = "--json", description = "One JSON object per report on standard output.")
  boolean json;

  WatchCommand(Invocation call) {
    this.call = call;
  }

  @Override
  public Integer call() {
    Run run = call.run(name);
    call.installation().watched().add(run.name());
    try (Follower follower = Follower.listening(call.installation())) {
      return call.ended(follower.follow(run, Progress.of(call.output(), json)));
    } catch (InterruptedException left) {
      // The user pressed Ctrl-C in the shell; its thread goes on with the next command.
      return Invocation.OK;
    } finally {
      call.installation().watched().remove(run.name());
    }
  }
}
