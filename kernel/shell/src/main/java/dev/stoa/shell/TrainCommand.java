package dev.stoa.shell;

import dev.stoa.run.Run;
import dev.stoa.run.RunSpec;
import dev.stoa.run.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stoa train}. */
@Command(
    name = "train",
    sortOptions = false,
    description = {
      "Trains an algorithm in an environment.",
      "In the shell it returns at once with the run's name; stoa:watch follows it."
    })
final class TrainCommand implements Callable<Integer> {
  private final Invocation call;

  @Option(
      names = {"-a", "--algorithm", "--algo"},
      paramLabel = "NAME",
      description = "Algorithm, for instance ppo; stoa list algorithms shows them.")
  String algorithm;

  @Option(
      names = {"-e", "--environment", "--env"},
      paramLabel = "NAME",
      description = "Environment, for instance CartPole-v1.")
  String environment;

  @Option(
      names = {"-s", "--seed"},
      paramLabel = "N",
      description = "Every random number follows from it (default 1).")
  Long seed;

  @Option(
      names = {"-n", "--steps"},
      paramLabel = "N",
      description = "Budget in environment transitions, summed over the batch (default 200000).")
  Long steps;

  @Option(
      names = "--schedule-steps",
      paramLabel = "N",
      description = "Transitions over which schedules such as annealing run (default: the budget).")
  Long scheduleSteps;

  @Option(names = "--device", paramLabel = "NAME", description = "Compute device (default auto).")
  String device;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "Sets a parameter of the algorithm; environment.KEY one of the environment.",
        "May be repeated. stoa describe NAME shows what there is."
      })
  List<String> settings = List.of();

  @Option(
      names = {"--config", "--run"},
      paramLabel = "FILE",
      description = "Run file (.yaml, .yml, .properties); options given here override it.")
  Path file;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where its files go (default runs/ALGORITHM-ENVIRONMENT-SEED-NUMBER).")
  Path out;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads (default: processors); changes no bit of the result.")
  Integer threads;

  @Mixin DurabilityOptions durability = new DurabilityOptions();

  @Option(names = "--json", description = "One JSON object per report on standard output.")
  boolean json;

  TrainCommand(Invocation call) {
    this.call = call;
  }

  @Override
  public Integer call() throws InterruptedException {
    RunSpec spec = specification();
    if (call.interactive()) {
      Run run = call.installation().runs().start(spec);
      call.output().line(run.name());
      Announcer.tell(call, run);
      return Invocation.OK;
    }
    try (Follower follower = Follower.listening(call.installation())) {
      Run run = call.installation().runs().start(spec);
      return call.ended(follower.follow(run, Progress.of(call.output(), json)));
    }
  }

  /** The run file, where there is one, with all that the options say over it. */
  RunSpec specification() {
    RunSpec spec = file == null ? RunSpec.of("", "") : call.installation().files().read(file);
    spec = algorithm == null ? spec : spec.algorithm(algorithm);
    spec = environment == null ? spec : spec.environment(environment);
    spec = seed == null ? spec : spec.seed(seed);
    spec = steps == null ? spec : spec.steps(positive(steps, "--steps"));
    spec =
        scheduleSteps == null
            ? spec
            : spec.scheduleSteps(positive(scheduleSteps, "--schedule-steps"));
    spec = device == null ? spec : spec.device(device);
    spec = threads == null ? spec : spec.threads((int) positive(threads, "--threads"));
    spec = spec.durability(durability.over(spec.durability()));
    spec = out == null ? spec : spec.directory(out);
    spec = Settings.apply(spec, settings);
    named(spec.algorithm(), "algorithm", "-a", "ppo");
    named(spec.environment(), "environment", "-e", "CartPole-v1");
    return spec;
  }

  static long positive(long value, String option) {
    if (value < 1) {
      throw new UserException(
          option.substring(2) + " is " + value + ", which must be at least 1", option, "");
    }
    return value;
  }

  private void named(String value, String what, String option, String example) {
    if (value.isEmpty()) {
      throw new UserException(
          "no " + what + " is given",
          file == null ? "" : file.toString(),
          "Name one, for instance " + option + " " + example);
    }
  }
}
