package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Measurements;
import dev.stoa.run.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceMeasurerTest {
  @TempDir Path data;

  private final List<String> progress = new ArrayList<>();

  private Measurements measure(Bench bench, PartEntry... devices) {
    return new DeviceMeasurer(bench.registry, new DeviceTable(data), Clockwork.clocks())
        .measure(List.of(devices), progress::add);
  }

  @Test
  void whatIsMeasuredIsTheWarmCallAndEverythingIsClosed() {
    try (Bench bench = new Bench(1000)) {
      Clockwork device = new Clockwork("d", 2_000_000);
      Measurements measured = measure(bench, bench.arriveDevice("d", device));
      Measurements.Device row = measured.devices().get(0);
      for (String graph : measured.graphs()) {
        assertEquals(2000.0, row.microseconds().get(graph));
      }
      assertEquals(2000.0, row.mean().orElseThrow(), 1e-9);
      assertEquals(
          List.of("d: inference", "d: update", "d: large-update", "d: product", "d: recurrent"),
          progress);
      assertEquals(0, device.open);
    }
  }

  @Test
  void whatWasMeasuredIsReadBack() throws IOException {
    try (Bench bench = new Bench(1000)) {
      Clockwork absent = new Clockwork("absent", 1);
      absent.ready = false;
      Measurements measured =
          measure(
              bench,
              bench.arriveDevice("d", new Clockwork("d", 1_234_500)),
              bench.arriveDevice("absent", absent));
      assertEquals(Optional.of(measured), new DeviceTable(data).read());
      assertEquals("no such card", measured.devices().get(1).reason());
      assertEquals(Optional.empty(), measured.devices().get(1).mean());
      String text = Files.readString(data.resolve("devices.json"));
      assertTrue(text.contains("\"large-update\": 1234.5"), text);
      try (var files = Files.list(data)) {
        assertEquals(1, files.count());
      }
    }
  }

  @Test
  void aDeviceThatFailsOrLeavesIsThereWithTheReason() {
    try (Bench bench = new Bench(1000)) {
      Clockwork failing = new Clockwork("failing", 1_000_000);
      failing.failing = "product";
      Clockwork leaving = new Clockwork("leaving", 1_000_000);
      PartEntry there = bench.arriveDevice("leaving", leaving);
      leaving.onCall =
          () -> {
            if (!bench.registry.leaves(there)) {
              bench.registry.drain(there);
            }
          };
      Measurements measured = measure(bench, bench.arriveDevice("failing", failing), there);
      String reason = measured.devices().get(0).reason();
      assertTrue(reason.contains("no kernel for product"), reason);
      assertEquals("it left", measured.devices().get(1).reason());
      assertEquals(1, bench.gotten.get());
      assertTrue(there.leases.isEmpty());
    }
  }

  @Test
  void theMeanIsGeometric() {
    // Root of 4 times 9.
    Measurements.Device row =
        new Measurements.Device("d", "1", "f", "", Map.of("a", 4.0, "b", 9.0));
    assertEquals(6, row.mean().orElseThrow(), 1e-12);
  }

  @Test
  void nothingWasMeasuredWhereNoFileIs() {
    assertEquals(Optional.empty(), new DeviceTable(data.resolve("none")).read());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{}",
        "{\"measured\":\"now\",\"machine\":\"m\",\"graphs\":[\"g\"]}",
        "{\"measured\":\"now\",\"graphs\":[],\"devices\":[]}",
        "{\"measured\":\"now\",\"machine\":\"m\",\"graphs\":[\"g\"],\"devices\":[3]}",
        "{\"measured\":\"now\",\"machine\":\"m\",\"graphs\":[\"g\"],\"devices\":[{\"name\":\"d\","
            + "\"version\":\"1\",\"fingerprint\":\"f\",\"reason\":\"\",\"microseconds\":{}}]}",
        "{\"measured\":\"now\",\"machine\":\"m\",\"graphs\":[\"g\"],\"devices\":[{\"name\":\"d\","
            + "\"version\":\"1\",\"fingerprint\":\"f\",\"reason\":\"\",\"microseconds\":{\"g\":-1}}]}"
      })
  void aBrokenTableIsOneLineThatNamesTheFileAndWhatToDo(String text) throws IOException {
    Path file = Files.writeString(data.resolve("devices.json"), text);
    UserException broken = assertThrows(UserException.class, () -> new DeviceTable(data).read());
    assertEquals(1, broken.line().lines().count(), broken.line());
    assertTrue(broken.line().contains(file.toString()), broken.line());
    assertTrue(broken.line().contains("stoa doctor --measure"), broken.line());
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(data.resolve("file"), "no folder");
    try (Bench bench = new Bench(1000)) {
      PartEntry device = bench.arriveDevice("d", new Clockwork("d", 1_000_000));
      DeviceMeasurer measurer =
          new DeviceMeasurer(
              bench.registry, new DeviceTable(file.resolve("data")), Clockwork.clocks());
      UserException refused =
          assertThrows(UserException.class, () -> measurer.measure(List.of(device), progress::add));
      assertTrue(refused.line().contains(file.toString()), refused.line());
      assertEquals(Kind.DEVICE, device.kind);
    }
  }
}
