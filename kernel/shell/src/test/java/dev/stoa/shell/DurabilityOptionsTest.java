package dev.stoa.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.Durability;
import dev.stoa.run.RunSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurabilityOptionsTest {
  private final FakeInstallation stoa = new FakeInstallation();

  @Test
  void optionsOfTrainOverrideTheRunFile() {
    stoa.file = RunSpec.of("ppo", "CartPole-v1").durability(new Durability(7, 8, 9, 10));
    String line = "train --run f.yaml --checkpoint-steps 1e3 --keep 0";
    assertEquals(0, stoa.call(line.split(" ")), stoa.err());
    assertEquals(new Durability(1000, 8, 0, 10), stoa.started.get(0).durability());
  }

  @Test
  void withoutThemTheRunHasTheStandard() {
    assertEquals(0, stoa.call("train", "-a", "ppo", "-e", "CartPole-v1"), stoa.err());
    assertEquals(new Durability(50_000, 30, 0, 0), stoa.started.get(0).durability());
  }

  @Test
  void optionsOfResumeChangeWhatIsRecorded() {
    String line = "resume d --checkpoint-seconds 5 --keep 3 --keep-every 10_000";
    assertEquals(0, stoa.call(line.split(" ")), stoa.err());
    assertEquals(new Durability(50_000, 5, 3, 10_000), stoa.resumedWith);
  }

  @ParameterizedTest
  @CsvSource({
    "--checkpoint-steps,0,checkpoint-steps is 0",
    "--checkpoint-seconds,-1,checkpoint-seconds is -1",
    "--keep,-1,keep is -1",
    "--keep-every,-5,keep-every is -5",
    "--keep,some,'some' is no whole number"
  })
  void aBadValueIsOneLine(String option, String value, String said) {
    assertEquals(2, stoa.call("resume", "d", option, value));
    assertEquals(1, stoa.err().lines().count(), stoa.err());
    assertTrue(stoa.err().contains(said), stoa.err());
    assertTrue(stoa.resumed.isEmpty());
  }
}
