package dev.stoa.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The choice between devices, as a user makes it. */
class DevicesIT {
  @TempDir Path folder;

  /** A data directory of its own: what is measured there concerns no other test. */
  private CommandLine stoa(String... arguments) {
    return CommandLine.stoa(arguments)
        .in(folder)
        .with("STOA_DATA", folder.resolve("data").toString());
  }

  private CommandLine.Result ran(String... arguments) {
    CommandLine.Result result = stoa(arguments).run();
    assertEquals(0, result.exit(), result.all());
    return result;
  }

  private String device(String run) throws IOException {
    return Files.readAllLines(folder.resolve(run).resolve("run.yaml")).stream()
        .filter(line -> line.startsWith("device: "))
        .findFirst()
        .orElseThrow()
        .substring("device: ".length());
  }

  private CommandLine.Result train(String run) {
    return ran("train", "-a", "ppo", "-e", "CartPole-v1", "-n", "256", "--out", run);
  }

  @Test
  void theDoctorMeasuresAndRunsThatNameNoDeviceGetTheFastest() throws IOException {
    JsonObject doctor =
        JsonParser.parseString(ran("doctor", "--measure", "--json").out()).getAsJsonObject();
    JsonObject measured = doctor.getAsJsonObject("measurements");
    String fastest = "";
    double least = Double.POSITIVE_INFINITY;
    for (JsonElement each : measured.getAsJsonArray("devices")) {
      JsonObject row = each.getAsJsonObject();
      if (row.get("reason").getAsString().isEmpty()) {
        assertEquals(5, row.getAsJsonObject("microseconds").size(), row.toString());
        if (row.get("mean").getAsDouble() < least) {
          least = row.get("mean").getAsDouble();
          fastest = row.get("name").getAsString();
        }
      }
    }
    assertEquals(fastest, doctor.getAsJsonObject("auto").get("device").getAsString());
    Path file = folder.resolve("data/devices.json");
    assertEquals(file.toRealPath().toString(), measured.get("file").getAsString());

    train("run");
    assertEquals(fastest, device("run"));
    String log = Files.readString(folder.resolve("run/stoa.log"));
    assertTrue(log.contains("chosen the fastest by the measurement of"), log);

    // What was measured on another machine is not used, and what is broken is named.
    String kept = Files.readString(file);
    Files.writeString(file, kept.replaceFirst("\"machine\": \"", "\"machine\": \"not "));
    CommandLine.Result other = train("other");
    assertEquals("cpu-jvm", device("other"));
    assertTrue(other.err().contains("was measured on [not "), other.all());
    Files.writeString(file, kept.substring(0, kept.length() / 2));
    CommandLine.Result broken = train("broken");
    assertEquals("cpu-jvm", device("broken"));
    assertTrue(broken.err().contains(file.toRealPath().toString()), broken.all());
    assertTrue(broken.err().contains("stoa doctor --measure"), broken.all());
    assertEquals(1, broken.err().lines().count(), broken.all());
  }

  @Test
  void theShellMovesARunAndSaysWhatCannotBeDone() throws IOException {
    JsonObject doctor = JsonParser.parseString(ran("doctor", "--json").out()).getAsJsonObject();
    boolean ready = false;
    for (JsonElement each : doctor.getAsJsonArray("devices")) {
      JsonObject device = each.getAsJsonObject();
      ready |=
          device.get("name").getAsString().equals("cpu-nd4j") && device.get("ready").getAsBoolean();
    }
    assumeTrue(ready, "cpu-nd4j has no natives for this platform");
    String run = "ppo-CartPole-v1-1-1";
    CommandLine.Result result =
        stoa()
            .reading(
                String.join(
                    "\n",
                    "stoa:train -a ppo -e CartPole-v1 -n 1000000000 --device cpu-jvm",
                    "stoa:move " + run + " cpu-nd4j",
                    "stoa:move " + run + " cpu-nd4j",
                    "stoa:move " + run + " cpu-nd5j",
                    "stoa:park " + run,
                    "stoa:move " + run + " reference",
                    "exit",
                    ""))
            .run();
    assertEquals(0, result.exit(), result.all());
    for (String said :
        List.of(
            run + " moved to cpu-nd4j at step ",
            run + " is on cpu-nd4j already at step ",
            run + " stays on cpu-nd4j: unknown device 'cpu-nd5j'. Known: cpu-nd4j, ",
            run + " moved to reference, parked at step ")) {
      assertTrue(result.out().contains(said), result.all());
    }
    assertEquals("reference", device("runs/" + run));
  }
}
