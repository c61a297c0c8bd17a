package dev.stoa.launcher;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What does not belong on a terminal, stack traces above all, in {@code DATA/log/stoa-PID.log}. The
 * file appears with its first entry; the newest {@value #KEPT} files are kept. May be used from any
 * thread; fails silently, since it is where failures are written to.
 */
final class DetailLog {
  private static final int KEPT = 20;

  private final Path folder;
  private boolean begun;

  DetailLog(Path folder) {
    this.folder = folder;
  }

  /** The file of this process, whether or not it exists yet. */
  Path file() {
    return folder.resolve("stoa-" + ProcessHandle.current().pid() + ".log");
  }

  /** Writes one entry, with the stack trace where there is one. */
  synchronized void write(String line, Throwable failure) {
    StringWriter text = new StringWriter();
    text.append(Instant.now().toString()).append(' ').append(line).append(System.lineSeparator());
    if (failure != null) {
      failure.printStackTrace(new PrintWriter(text, true));
    }
    append(text.toString());
  }

  /** Writes the stacks of all threads. */
  synchronized void writeThreads(String reason) {
    StringBuilder text = new StringBuilder();
    text.append(Instant.now()).append(' ').append(reason).append(System.lineSeparator());
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      Thread thread = entry.getKey();
      text.append('"').append(thread.getName()).append("\" ").append(thread.getState());
      text.append(thread.isDaemon() ? " daemon" : "").append(System.lineSeparator());
      for (StackTraceElement frame : entry.getValue()) {
        text.append("    at ").append(frame).append(System.lineSeparator());
      }
    }
    append(text.toString());
  }

  private void append(String text) {
    try {
      if (!begun) {
        Files.createDirectories(folder);
        removeOldest();
        begun = true;
      }
      Files.writeString(
          file(),
          text,
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      // An unwritable data directory is reported by what needs it; the terminal has the short form.
    }
  }

  private void removeOldest() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files =
          all.filter(file -> file.getFileName().toString().matches("stoa-\\d+\\.log"))
              .sorted(Comparator.comparing((Path file) -> file.toFile().lastModified()).reversed())
              .toList();
    }
    for (Path old : files.subList(Math.min(KEPT - 1, files.size()), files.size())) {
      Files.deleteIfExists(old);
    }
  }
}
