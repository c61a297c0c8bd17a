package dev.stoa.runs;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.stoa.run.Reproduction.Difference;
import dev.stoa.run.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Compares lines of metrics: numbers by their bits, whatever their digits. */
final class MetricsComparison {
  private static final String NOTHING = "nothing";
  private static final String WHOLE = "(line)";

  private MetricsComparison() {}

  /** The complete lines of a run's metrics; one that is being written is left out. */
  static List<String> lines(Path directory) {
    Path file = directory.resolve(MetricsFile.NAME);
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new UserException("cannot read metrics: " + Texts.chain(e), file.toString(), "");
    }
  }

  /**
   * A line as an object.
   *
   * @param number in the file, counted from 1
   * @throws UserException when it is none with a step
   */
  static JsonObject parsed(String line, long number, Path directory) {
    try {
      JsonObject object = JsonParser.parseString(line).getAsJsonObject();
      object.get("step").getAsLong();
      return object;
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new UserException(
          "line " + number + " of the metrics is damaged",
          directory.resolve(MetricsFile.NAME).toString(),
          "");
    }
  }

  /**
   * The first difference from a recorded line on.
   *
   * @param from index of the first line to compare
   */
  static Optional<Difference> first(
      List<JsonObject> recorded, List<JsonObject> repeated, int from) {
    for (int i = from; i < recorded.size(); i++) {
      JsonObject before = recorded.get(i);
      long step = before.get("step").getAsLong();
      if (i >= repeated.size()) {
        return Optional.of(new Difference(i + 1, step, WHOLE, before.toString(), NOTHING));
      }
      JsonObject after = repeated.get(i);
      Set<String> keys = new LinkedHashSet<>(before.keySet());
      keys.addAll(after.keySet());
      for (String key : keys) {
        if (!same(before.get(key), after.get(key))) {
          return Optional.of(
              new Difference(i + 1, step, key, said(before.get(key)), said(after.get(key))));
        }
      }
    }
    return Optional.empty();
  }

  private static String said(JsonElement value) {
    return value == null ? NOTHING : value.toString();
  }

  private static boolean same(JsonElement one, JsonElement other) {
    if (one == null || other == null) {
      return one == other;
    }
    if (number(one) && number(other)) {
      // Java versions write some numbers with more digits than others.
      return one.toString().equals(other.toString())
          || Double.doubleToLongBits(one.getAsDouble())
              == Double.doubleToLongBits(other.getAsDouble());
    }
    return one.equals(other);
  }

  private static boolean number(JsonElement value) {
    return value instanceof JsonPrimitive primitive && primitive.isNumber();
  }

  /** All lines as objects, up to a step. */
  static List<JsonObject> upTo(long step, List<String> lines, Path directory) {
    List<JsonObject> objects = new ArrayList<>();
    for (String line : lines) {
      JsonObject object = parsed(line, objects.size() + 1, directory);
      if (object.get("step").getAsLong() > step) {
        break;
      }
      objects.add(object);
    }
    return objects;
  }
}
