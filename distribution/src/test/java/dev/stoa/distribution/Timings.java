package dev.stoa.distribution;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Measured times, for people to read: {@code target/timings.json} holds an array of milliseconds
 * for each name. Nothing is asserted on them.
 */
final class Timings {
  private Timings() {}

  /** Adds a measurement; safe against other processes of the build that do the same. */
  static synchronized void record(String name, Duration time) {
    Path file = Path.of(System.getProperty("stoa.build")).resolve("timings.json");
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      String before =
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
      JsonObject all =
          before.isBlank() ? new JsonObject() : JsonParser.parseString(before).getAsJsonObject();
      if (!all.has(name)) {
        all.add(name, new JsonArray());
      }
      all.getAsJsonArray(name).add(time.toNanos() / 1000 / 1000.0);
      String after = new GsonBuilder().setPrettyPrinting().create().toJson(all);
      channel.truncate(0);
      channel.position(0);
      ByteBuffer bytes = ByteBuffer.wrap(after.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
