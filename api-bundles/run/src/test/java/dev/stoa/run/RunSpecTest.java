package dev.stoa.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class RunSpecTest {
  @Test
  void aChangeGivesACopyAndLeavesTheOriginal() {
    RunSpec plain = RunSpec.of("ppo", "CartPole-v1");
    RunSpec changed = plain.seed(7).steps(1000).set("learningRate", 3e-4);
    assertEquals(1, plain.seed());
    assertTrue(plain.parameters().isEmpty());
    assertFalse(plain.steps().isPresent());
    assertEquals(7, changed.seed());
    assertEquals(1000, changed.steps().getAsLong());
    assertEquals(3e-4, changed.parameters().get("learningRate").value());
  }

  @Test
  void aKeyWithThePrefixAddressesTheEnvironment() {
    RunSpec spec = RunSpec.of("ppo", "CartPole-v1").set("environment.maxEpisodeSteps", 200);
    assertEquals(Set.of("maxEpisodeSteps"), spec.environmentParameters().keySet());
    assertTrue(spec.parameters().isEmpty());
  }
}
