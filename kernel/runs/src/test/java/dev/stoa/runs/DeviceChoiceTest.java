package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Measurements;
import dev.stoa.run.Parts;
import dev.stoa.run.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The device of a run that names none. */
class DeviceChoiceTest {
  private static final String DATE = "2026-01-02T03:04:05Z";

  @TempDir Path data;

  private final Bench bench = new Bench(1000);
  private final Clockwork jvm = new Clockwork("cpu-jvm", 1);
  private final Clockwork other = new Clockwork("blas", 1);

  @BeforeEach
  void twoDevices() {
    bench.leave(Kind.DEVICE);
    bench.arriveDevice("cpu-jvm", jvm);
    bench.arriveDevice("blas", other);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private DeviceChoice.Chosen choose() {
    return new DeviceChoice(bench.registry, Optional.of(new DeviceTable(data))).choose();
  }

  private static Measurements.Device row(String name, double... times) {
    return new Measurements.Device(
        name, "1.0.0", "bits of " + name, "", Map.of("a", times[0], "b", times[1]));
  }

  private void kept(String machine, Measurements.Device... rows) {
    DeviceTable table = new DeviceTable(data);
    table.write(
        new Measurements(table.file().toString(), DATE, machine, List.of("a", "b"), List.of(rows)));
  }

  private void kept(Measurements.Device... rows) {
    kept(DeviceTable.machine(), rows);
  }

  private void assertByRule(String... said) {
    DeviceChoice.Chosen chosen = choose();
    assertEquals("cpu-jvm", chosen.device().name);
    assertEquals("by the fixed rule", chosen.why());
    String warning = chosen.warning().orElseThrow();
    assertEquals(1, warning.lines().count(), warning);
    for (String each : said) {
      assertTrue(warning.contains(each), warning);
    }
    assertTrue(warning.contains(data.resolve("devices.json").toString()), warning);
    assertTrue(warning.contains("stoa doctor --measure"), warning);
  }

  @Test
  void withoutAMeasurementItIsTheOneThatWorksEverywhereAndNoOtherIsAsked() {
    DeviceChoice.Chosen chosen = choose();
    assertEquals("cpu-jvm", chosen.device().name);
    assertEquals("by the fixed rule", chosen.why());
    assertEquals(Optional.empty(), chosen.warning());
    assertEquals(0, other.described);
  }

  @Test
  void theGreatestRankingGoesFirst() {
    bench.arriveDevice("card", new Clockwork("card", 1), Map.of("service.ranking", 10));
    bench.arriveDevice("slow", new Clockwork("slow", 1), Map.of("service.ranking", -1));
    assertEquals("card", choose().device().name);
  }

  @Test
  void oneThatIsNotReadyIsNotChosenAndThenTheNameDecides() {
    jvm.ready = false;
    bench.arriveDevice("aaa", new Clockwork("aaa", 1), Map.of(Parts.AUTO, false));
    bench.arriveDevice("zzz", new Clockwork("zzz", 1));
    assertEquals("blas", choose().device().name);
  }

  @Test
  void whenNoneIsReadyEachReasonIsSaid() {
    jvm.ready = false;
    other.ready = false;
    UserException none = assertThrows(UserException.class, this::choose);
    assertEquals(
        "no compute device is ready: cpu-jvm: no such card; blas: no such card (--device auto)."
            + " stoa doctor shows them",
        none.line());
  }

  @Test
  void theFastestInTheMeanIsChosen() {
    // Means: root of 4 x 9 = 6, and root of 1 x 25 = 5.
    kept(row("cpu-jvm", 4, 9), row("blas", 1, 25));
    DeviceChoice.Chosen chosen = choose();
    assertEquals("blas", chosen.device().name);
    assertTrue(chosen.why().contains("fastest by the measurement of " + DATE), chosen.why());
    assertEquals(Optional.empty(), chosen.warning());
    assertEquals(0, jvm.described);
  }

  @Test
  void ofEquallyFastOnesTheRuleDecides() {
    kept(row("blas", 4, 9), row("cpu-jvm", 4, 9));
    assertEquals("cpu-jvm", choose().device().name);
  }

  @Test
  void aFastOneThatIsNotReadyOrNotInstalledIsNotChosen() {
    kept(row("cpu-jvm", 4, 9), row("blas", 1, 1), row("gone", .1, .1));
    other.ready = false;
    DeviceChoice.Chosen chosen = choose();
    assertEquals("cpu-jvm", chosen.device().name);
    assertTrue(chosen.why().contains(DATE), chosen.why());
  }

  @Test
  void oneThatCouldNotBeMeasuredIsNotChosen() {
    kept(
        row("cpu-jvm", 4, 9),
        new Measurements.Device("blas", "1.0.0", "", "no such card", Map.of()));
    assertEquals("cpu-jvm", choose().device().name);
  }

  @Test
  void aMeasurementOfAnotherMachineIsNotUsed() {
    kept("a larger one", row("cpu-jvm", 4, 9), row("blas", 1, 1));
    assertByRule("a larger one");
  }

  @Test
  void aMeasurementOfAnotherVersionIsNotUsed() {
    kept(
        row("cpu-jvm", 4, 9),
        new Measurements.Device("blas", "0.9.0", "bits of blas", "", Map.of("a", 1.0, "b", 1.0)));
    assertByRule("knows blas 0.9.0, installed is 1.0.0");
  }

  @Test
  void aMeasurementOfOtherBitsIsNotUsed() {
    kept(row("cpu-jvm", 4, 9), row("blas", 1, 1));
    other.fingerprint = "new kernels";
    assertByRule("[bits of blas]", "[new kernels]");
  }

  @Test
  void aMeasurementThatDoesNotKnowADeviceIsNotUsed() {
    kept(row("cpu-jvm", 4, 9));
    assertByRule("knows no device blas");
  }

  @Test
  void aBrokenMeasurementIsNamed() throws Exception {
    Files.writeString(data.resolve("devices.json"), "{");
    assertByRule("cannot be read", "the fixed rule is used");
  }
}
