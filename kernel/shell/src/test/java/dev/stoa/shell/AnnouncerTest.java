package dev.stoa.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnouncerTest {
  private final FakeInstallation stoa = new FakeInstallation();

  @Test
  void theShellTellsWhatBecomesOfItsRunUnlessSomebodyWatches() {
    stoa.script = (self, run) -> {};
    stoa.shell("train", "-a", "ppo", "-e", "CartPole-v1");
    FakeRun run = (FakeRun) stoa.living.get(0);
    RunStatus suspended = run.at(RunPhase.SUSPENDED, "algorithm ppo left", 700, 20);
    stoa.tell(run, RunEvent.Kind.PHASE, suspended, "");
    stoa.watched().add(run.name());
    stoa.tell(run, RunEvent.Kind.PHASE, suspended, "told by the watch");
    stoa.watched().remove(run.name());
    stoa.end(run, run.at(RunPhase.DONE, "", 2000, 20));
    assertEquals(
        List.of(
            "stoa: run ppo-CartPole-v1-1-1: algorithm ppo left",
            "stoa: run ppo-CartPole-v1-1-1 is done at step 2,000, mean return 20.0"),
        stoa.err().lines().toList());
    assertTrue(stoa.listeners.isEmpty());
  }

  @Test
  void aRunThatFailedBeforeItsFirstCheckpointIsCorrectedInItsRunFile(@TempDir Path folder)
      throws IOException {
    stoa.script = (self, run) -> self.end(run, run.at(RunPhase.FAILED, "odd", 0, Double.NaN));
    stoa.directory = folder;
    assertEquals(2, stoa.call("train", "-a", "ppo", "-e", "CartPole-v1"));
    assertTrue(
        stoa.err().contains("It has no checkpoint: correct " + folder.resolve("run.yaml")),
        stoa.err());
    Files.createDirectory(folder.resolve("checkpoint"));
    assertEquals(2, stoa.call("train", "-a", "ppo", "-e", "CartPole-v1"));
    assertTrue(
        stoa.err().contains("Go on after the repair with: stoa resume " + folder), stoa.err());
  }

  @Test
  void aDataDirectoryThatCannotBeMadeIsAProblemOfTheDoctor(@TempDir Path folder)
      throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    stoa.data = Optional.of(file.resolve("data").toString());
    assertEquals(0, stoa.call("doctor"));
    assertTrue(stoa.out().contains("Name another place with STOA_DATA"), stoa.out());
  }
}
