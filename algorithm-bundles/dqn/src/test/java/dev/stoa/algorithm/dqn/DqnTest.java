package dev.stoa.algorithm.dqn;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Snapshot;
import dev.stoa.environment.Space;
import dev.stoa.lib.learners.TestRun;
import dev.stoa.run.UserException;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class DqnTest {
  private static final Space BOX = new Space.Box(new float[] {-1, -1}, new float[] {1, 1});
  private static final Space DISCRETE = new Space.Discrete(3);

  private static EnvironmentSpec spec(Space observation, Space action) {
    return new EnvironmentSpec(observation, action, Snapshot.EXACT, 0, OptionalDouble.empty());
  }

  private static DqnParameters parameters(Object... namesAndValues) {
    return TestRun.parameters(DqnParameters.class, namesAndValues);
  }

  @Test
  void realValuedActionsAreAUsersMistakeAtEveryDoor() {
    EnvironmentSpec continuous = spec(BOX, new Space.Box(new float[] {-2}, new float[] {2}));
    Dqn dqn = new Dqn();
    UserException failure =
        assertThrows(UserException.class, () -> dqn.check(continuous, parameters()));
    assertEquals(
        "dqn chooses among discrete actions, not in Box([-2.0], [2.0], [1]) (algorithm dqn)."
            + " Choose an environment with discrete actions, such as CartPole-v1, or an algorithm"
            + " for real-valued actions, such as ppo",
        failure.line());
    assertThrows(UserException.class, () -> dqn.policy(continuous, parameters(), 1));
  }

  @Test
  void observationsThatAreNoVectorsAreAUsersMistake() {
    UserException failure =
        assertThrows(
            UserException.class, () -> new Dqn().check(spec(DISCRETE, DISCRETE), parameters()));
    assertTrue(failure.line().contains("Discrete(3)"), failure.line());
  }

  @Test
  void aMemoryThatNoArrayHoldsIsAUsersMistake() {
    Dqn dqn = new Dqn();
    EnvironmentSpec spec = spec(BOX, DISCRETE);
    // Two numbers per observation: half of 2^31 - 1.
    assertDoesNotThrow(() -> dqn.check(spec, parameters("bufferCapacity", 1_073_741_823)));
    UserException failure =
        assertThrows(
            UserException.class,
            () -> dqn.check(spec, parameters("bufferCapacity", 1_073_741_824)));
    assertEquals("The most is 1073741823", failure.remedy());
    assertEquals("algorithm dqn, parameter bufferCapacity", failure.place());
  }
}
