package dev.stoa.shell;

import dev.stoa.run.Reproduction;
import dev.stoa.run.Run;
import dev.stoa.run.Runs;
import dev.stoa.run.UserException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stoa reproduce}. */
@Command(
    name = "reproduce",
    sortOptions = false,
    description = {
      "Goes again from a checkpoint and says whether the recorded metrics come out bit for bit.",
      "Exit code 0: equal, 1: different, 2: it could not be told."
    })
final class ReproduceCommand implements Callable<Integer> {
  private static final int EQUAL = 0;
  private static final int DIFFERENT = 1;
  private static final int UNTOLD = 2;

  private final Invocation call;

  @Parameters(
      paramLabel = "RUN|DIR",
      description = "In the shell the name of a run of this process; or a run's directory.")
  Path run;

  @Option(
      names = "--from",
      paramLabel = "CHECKPOINT",
      required = true,
      description = "Step of a kept checkpoint, or the path of a checkpoint folder.")
  String from;

  @Option(
      names = "--to",
      paramLabel = "STEP",
      description = "The last step to compare (default: the end of the recorded metrics).")
  Long to;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where its files go (default runs/RUN-again-NUMBER).")
  Path out;

  @Option(names = "--json", description = "One JSON object on standard output.")
  boolean json;

  ReproduceCommand(Invocation call) {
    this.call = call;
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      Reproduction result = result();
      if (json) {
        call.output().json(object(result));
      } else {
        text(result);
      }
      return result.difference().isEmpty() ? EQUAL : DIFFERENT;
    } catch (UserException mistake) {
      throw mistake;
    } catch (RuntimeException ours) {
      // The code for a failure of ours means here that the metrics differ.
      call.output().note("internal error: " + Causes.line(ours));
      return UNTOLD;
    }
  }

  private Reproduction result() throws InterruptedException {
    Runs runs = call.installation().runs();
    Path place = runs.find(run.toString()).map(Run::directory).orElse(run);
    Reproduction.UnderWay going =
        runs.reproduce(
            place,
            from,
            to == null ? OptionalLong.empty() : OptionalLong.of(to),
            Optional.ofNullable(out));
    call.output().note("going again in " + going.run().directory());
    try {
      return going.outcome().toCompletableFuture().get();
    } catch (InterruptedException left) {
      going.run().stop("the comparison was interrupted");
      throw left;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("the comparison failed", e.getCause());
    }
  }

  private void text(Reproduction result) {
    Output output = call.output();
    String what =
        Output.count(result.lines())
            + " lines of metrics from step "
            + Output.count(result.from())
            + " to "
            + Output.count(result.to());
    if (result.difference().isEmpty()) {
      output.line("equal: " + what);
    } else {
      Reproduction.Difference first = result.difference().get();
      output.line("different: " + what);
      output.line(
          "line "
              + first.line()
              + ", step "
              + Output.count(first.step())
              + ", "
              + first.key()
              + ": recorded "
              + first.recorded()
              + ", now "
              + first.repeated());
    }
    TreeSet<String> names = new TreeSet<>(result.then().keySet());
    names.addAll(result.now().keySet());
    for (String name : names) {
      String then = result.then().getOrDefault(name, "-");
      String now = result.now().getOrDefault(name, "-");
      output.line(name + ": " + then + (then.equals(now) ? "" : " -> " + now));
    }
    output.line("directory: " + result.directory());
  }

  private static Map<String, Object> object(Reproduction result) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("equal", result.difference().isEmpty());
    object.put("lines", result.lines());
    object.put("from", result.from());
    object.put("to", result.to());
    Map<String, Object> difference = new LinkedHashMap<>();
    result
        .difference()
        .ifPresent(
            first -> {
              difference.put("line", first.line());
              difference.put("step", first.step());
              difference.put("key", first.key());
              difference.put("recorded", first.recorded());
              difference.put("repeated", first.repeated());
            });
    object.put("difference", difference.isEmpty() ? null : difference);
    object.put("then", new TreeMap<>(result.then()));
    object.put("now", new TreeMap<>(result.now()));
    object.put("directory", result.directory().toString());
    return object;
  }
}
