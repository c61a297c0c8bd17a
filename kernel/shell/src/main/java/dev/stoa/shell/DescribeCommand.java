package dev.stoa.shell;

import dev.stoa.run.Catalogue.Description;
import dev.stoa.run.Catalogue.Entry;
import dev.stoa.run.ParameterInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stoa describe}. */
@Command(
    name = "describe",
    description = "Describes an algorithm, environment or device with every parameter.")
final class DescribeCommand implements Callable<Integer> {
  private final Invocation call;

  @Parameters(paramLabel = "NAME", description = "Name of the part.")
  String name;

  @Option(names = "--json", description = "One JSON object on standard output.")
  boolean json;

  DescribeCommand(Invocation call) {
    this.call = call;
  }

  @Override
  public Integer call() {
    Description part = call.installation().catalogue().describe(name);
    if (json) {
      call.output().document(object(part));
    } else {
      text(part);
    }
    return Invocation.OK;
  }

  private void text(Description part) {
    Entry entry = part.entry();
    Output output = call.output();
    output.line(
        entry.kind().label()
            + " "
            + entry.name()
            + " "
            + entry.version()
            + " ("
            + entry.bundle()
            + "): "
            + entry.description());
    new TreeMap<>(part.details()).forEach((key, value) -> output.line("  " + key + ": " + value));
    if (!part.parameters().isEmpty()) {
      output.line("");
      output.table(
          List.of("PARAMETER", "TYPE", "DEFAULT", "RANGE", "CHANGEABLE", "MEANING"),
          part.parameters().stream()
              .map(
                  p ->
                      List.of(
                          p.name(),
                          p.type(),
                          p.defaultValue(),
                          range(p),
                          p.changeable() ? "yes" : "no",
                          p.help()))
              .toList());
    }
  }

  static String range(ParameterInfo parameter) {
    if (!parameter.choices().isEmpty()) {
      return String.join(", ", parameter.choices());
    }
    if (parameter.type().startsWith("boolean")) {
      return "true, false";
    }
    boolean below = parameter.min() == Double.NEGATIVE_INFINITY;
    boolean above = parameter.max() == Double.POSITIVE_INFINITY;
    if (below && above) {
      return "any";
    } else if (above) {
      return "from " + bound(parameter.min());
    } else if (below) {
      return "to " + bound(parameter.max());
    }
    return bound(parameter.min()) + " to " + bound(parameter.max());
  }

  private static String bound(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static Map<String, Object> object(Description part) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("kind", part.entry().kind().label());
    object.put("name", part.entry().name());
    object.put("description", part.entry().description());
    object.put("bundle", part.entry().bundle());
    object.put("version", part.entry().version());
    object.put("details", new TreeMap<>(part.details()));
    object.put("parameters", part.parameters().stream().map(DescribeCommand::parameter).toList());
    return object;
  }

  private static Map<String, Object> parameter(ParameterInfo info) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", info.name());
    object.put("type", info.type());
    object.put("default", info.defaultValue());
    object.put("min", Output.finite(info.min()));
    object.put("max", Output.finite(info.max()));
    object.put("choices", info.choices());
    object.put("help", info.help());
    object.put("changeable", info.changeable());
    return object;
  }
}
