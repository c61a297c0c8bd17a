package dev.stoa.shell;

import dev.stoa.run.Fork;
import dev.stoa.run.Run;
import dev.stoa.run.Runs;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stoa fork}. */
@Command(
    name = "fork",
    sortOptions = false,
    description = {
      "Makes a second run from a run's state; the first goes on undisturbed.",
      "Of a directory it takes the last checkpoint, or with --from a kept one."
    })
final class ForkCommand implements Callable<Integer> {
  private final Invocation call;

  @Parameters(
      paramLabel = "RUN|DIR",
      description = "In the shell the name of a run of this process; or a run's directory.")
  Path run;

  @Option(
      names = "--from",
      paramLabel = "STEP",
      description = "Step of a kept checkpoint to begin from (default: the state of now).")
  Long from;

  @Option(
      names = {"-n", "--steps"},
      paramLabel = "N",
      description = "Transitions beyond those taken (default: up to the budget of the first).")
  Long steps;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where its files go (default runs/RUN-fork-NUMBER).")
  Path out;

  @Option(names = "--name", paramLabel = "NAME", description = "Its name (default: of its DIR).")
  String name;

  @Option(names = "--json", description = "One JSON object per report on standard output.")
  boolean json;

  ForkCommand(Invocation call) {
    this.call = call;
  }

  @Override
  public Integer call() throws InterruptedException {
    Fork how = how();
    if (call.interactive()) {
      Run made = fork(how);
      call.output().line(made.name());
      Announcer.tell(call, made);
      return Invocation.OK;
    }
    try (Follower follower = Follower.listening(call.installation())) {
      return call.ended(follower.follow(fork(how), Progress.of(call.output(), json)));
    }
  }

  private Fork how() {
    Fork how = Fork.PLAIN;
    how = from == null ? how : how.from(from);
    how = steps == null ? how : how.steps(TrainCommand.positive(steps, "--steps"));
    how = out == null ? how : how.directory(out);
    return name == null ? how : how.name(name);
  }

  private Run fork(Fork how) throws InterruptedException {
    Runs runs = call.installation().runs();
    Path place = run.toAbsolutePath().normalize();
    Optional<Run> living =
        runs.find(run.toString())
            .or(
                () ->
                    runs.list().stream()
                        .filter(each -> each.directory().equals(place))
                        .findFirst());
    return living.isPresent()
        ? Answers.await(living.get(), living.get().fork(how))
        : runs.fork(run, how);
  }
}
