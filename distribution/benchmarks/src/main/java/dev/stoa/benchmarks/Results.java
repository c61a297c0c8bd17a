package dev.stoa.benchmarks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Numbers by name, such as {@code ppo/cpu-jvm}: what is measured, a slash, who did it. Times are
 * microseconds, those of trainings and new graphs seconds. Each part of the suite writes a file.
 */
final class Results {
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  private final Map<String, Double> numbers = new TreeMap<>();

  Results put(String name, double value) {
    numbers.put(name, value);
    return this;
  }

  /** Keeps the lesser of the number there and this one. */
  Results least(String name, double value) {
    numbers.merge(name, value, Math::min);
    return this;
  }

  OptionalDouble get(String name) {
    Double value = numbers.get(name);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  static Path folder() {
    return Setting.folder().resolve("results");
  }

  /** Writes the file of one part. */
  void write(String part) throws IOException {
    Files.createDirectories(folder());
    Files.writeString(folder().resolve(part + ".json"), GSON.toJson(numbers) + "\n");
  }

  /** Forgets what an earlier run has left. */
  static void clear() throws IOException {
    if (Files.isDirectory(folder())) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(), "*.json")) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    }
  }

  /** All parts' files together; of a number in several the least. */
  static Results read() throws IOException {
    Results all = new Results();
    if (Files.isDirectory(folder())) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(), "*.json")) {
        for (Path file : files) {
          all.add(JsonParser.parseString(Files.readString(file)).getAsJsonObject());
        }
      }
    }
    return all;
  }

  private void add(JsonObject object) {
    for (Map.Entry<String, JsonElement> each : object.entrySet()) {
      least(each.getKey(), each.getValue().getAsDouble());
    }
  }
}
