package dev.stoa.runs;

import dev.stoa.run.UserException;
import dev.stoa.state.CheckpointFiles;
import dev.stoa.state.State;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;

/** The files of one run, owned by one process at a time. Thread-safe. */
final class RunDirectory implements AutoCloseable {
  static final String RUN_FILE = "run.yaml";
  private static final String FREE_THE_DISK =
      "Make room or the folder writable, then resume the run";

  private final Path path;
  private final FileChannel lockChannel;
  private final FileLock lock;
  private final MetricsFile metrics;

  private RunDirectory(Path path, FileChannel lockChannel, FileLock lock) throws IOException {
    this.path = path;
    this.lockChannel = lockChannel;
    this.lock = lock;
    this.metrics = new MetricsFile(path.resolve(MetricsFile.NAME));
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
    try {
      FileChannel channel =
          FileChannel.open(
              path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        return new RunDirectory(path, channel, lock(channel, path));
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UserException(
          "cannot take the run's directory: " + Texts.chain(e),
          path.toString(),
          "It must be there and writable");
    }
  }

  private static FileLock lock(FileChannel channel, Path path) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      throw owned(path);
    }
    throw owned(path);
  }

  private static UserException owned(Path path) {
    return new UserException(
        "the run is owned by a living process",
        path.toString(),
        "Stop it there first, or attach to it");
  }

  /** Copies the first so many lines of a run's metrics into a directory that nobody owns yet. */
  static void copyMetrics(Path from, long lines, Path to) {
    try {
      MetricsFile.copy(from.resolve(MetricsFile.NAME), lines, to.resolve(MetricsFile.NAME));
    } catch (IOException e) {
      throw new UserException("cannot copy metrics: " + Texts.chain(e), to.toString(), "");
    }
  }

  Path path() {
    return path;
  }

  Path checkpoint() {
    return path.resolve("checkpoint");
  }

  /** Where older checkpoints stay. */
  Path checkpoints() {
    return checkpoints(path);
  }

  /** Where older checkpoints of the run in a directory stay. */
  static Path checkpoints(Path directory) {
    return directory.resolve("checkpoints");
  }

  /** Collects one line of metrics, without touching the disk; see {@link MetricsFile#add}. */
  void metrics(
      long steps,
      long episodes,
      double meanReturn,
      String device,
      String set,
      Map<String, Double> values) {
    metrics.add(steps, episodes, meanReturn, device, set, values);
  }

  /** Forgets all lines of metrics but the first so many, without touching the disk. */
  void rewindMetrics(long lines) {
    metrics.rewind(lines);
  }

  /** Hands the collected lines to the operating system. */
  synchronized void flush() {
    try {
      metrics.flush();
    } catch (IOException e) {
      throw unwritten(e);
    }
  }

  private UserException unwritten(IOException e) {
    return new UserException(
        "cannot write metrics: " + Texts.chain(e), path + "/" + MetricsFile.NAME, FREE_THE_DISK);
  }

  /** Makes metrics and state durable, the metrics first. */
  synchronized void write(State state, Map<String, Object> provenance) {
    flush();
    try {
      metrics.force();
    } catch (IOException e) {
      throw unwritten(e);
    }
    CheckpointFiles.write(checkpoint(), state, provenance);
  }

  /**
   * Does work that writes into the directory; it is not closed meanwhile.
   *
   * @throws UserException when it has been closed: it may be another's
   */
  synchronized void whileOwned(Runnable work) {
    if (!lockChannel.isOpen()) {
      throw new UserException(
          "the run was given up by this process", path.toString(), "Continue it with resume DIR");
    }
    work.run();
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

  /** Lets the directory go. Closing twice does no harm. */
  @Override
  public synchronized void close() {
    if (!lockChannel.isOpen()) {
      return;
    }
    // The last resource closes first: the lock goes when the metrics are closed, failure or not.
    try (FileChannel channel = lockChannel;
        FileLock held = lock;
        MetricsFile file = metrics) {
      flush();
    } catch (IOException e) {
      throw new UserException(
          "cannot close the run's files: " + Texts.chain(e), path.toString(), FREE_THE_DISK);
    }
  }
}
