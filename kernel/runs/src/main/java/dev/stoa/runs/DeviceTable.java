package dev.stoa.runs;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.stoa.run.Measurements;
import dev.stoa.run.UserException;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The file {@code devices.json} of the data directory: what was measured, for people to read. */
final class DeviceTable {
  private static final String NAME = "devices.json";
  private static final String VECTORS = "jdk.incubator.vector";
  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

  private final Path file;

  /** The table of a data directory, which need not be there yet. */
  DeviceTable(Path data) {
    this.file = data.toAbsolutePath().normalize().resolve(NAME);
  }

  Path file() {
    return file;
  }

  /** What times depend on beside the devices: bits may be equal where speed is not. */
  static String machine() {
    return System.getProperty("os.name")
        + " "
        + System.getProperty("os.arch")
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors, "
        + System.getProperty("java.vm.name")
        + " "
        + Runtime.version()
        + (ModuleLayer.boot().findModule(VECTORS).isPresent() ? ", vectors" : ", no vectors");
  }

  /**
   * What was kept; empty when nothing was.
   *
   * @throws UserException for a file that cannot be read, with what to do about it
   */
  Optional<Measurements> read() {
    try {
      JsonObject all = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      List<String> graphs = new ArrayList<>();
      all.getAsJsonArray("graphs").forEach(each -> graphs.add(each.getAsString()));
      List<Measurements.Device> devices = new ArrayList<>();
      for (JsonElement each : all.getAsJsonArray("devices")) {
        devices.add(device(each.getAsJsonObject(), graphs));
      }
      return Optional.of(
          new Measurements(
              file.toString(), text(all, "measured"), text(all, "machine"), graphs, devices));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw broken(Texts.chain(e));
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException
        | NullPointerException
        | ClassCastException e) {
      // What Gson throws for text that is no JSON, and for a value of another kind or none.
      throw broken(
          e.getMessage() == null
              ? "a value is missing or of another kind"
              : e.getMessage().lines().findFirst().orElse(""));
    }
  }

  private static Measurements.Device device(JsonObject object, List<String> graphs) {
    Map<String, Double> times = new LinkedHashMap<>();
    String reason = text(object, "reason");
    if (reason.isEmpty()) {
      JsonObject given = object.getAsJsonObject("microseconds");
      for (String graph : graphs) {
        double time = given.get(graph).getAsDouble();
        if (!(time > 0) || Double.isInfinite(time)) {
          throw new IllegalArgumentException(graph + " took " + time + " microseconds");
        }
        times.put(graph, time);
      }
    }
    return new Measurements.Device(
        text(object, "name"), text(object, "version"), text(object, "fingerprint"), reason, times);
  }

  private static String text(JsonObject object, String key) {
    JsonElement value = object.get(key);
    if (value == null) {
      throw new IllegalArgumentException("'" + key + "' is missing");
    }
    return value.getAsString();
  }

  private UserException broken(String why) {
    return new UserException(
        "the stored measurement of devices cannot be read: " + why + "; the fixed rule is used",
        file.toString(),
        "Measure again with stoa doctor --measure, or delete the file");
  }

  /**
   * Keeps what was measured, in place of what was kept; a reader sees the one or the other.
   *
   * @throws UserException when it cannot be written
   */
  void write(Measurements measured) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("measured", measured.date());
    all.put("machine", measured.machine());
    all.put("graphs", measured.graphs());
    all.put(
        "devices",
        measured.devices().stream().map(each -> object(each, measured.graphs())).toList());
    try {
      Files.createDirectories(file.getParent());
      Path temporary = Files.createTempFile(file.getParent(), NAME, ".tmp");
      try {
        Files.writeString(temporary, GSON.toJson(all) + "\n");
        replace(temporary);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new UserException(
          "cannot keep what was measured: " + Texts.chain(e),
          file.toString(),
          "Make room or the folder writable, or name another with STOA_DATA");
    }
  }

  private void replace(Path temporary) throws IOException {
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static Map<String, Object> object(Measurements.Device device, List<String> graphs) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", device.name());
    object.put("version", device.version());
    object.put("fingerprint", device.fingerprint());
    object.put("reason", device.reason());
    Map<String, Object> times = new LinkedHashMap<>();
    graphs.stream()
        .filter(device.microseconds()::containsKey)
        .forEach(graph -> times.put(graph, device.microseconds().get(graph)));
    object.put("microseconds", times);
    return object;
  }
}
