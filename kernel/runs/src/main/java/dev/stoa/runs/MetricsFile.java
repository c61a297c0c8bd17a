package dev.stoa.runs;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A run's {@code metrics.jsonl}. Lines are collected and cut by any thread without touching the
 * disk; what touches it is called by one thread at a time.
 */
final class MetricsFile implements Closeable {
  static final String NAME = "metrics.jsonl";
  private static final Set<String> OWN_KEYS = Set.of("step", "episodes", "return", "device", "set");
  private static final long KEEP = -1;
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private final RandomAccessFile file;

  /** Its own lock, for it is taken where no disk may be waited for. */
  private final Object collecting = new Object();

  private StringBuilder pending = new StringBuilder();
  private long rewindTo = KEEP;

  MetricsFile(Path path) throws IOException {
    file = new RandomAccessFile(path.toFile(), "rw");
    file.seek(file.length());
  }

  /**
   * Collects one line; NaN and infinity are written as null, which JSON has no number for. A value
   * called as one of the line's own keys is left out.
   *
   * @param set which parameters were set since the run began, and to what; empty when none was
   */
  void add(
      long steps,
      long episodes,
      double meanReturn,
      String device,
      String set,
      Map<String, Double> rest) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", steps);
    line.put("episodes", episodes);
    line.put("return", finite(meanReturn));
    line.put("device", device);
    if (!set.isEmpty()) {
      line.put("set", set);
    }
    for (Map.Entry<String, Double> value : new TreeMap<>(rest).entrySet()) {
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

  /** Forgets all lines but the first so many: the file is cut before the next is written to it. */
  void rewind(long lines) {
    synchronized (collecting) {
      // A state is kept after its lines were flushed: what still waits here is beyond it.
      pending.setLength(0);
      rewindTo = lines;
    }
  }

  /** Hands the collected lines to the operating system. */
  void flush() throws IOException {
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
      file.write(lines.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      synchronized (collecting) {
        rewindTo = rewindTo == KEEP ? cut : rewindTo;
      }
      throw e;
    }
  }

  private void cut(long lines) throws IOException {
    byte[] chunk = new byte[1 << 16];
    long end = 0;
    long seen = 0;
    file.seek(0);
    for (int count = file.read(chunk); count >= 0 && seen < lines; ) {
      for (int i = 0; i < count && seen < lines; i++) {
        end++;
        if (chunk[i] == '\n') {
          seen++;
        }
      }
      count = file.read(chunk);
    }
    file.setLength(end);
    file.seek(end);
  }

  /**
   * Copies the first so many lines of one file to a new one, and waits until they are on disk.
   *
   * @throws IOException also when there are fewer
   */
  static void copy(Path from, long lines, Path to) throws IOException {
    try (InputStream in = new FileInputStream(from.toFile());
        FileOutputStream out = new FileOutputStream(to.toFile())) {
      byte[] chunk = new byte[1 << 16];
      long seen = 0;
      while (seen < lines) {
        int count = in.read(chunk);
        if (count < 0) {
          throw new IOException(from + " has " + seen + " of " + lines + " lines");
        }
        int end = 0;
        while (end < count && seen < lines) {
          seen += chunk[end++] == '\n' ? 1 : 0;
        }
        out.write(chunk, 0, end);
      }
      out.getFD().sync();
    }
  }

  /** Waits until what was handed over is on disk. */
  void force() throws IOException {
    file.getFD().sync();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
