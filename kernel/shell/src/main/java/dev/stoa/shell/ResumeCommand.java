package dev.stoa.shell;

import dev.stoa.run.Run;
import dev.stoa.run.Runs;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stoa resume}. */
@Command(
    name = "resume",
    sortOptions = false,
    description = "Goes on with a stopped, killed or finished run from its last checkpoint.")
final class ResumeCommand implements Callable<Integer> {
  private final Invocation call;

  @Parameters(paramLabel = "DIR", description = "Directory of the run; in the shell also its name.")
  Path directory;

  @Option(
      names = {"-n", "--steps"},
      paramLabel = "N",
      description = "Transitions beyond those taken (default: up to the budget it had).")
  Long steps;

  @Option(names = "--threads", paramLabel = "N", description = "Threads; changes no bit.")
  Integer threads;

  @Mixin DurabilityOptions durability = new DurabilityOptions();

  @Option(names = "--json", description = "One JSON object per report on standard output.")
  boolean json;

  ResumeCommand(Invocation call) {
    this.call = call;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (call.interactive()) {
      Run run = resume();
      call.output().line(run.name());
      Announcer.tell(call, run);
      return Invocation.OK;
    }
    try (Follower follower = Follower.listening(call.installation())) {
      return call.ended(follower.follow(resume(), Progress.of(call.output(), json)));
    }
  }

  private Run resume() {
    Runs runs = call.installation().runs();
    Path place = runs.find(directory.toString()).map(Run::directory).orElse(directory);
    OptionalLong more =
        steps == null
            ? OptionalLong.empty()
            : OptionalLong.of(TrainCommand.positive(steps, "--steps"));
    OptionalInt workers =
        threads == null
            ? OptionalInt.empty()
            : OptionalInt.of((int) TrainCommand.positive(threads, "--threads"));
    return runs.resume(place, more, workers, durability::over);
  }
}
