package dev.stoa.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Where and what was measured, in a sentence. */
final class Machine {
  private Machine() {}

  static String describe() throws IOException, InterruptedException {
    return String.join(
        ", ",
        "Version " + Setting.of("version", "unknown") + ", commit " + commit(),
        LocalDate.now(ZoneOffset.UTC).toString(),
        processor() + " (" + Runtime.getRuntime().availableProcessors() + " cores)",
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        Command.core() + ".");
  }

  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      for (String line : Files.readAllLines(info)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return "processor unknown";
  }

  private static String commit() throws InterruptedException {
    String head = git("rev-parse", "--short=10", "HEAD");
    if (head.isEmpty()) {
      return "unknown";
    }
    return git("status", "--porcelain").isEmpty() ? head : head + " with changes";
  }

  private static String git(String... arguments) throws InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String out =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? out : "";
    } catch (IOException e) {
      return "";
    }
  }
}
