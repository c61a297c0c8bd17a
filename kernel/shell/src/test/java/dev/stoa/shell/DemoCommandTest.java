package dev.stoa.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.stoa.run.RunEvent.Kind;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  // The SHA-256 of the three bytes "abc", from FIPS 180-2, appendix B.1.
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path folder;
  private final FakeInstallation stoa = new FakeInstallation();

  /** Reports every 100 of 2,000 steps; each update is followed by the exchange of the part. */
  private void play(FakeInstallation self, FakeRun run, String policy) {
    int updates = self.updated.size();
    for (long step = 100; step <= 2000; step += 100) {
      RunStatus status = run.at(RunPhase.RUNNING, "", step, step / 10.0);
      self.tell(run, Kind.REPORT, status, "");
      if (step % 500 == 0) {
        self.tell(run, Kind.SWAP, status, "exchanged", "pause", 0.02);
      }
    }
    assertEquals(updates, self.updated.size(), "nothing is updated on the run's thread");
    try {
      Path checkpoint = Files.createDirectories(run.directory().resolve("checkpoint"));
      Files.writeString(checkpoint.resolve("policy.safetensors"), policy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    self.end(run, run.at(RunPhase.DONE, "", 2000, 200));
  }

  private int demo(String... more) {
    String[] fixed = {"demo", "-n", "2000", "--out", folder.toString()};
    String[] all = java.util.Arrays.copyOf(fixed, fixed.length + more.length);
    System.arraycopy(more, 0, all, fixed.length, more.length);
    return stoa.call(all);
  }

  @Test
  void equalPoliciesEndWithEqualAndZero() {
    stoa.script = (self, run) -> play(self, run, "abc");
    assertEquals(0, demo(), stoa.err());
    assertEquals(
        List.of("dev.stoa.algorithm.ppo", "dev.stoa.algorithm.ppo", "dev.stoa.algorithm.ppo"),
        stoa.updated);
    List<String> lines = stoa.out().lines().toList();
    assertTrue(lines.contains("  undisturbed  " + ABC), stoa.out());
    assertTrue(lines.contains("  PPO updated  " + ABC), stoa.out());
    assertTrue(lines.contains("equal"));
    // The fourth of eight lines: step 1,000, whose report said 100.
    assertTrue(
        lines.stream().anyMatch(line -> line.matches("1,000 +100\\.0 +100\\.0")), stoa.out());
  }

  @Test
  void differentPoliciesEndWithDifferentAndOne() {
    stoa.script = (self, run) -> play(self, run, run.name());
    assertEquals(1, demo());
    assertTrue(stoa.out().lines().toList().contains("DIFFERENT"));
  }

  @Test
  void tooFewUpdatesAreNoProof() {
    stoa.script =
        (self, run) -> {
          try {
            Path checkpoint = Files.createDirectories(run.directory().resolve("checkpoint"));
            Files.writeString(checkpoint.resolve("policy.safetensors"), "abc");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          self.end(run, run.at(RunPhase.DONE, "", 2000, 200));
        };
    assertEquals(1, demo());
    assertTrue(stoa.err().contains("only 0 updates fitted into the run"), stoa.err());
  }

  @Test
  void aFailedRunEndsTheDemoWithItsOwnExitCode() {
    stoa.script = (self, run) -> self.end(run, run.at(RunPhase.FAILED, "ppo threw", 5, 1));
    assertEquals(2, demo());
    assertEquals(1, stoa.started.size());
  }

  @Test
  void asJsonThereIsOneObjectWithBothDigests() {
    stoa.script = (self, run) -> play(self, run, "abc");
    assertEquals(0, demo("--json", "--seed", "3"));
    JsonObject object = JsonParser.parseString(stoa.out()).getAsJsonObject();
    assertEquals(1, stoa.out().lines().count());
    assertTrue(object.get("equal").getAsBoolean());
    assertEquals(3, object.get("seed").getAsLong());
    assertEquals(ABC, object.getAsJsonObject("updated").get("sha256").getAsString());
    assertEquals(3, object.getAsJsonObject("updated").getAsJsonArray("updates").size());
    assertFalse(object.getAsJsonObject("undisturbed").get("sha256").getAsString().isEmpty());
  }
}
