package dev.stoa.shell;

import dev.stoa.run.Evaluation;
import dev.stoa.run.Run;
import dev.stoa.run.Runs;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stoa eval}. */
@Command(
    name = "eval",
    sortOptions = false,
    description = "Plays whole episodes with the policy of a run's last checkpoint.")
final class EvalCommand implements Callable<Integer> {
  private final Invocation call;

  @Parameters(paramLabel = "DIR", description = "Directory of the run; in the shell also its name.")
  Path directory;

  @Option(names = "--episodes", paramLabel = "N", description = "Episodes (default 20).")
  Integer episodes = 20;

  @Option(names = "--stochastic", description = "Sample actions instead of taking the likeliest.")
  boolean stochastic;

  @Option(names = "--json", description = "One JSON object on standard output.")
  boolean json;

  EvalCommand(Invocation call) {
    this.call = call;
  }

  @Override
  public Integer call() {
    int count = (int) TrainCommand.positive(episodes, "--episodes");
    Runs runs = call.installation().runs();
    Path place = runs.find(directory.toString()).map(Run::directory).orElse(directory);
    Evaluation result = runs.evaluate(place, count, stochastic);
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("episodes", result.episodes());
      object.put("mean", Output.finite(result.mean()));
      object.put("standardError", Output.finite(result.standardError()));
      object.put("min", Output.finite(result.min()));
      object.put("max", Output.finite(result.max()));
      object.put("deterministic", result.deterministic());
      call.output().json(object);
    } else {
      call.output()
          .line(
              String.format(
                  Locale.ROOT,
                  "mean return %.2f +- %.2f (standard error), least %.2f, greatest %.2f, %d episodes,"
                      + " %s",
                  result.mean(),
                  result.standardError(),
                  result.min(),
                  result.max(),
                  result.episodes(),
                  result.deterministic() ? "deterministic" : "stochastic"));
    }
    return Invocation.OK;
  }
}
