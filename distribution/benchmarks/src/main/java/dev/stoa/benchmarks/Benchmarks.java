package dev.stoa.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The whole suite: each part in a process of its own, pinned to one core, devices and peers one
 * after the other; then the table, printed and written as {@code benchmarks.md}.
 */
public final class Benchmarks {
  private static final List<String> PARTS =
      List.of(
          "updates", "inference", "collection", "transformer", "products", "new-graph", "training");

  private static final int FRESH_MACHINES = 5;

  private final List<String> devices = new ArrayList<>();
  private final List<String> left = new ArrayList<>();

  private Benchmarks() {}

  /** No arguments; see {@code pom.xml} for the properties. */
  public static void main(String... arguments) throws IOException, InterruptedException {
    new Benchmarks().all();
  }

  private void all() throws IOException, InterruptedException {
    Results.clear();
    // Before it takes its time: a commit made meanwhile is not what is measured.
    String machine = Machine.describe();
    for (String device : Devices.NAMES) {
      String absence = Devices.absence(device);
      if (absence.isEmpty()) {
        devices.add(device);
      } else {
        left.add(device + ": " + absence);
      }
    }
    List<String> wanted = List.of(Setting.of("only", String.join(",", PARTS)).split(","));
    for (String part : wanted) {
      if (!PARTS.contains(part)) {
        throw new IllegalArgumentException("no part " + part + " among " + PARTS);
      }
      part(part);
    }
    if (Boolean.parseBoolean(Setting.of("peers", "true"))) {
      left.addAll(Peers.run());
    } else {
      left.add("peers: not asked for");
    }
    String table = new Table(machine, Results.read(), left).markdown();
    Path file = Setting.folder().resolve("benchmarks.md");
    Files.createDirectories(file.getParent());
    Files.writeString(file, table);
    System.out.println(table);
    System.out.println("written to " + file);
  }

  private void part(String part) throws IOException, InterruptedException {
    switch (part) {
      case "updates" -> jmh(part, UpdateBenchmark.class, 500, devices);
      case "inference" -> jmh(part, InferenceBenchmark.class, 500, devices);
      case "transformer" -> jmh(part, TransformerBenchmark.class, 500, devices);
      case "products" -> {
        List<String> all = new ArrayList<>(devices);
        if (devices.contains("cpu-nd4j")) {
          all.add(ProductBenchmark.OPENBLAS);
        }
        jmh(part, ProductBenchmark.class, 300, all);
      }
      case "collection" -> each(Collection.class);
      case "new-graph" -> {
        for (int i = 1; i <= FRESH_MACHINES; i++) {
          each(NewGraph.class, String.valueOf(i));
        }
      }
      default -> each(Training.class);
    }
  }

  private void jmh(String part, Class<?> benchmark, int milliseconds, List<String> on)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of(part, benchmark.getSimpleName(), String.valueOf(milliseconds)));
    arguments.addAll(on);
    run(JmhRun.class, arguments);
  }

  private void each(Class<?> main, String... more) throws IOException, InterruptedException {
    for (String device : devices) {
      List<String> arguments = new ArrayList<>(List.of(device));
      arguments.addAll(List.of(more));
      run(main, arguments);
    }
  }

  private void run(Class<?> main, List<String> arguments) throws IOException, InterruptedException {
    System.out.println(main.getSimpleName() + " " + String.join(" ", arguments));
    if (Command.java(main, arguments.toArray(new String[0])) != 0) {
      left.add(main.getSimpleName() + " " + String.join(" ", arguments) + ": failed, see above");
    }
  }
}
