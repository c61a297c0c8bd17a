package dev.stoa.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.stoa.run.Reproduction;
import dev.stoa.run.Reproduction.Difference;
import dev.stoa.run.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReproduceCommandTest {
  private final FakeInstallation stoa = new FakeInstallation();

  private void outcome(Difference difference) {
    stoa.reproduction.complete(
        new Reproduction(
            Path.of("again"),
            20_000,
            40_000,
            80,
            Optional.ofNullable(difference),
            Map.of("algorithm", "ppo 0.1.0", "fingerprint", "avx2"),
            Map.of("algorithm", "ppo 0.2.0", "fingerprint", "avx2")));
  }

  @Test
  void equalMetricsGiveNoughtAndSayWhatWasCompared() {
    outcome(null);
    int code = stoa.call("reproduce", "d", "--from", "20000", "--to", "4e4", "--out", "again");
    assertEquals(0, code, stoa.err());
    assertEquals(List.of("d 20000 OptionalLong[40000] Optional[again]"), stoa.reproduced);
    assertEquals(
        List.of(
            "equal: 80 lines of metrics from step 20,000 to 40,000",
            "algorithm: ppo 0.1.0 -> ppo 0.2.0",
            "fingerprint: avx2",
            "directory: again"),
        stoa.out().lines().toList());
  }

  @Test
  void differentMetricsGiveOneAndNameTheFirstDifference() {
    outcome(new Difference(90, 25_600, "loss", "0.5", "0.25"));
    assertEquals(1, stoa.call("reproduce", "d", "--from", "20000"));
    assertTrue(
        stoa.out().contains("line 90, step 25,600, loss: recorded 0.5, now 0.25"), stoa.out());
  }

  @Test
  void asJsonItIsOneObject() {
    outcome(new Difference(90, 25_600, "loss", "0.5", "0.25"));
    assertEquals(1, stoa.call("reproduce", "d", "--from", "20000", "--json"));
    JsonObject object = JsonParser.parseString(stoa.out()).getAsJsonObject();
    assertEquals(false, object.get("equal").getAsBoolean());
    assertEquals("loss", object.getAsJsonObject("difference").get("key").getAsString());
    assertEquals("ppo 0.2.0", object.getAsJsonObject("now").get("algorithm").getAsString());
  }

  @Test
  void whatCannotBeToldGivesTwo() {
    stoa.reproduction.completeExceptionally(new UserException("it was stopped", "", ""));
    assertEquals(2, stoa.call("reproduce", "d", "--from", "20000"));
    assertTrue(stoa.err().contains("stoa: it was stopped"), stoa.err());
    FakeInstallation broken = new FakeInstallation();
    broken.broken = true;
    assertEquals(2, broken.call("reproduce", "d", "--from", "20000"));
    assertTrue(broken.err().contains("internal error: "), broken.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"reproduce", "reproduce d", "reproduce --from 3", "reproduce d --from"})
  void aMistakeIsOneLineAndExitCodeTwo(String line) {
    assertEquals(2, stoa.call(line.split(" ")));
    assertEquals(1, stoa.err().lines().count(), stoa.err());
    assertTrue(stoa.reproduced.isEmpty());
  }
}
