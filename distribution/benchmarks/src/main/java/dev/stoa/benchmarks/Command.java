package dev.stoa.benchmarks;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Other processes, on one core where {@code taskset} is there. */
final class Command {
  /** Meant for the old OpenBLAS under ND4J: a newer one works better without. */
  /** When methods are compiled, as bin/stoa says it. */
  private static final List<String> SCALINGS =
      List.of(
          "dev.stoa.device.compiler.loops.Vector*::*,0.1",
          "dev.stoa.device.compiler.RegisterTiles::*,0.3",
          "dev.stoa.device.compiler.EachTiles::*,0.3",
          "dev.stoa.device.compiler.loops.PlainKernel*::*,0.1",
          "dev.stoa.device.compiler.PlainTiles::*,0.1",
          "jdk.incubator.vector.*::*,3.0");

  private static final List<String> REMOVED = List.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE");

  private static final List<String> ONE_THREAD =
      List.of("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS");

  private static final String VECTORS = "jdk.incubator.vector";

  private Command() {}

  /** The core, or a word why there is none. */
  static String core() {
    if (find("taskset").isEmpty()) {
      return "not pinned: no taskset here";
    }
    return "core " + number();
  }

  private static String number() {
    return Setting.of("core", String.valueOf(Runtime.getRuntime().availableProcessors() - 1));
  }

  private static List<Path> find(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .toList();
  }

  /** A class of the suite in a virtual machine of its own; its exit status. */
  static int java(Class<?> main, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (ModuleFinder.ofSystem().find(VECTORS).isPresent()) {
      command.add("--add-modules=" + VECTORS);
      // As bin/stoa starts the virtual machine.
      command.add("-XX:+UseSerialGC");
      command.add("-XX:CompileCommand=quiet");
      SCALINGS.forEach(
          scaling -> command.add("-XX:CompileCommand=CompileThresholdScaling," + scaling));
    }
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith(Setting.PREFIX))
        .sorted()
        .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(Arrays.asList(arguments));
    return run(pinned(command), List.of());
  }

  /** A program of a peer; its exit status. */
  static int peer(boolean pinned, List<String> command) throws IOException, InterruptedException {
    return run(pinned ? pinned(command) : command, REMOVED);
  }

  private static List<String> pinned(List<String> command) {
    List<String> whole = new ArrayList<>();
    if (!find("taskset").isEmpty()) {
      whole.addAll(List.of("taskset", "-c", number()));
    }
    whole.addAll(command);
    return whole;
  }

  private static int run(List<String> command, List<String> without)
      throws IOException, InterruptedException {
    ProcessBuilder process = new ProcessBuilder(command).inheritIO();
    without.forEach(process.environment()::remove);
    ONE_THREAD.forEach(name -> process.environment().put(name, "1"));
    return process.start().waitFor();
  }
}
