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
import java.util.Set;
import java.util.TreeMap;

/** The files of one run, owned by one process at a time. Thread-safe. */
final class RunDirectory implements AutoCloseable {
  static final String RUN_FILE = "run.yaml";
  private static final String METRICS = "metrics.jsonl";
  private static final Set<String> OWN_KEYS = Set.of("step", "episodes", "return", "device");
  private static final String FREE_THE_DISK =
      "Make room or the folder writable, then resume the run";
  private static final long KEEP = -1;
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private final Path path;
  private final FileChannel lockChannel;
  private final FileLock lock;
  private final RandomAccessFile metrics;

  /** Its own lock, for it is taken where no disk may be waited for. */
  private final Object collecting = new Object();

  private StringBuilder pending = new StringBuilder();
  private long rewindTo = KEEP;

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

  Path path() {
    return path;
  }

  Path checkpoint() {
    return path.resolve("checkpoint");
  }

  /**
   * Collects one line of metrics, without touching the disk; NaN and infinity are written as null,
   * which JSON has no number for. A value called as one of the line's own keys is left out.
   */
  void metrics(
      long steps, long episodes, double meanReturn, String device, Map<String, Double> values) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", steps);
    line.put("episodes", episodes);
    line.put("return", finite(meanReturn));
    line.put("device", device);
    for (Map.Entry<String, Double> value : new TreeMap<>(values).entrySet()) {
      if (!OWN_KEYS.contains(value.getKey())) {
        line.put(value.getKey(), finite(value.getValue()));
      }
    }
    String json = GSON.toJson(line);
    synchronized (collecting) {
      pending.append(json).append('\n');
    }
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /**
   * Forgets all lines of metrics but the first so many. Touches no disk: the file is cut before the
   * next line is written to it.
   */
  void rewindMetrics(long lines) {
    synchronized (collecting) {
      // A state is kept after its lines were flushed: what still waits here is beyond it.
      pending.setLength(0);
      rewindTo = lines;
    }
  }

  /** Hands the collected lines to the operating system. */
  synchronized void flush() {
    long cut;
    StringBuilder lines;
    synchronized (collecting) {
      if (pending.length() == 0 && rewindTo == KEEP) {
        return;
      }
      cut = rewindTo;
      lines = pending;
      rewindTo = KEEP;
      pending = new StringBuilder();
    }
    try {
      if (cut != KEEP) {
        cut(cut);
      }
      metrics.write(lines.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      synchronized (collecting) {
        rewindTo = rewindTo == KEEP ? cut : rewindTo;
      }
      throw new UserException(
          "cannot write metrics: " + Texts.chain(e), path + "/" + METRICS, FREE_THE_DISK);
    }
  }

  private void cut(long lines) throws IOException {
    byte[] chunk = new byte[1 << 16];
    long end = 0;
    long seen = 0;
    metrics.seek(0);
    for (int count = metrics.read(chunk); count >= 0 && seen < lines; ) {
      for (int i = 0; i < count && seen < lines; i++) {
        end++;
        if (chunk[i] == '\n') {
          seen++;
        }
      }
      count = metrics.read(chunk);
    }
    metrics.setLength(end);
    metrics.seek(end);
  }

  /** Makes metrics and state durable, the metrics first. */
  synchronized void write(State state, Map<String, Object> provenance) {
    flush();
    try {
      metrics.getFD().sync();
    } catch (IOException e) {
      throw new UserException(
          "cannot write metrics: " + Texts.chain(e), path + "/" + METRICS, FREE_THE_DISK);
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
        RandomAccessFile file = metrics) {
      flush();
    } catch (IOException e) {
      throw new UserException(
          "cannot close the run's files: " + Texts.chain(e), path.toString(), FREE_THE_DISK);
    }
  }
}
