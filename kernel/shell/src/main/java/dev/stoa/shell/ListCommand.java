package dev.stoa.shell;

import dev.stoa.run.Catalogue;
import dev.stoa.run.Catalogue.Entry;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.UserException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stoa list}. */
@Command(
    name = "list",
    description = "Lists what is installed, or the runs of this process and below ./runs.")
final class ListCommand implements Callable<Integer> {
  private static final List<String> WHAT = List.of("algorithms", "environments", "devices", "runs");

  private final Invocation call;

  @Parameters(paramLabel = "WHAT", description = "algorithms, environments, devices or runs.")
  String what;

  @Option(names = "--json", description = "One JSON array on standard output.")
  boolean json;

  ListCommand(Invocation call) {
    this.call = call;
  }

  @Override
  public Integer call() {
    switch (what) {
      case "algorithms" -> parts(Kind.ALGORITHM);
      case "environments" -> parts(Kind.ENVIRONMENT);
      case "devices" -> parts(Kind.DEVICE);
      case "runs" -> new RunTable(call, true).show(json);
      default ->
          throw new UserException(
              "there is nothing called " + what + " to list",
              "",
              "Choose one of " + String.join(", ", WHAT));
    }
    return Invocation.OK;
  }

  private void parts(Kind kind) {
    Catalogue catalogue = call.installation().catalogue();
    List<Entry> entries = catalogue.list(kind);
    if (json) {
      call.output().document(entries.stream().map(ListCommand::object).toList());
    } else {
      call.output()
          .table(
              List.of("NAME", "VERSION", "BUNDLE", "DESCRIPTION"),
              entries.stream()
                  .map(e -> List.of(e.name(), e.version(), e.bundle(), e.description()))
                  .toList());
    }
    for (Catalogue.Problem problem : catalogue.problems()) {
      call.output()
          .note("warning: " + problem.bundle() + ": " + problem.what() + ": " + problem.why());
    }
  }

  private static Map<String, Object> object(Entry entry) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("kind", entry.kind().label());
    object.put("name", entry.name());
    object.put("description", entry.description());
    object.put("bundle", entry.bundle());
    object.put("version", entry.version());
    return object;
  }
}
