package dev.stoa.shell;

import dev.stoa.run.Run;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs with their state, step and parts. */
final class RunTable {
  private static final Path FOLDER = Path.of("runs");
  private static final String RUN_FILE = "run.yaml";

  private final Invocation call;
  private final boolean stored;

  /**
   * A table of the runs of this process.
   *
   * @param stored whether runs on disk below {@code ./runs} belong to it too
   */
  RunTable(Invocation call, boolean stored) {
    this.call = call;
    this.stored = stored;
  }

  void show(boolean json) {
    List<RunStatus> living = call.installation().runs().list().stream().map(Run::status).toList();
    Set<Path> shown = new HashSet<>();
    living.forEach(status -> shown.add(status.directory().toAbsolutePath().normalize()));
    List<Path> others = stored ? onDisk(shown) : List.of();
    List<Map<String, Object>> objects = new ArrayList<>();
    living.forEach(status -> objects.add(object(status)));
    others.forEach(folder -> describe(folder, objects));
    if (json) {
      call.output().document(objects);
    } else if (objects.isEmpty()) {
      call.output().line("no runs");
    } else {
      call.output()
          .table(
              List.of("NAME", "STATE", "STEP", "BUDGET", "RETURN", "PARTS"),
              objects.stream().map(RunTable::row).toList());
      living.stream()
          .filter(status -> !status.reason().isEmpty())
          .forEach(status -> call.output().line(status.name() + ": " + status.reason()));
    }
  }

  private static Map<String, Object> object(RunStatus status) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", status.name());
    object.put("state", status.phase().name());
    object.put("reason", status.reason());
    object.put("algorithm", status.algorithm());
    object.put("environment", status.environment());
    object.put("device", status.device());
    object.put("seed", status.seed());
    object.put("step", status.steps());
    object.put("budget", status.budget());
    object.put("episodes", status.episodes());
    object.put("return", Output.finite(status.meanReturn()));
    object.put("swaps", status.swaps());
    object.put("exact", status.exact());
    object.put("parts", new TreeMap<>(status.parts()));
    object.put("directory", status.directory().toString());
    return object;
  }

  private void describe(Path folder, List<Map<String, Object>> into) {
    try {
      RunSpec spec = call.installation().files().read(folder.resolve(RUN_FILE));
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("name", folder.getFileName().toString());
      object.put("state", "on disk");
      object.put("algorithm", spec.algorithm());
      object.put("environment", spec.environment());
      object.put("device", spec.device());
      object.put("seed", spec.seed());
      spec.steps().ifPresent(steps -> object.put("budget", steps));
      object.put("directory", folder.toString());
      into.add(object);
    } catch (UserException unreadable) {
      call.output().note("warning: " + unreadable.line());
    }
  }

  private static List<String> row(Map<String, Object> object) {
    Object parts = object.get("parts");
    String said =
        parts instanceof Map<?, ?> map
            ? map.values().stream().map(RunTable::brief).collect(Collectors.joining(", "))
            : object.get("algorithm")
                + ", "
                + object.get("environment")
                + ", "
                + object.get("device");
    return List.of(
        (String) object.get("name"),
        ((String) object.get("state")).toLowerCase(Locale.ROOT),
        number(object.get("step")),
        number(object.get("budget")),
        object.get("return") instanceof Double value ? Output.reward(value) : "-",
        said);
  }

  /** Name and version without the bundle in brackets: the line shall fit. */
  private static String brief(Object part) {
    return part.toString().replaceFirst(" \\(.*\\)$", "");
  }

  private static String number(Object value) {
    return value instanceof Long number ? Output.count(number) : "-";
  }

  private static List<Path> onDisk(Set<Path> shown) {
    if (!Files.isDirectory(FOLDER)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders
          .filter(folder -> Files.isRegularFile(folder.resolve(RUN_FILE)))
          .filter(folder -> !shown.contains(folder.toAbsolutePath().normalize()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UserException("cannot read the folder: " + e.getMessage(), FOLDER.toString(), "");
    }
  }
}
