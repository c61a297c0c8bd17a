package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.stoa.run.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir Path folder;

  @Test
  void numbersCountUpAndNothingIsOverwritten() {
    assertEquals(folder.resolve("ppo-X-1-1"), RunDirectory.create(null, folder, "ppo-X-1"));
    assertEquals(folder.resolve("ppo-X-1-2"), RunDirectory.create(null, folder, "ppo-X-1"));
  }

  @Test
  void aUsedDirectoryIsRefused() throws IOException {
    Files.writeString(folder.resolve("something"), "x");
    UserException refused =
        assertThrows(UserException.class, () -> RunDirectory.create(folder, null, ""));
    assertTrue(refused.line().contains("is not empty"), refused.line());
    assertTrue(refused.line().contains(folder.toString()), refused.line());
  }

  @Test
  void aSecondOwnerIsRefused() {
    try (RunDirectory first = RunDirectory.own(folder)) {
      assertEquals(folder, first.path());
      UserException refused = assertThrows(UserException.class, () -> RunDirectory.own(folder));
      assertTrue(refused.line().contains("owned by a living process"), refused.line());
    }
    RunDirectory.own(folder).close();
  }

  @Test
  void nothingIsWrittenIntoADirectoryThatWasGivenUp() {
    RunDirectory files = RunDirectory.own(folder);
    files.close();
    UserException refused =
        assertThrows(UserException.class, () -> files.whileOwned(() -> fail("it was called")));
    assertTrue(refused.line().contains("was given up"), refused.line());
  }

  @Test
  void metricsCarryTheStepAndAreCutBackToALine() throws IOException {
    try (RunDirectory files = RunDirectory.own(folder)) {
      files.metrics(256, 3, Double.NaN, "x", "", Map.of("b", 2.0, "a", Double.POSITIVE_INFINITY));
      files.metrics(512, 4, 10.5, "x", "", Map.of("device", 1.0));
      files.metrics(768, 5, 11, "x", "", Map.of());
      files.flush();
      files.rewindMetrics(2);
      files.metrics(768, 6, 12, "y", "rate=0.5", Map.of());
    }
    assertEquals(
        List.of(
            "{\"step\":256,\"episodes\":3,\"return\":null,\"device\":\"x\",\"a\":null,\"b\":2.0}",
            "{\"step\":512,\"episodes\":4,\"return\":10.5,\"device\":\"x\"}",
            "{\"step\":768,\"episodes\":6,\"return\":12.0,\"device\":\"y\",\"set\":\"rate=0.5\"}"),
        Files.readAllLines(folder.resolve("metrics.jsonl")));
  }
}
