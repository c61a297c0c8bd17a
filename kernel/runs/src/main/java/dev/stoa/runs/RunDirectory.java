package dev.stoa.runs;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.stoa.run.UserException;
import dev.stoa.state.CheckpointFiles;
import dev.stoa.state.State;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The files of one run, owned by one process at a time. Thread-safe. */
final class RunDirectory implements AutoCloseable {
  static final String RUN_FILE = "run.yaml";
  private static final String METRICS = "metrics.jsonl";
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private final Path path;
  private final FileChannel lockChannel;
  private final FileLock lock;
  private final RandomAccessFile metrics;
  private final StringBuilder pending = new StringBuilder();

  private RunDirectory(Path path, FileChannel lockChannel, FileLock lock) throws IOException {
    this.path = path;
    this.lockChannel = lockChannel;
    this.lock = lock;
    this.metrics = new RandomAccessFile(path.resolve(METRICS).toFile(), "rw");
    this.metrics.seek(this.metrics.length());
  }

  /**
   * Makes the directory: the given one, which must not exist or be empty, or the next free number.
   */
  static Path create(Path given, Path parent, String stem) {
    try {
      if (given != null) {
        Path target = given.toAbsolutePath().normalize();
        if (Files.exists(target)) {
          if (!Files.isDirectory(target)) {
            throw new UserException(
                "the run's directory is a file", target.toString(), "Give another --out");
          }
          try (var entries = Files.list(target)) {
            if (entries.findAny().isPresent()) {
              throw new UserException(
                  "the run's directory is not empty",
                  target.toString(),
                  "A run is never overwritten: give another --out, or continue it with resume");
            }
          }
        }
        return Files.createDirectories(target);
      }
      Path runs = Files.createDirectories(parent.toAbsolutePath().normalize());
      for (int number = 1; ; number++) {
        try {
          return Files.createDirectory(runs.resolve(stem + "-" + number));
        } catch (FileAlreadyExistsException e) {
          // Another run has this number: the next one is tried. Creation is atomic, so no two share
          // it.
          continue;
        }
      }
    } catch (IOException e) {
      throw new UserException(
          "cannot make the run's directory: " + Texts.chain(e),
          String.valueOf(given == null ? parent : given),
          "Give a place that can be written with --out");
    }
  }

  /** Takes ownership of an existing directory. */
  static RunDirectory own(Path path) {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        lock = null;
      }
      if (lock == null) {
        channel.close();
        throw new UserException(
            "the run is owned by a living process",
            path.toString(),
            "Stop it there first, or attach to it");
      }
      return new RunDirectory(path, channel, lock);
    } catch (IOException e) {
      throw new UserException(
          "cannot take the run's directory: " + Texts.chain(e), path.toString(), "");
    }
  }

  Path path() {
    return path;
  }

  Path checkpoint() {
    return path.resolve("checkpoint");
  }

  /**
   * Adds one line of metrics; NaN and infinity are written as null, which JSON has no number for.
   */
  synchronized void metrics(
      long steps, long episodes, double meanReturn, Map<String, Double> values) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", steps);
    line.put("episodes", episodes);
    line.put("return", finite(meanReturn));
    new TreeMap<>(values).forEach((name, value) -> line.put(name, finite(value)));
    pending.append(GSON.toJson(line)).append('\n');
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** Hands the collected lines to the operating system. */
  synchronized void flush() {
    if (pending.length() == 0) {
      return;
    }
    try {
      metrics.write(pending.toString().getBytes(StandardCharsets.UTF_8));
      pending.setLength(0);
    } catch (IOException e) {
      throw new UserException("cannot write metrics: " + Texts.chain(e), path + "/" + METRICS, "");
    }
  }

  /** Cuts the metrics back to so many lines. */
  synchronized void cutMetrics(long lines) {
    try {
      flush();
      Path file = path.resolve(METRICS);
      byte[] content = Files.readAllBytes(file);
      int end = 0;
      for (long seen = 0; seen < lines && end < content.length; end++) {
        if (content[end] == '\n') {
          seen++;
        }
      }
      metrics.setLength(end);
      metrics.seek(end);
    } catch (IOException e) {
      throw new UserException("cannot cut metrics: " + Texts.chain(e), path + "/" + METRICS, "");
    }
  }

  /** Makes metrics and state durable, the metrics first. */
  synchronized void write(State state, Map<String, Object> provenance) {
    flush();
    try {
      metrics.getFD().sync();
    } catch (IOException e) {
      throw new UserException("cannot write metrics: " + Texts.chain(e), path + "/" + METRICS, "");
    }
    CheckpointFiles.write(checkpoint(), state, provenance);
  }

  /** Adds a line to the run's log. A log that cannot be written never fails a run. */
  void log(String level, String message) {
    String line = Instant.now() + " " + level + " " + message + System.lineSeparator();
    // Not a channel: an interrupt of the run's thread must not close the log.
    try (OutputStream log = new FileOutputStream(path.resolve("stoa.log").toFile(), true)) {
      log.write(line.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      System.err.println("stoa: warning: cannot write " + path.resolve("stoa.log") + ": " + e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      flush();
      metrics.close();
      lock.release();
      lockChannel.close();
    } catch (IOException e) {
      throw new UserException(
          "cannot close the run's files: " + Texts.chain(e), path.toString(), "");
    }
  }
}
