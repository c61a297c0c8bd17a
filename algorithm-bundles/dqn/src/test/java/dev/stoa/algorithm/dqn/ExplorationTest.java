package dev.stoa.algorithm.dqn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.lib.learners.TestRun;
import org.junit.jupiter.api.Test;

class ExplorationTest {
  @Test
  void epsilonFallsInAStraightLineAndThenStays() {
    Exploration exploration = new Exploration(1, .1, 100, 0);
    assertEquals(1, exploration.epsilon(0));
    // 1 - .9 / 2.
    assertEquals(.55, exploration.epsilon(50), 1e-12);
    assertEquals(.1 + .9 / 100, exploration.epsilon(99), 1e-12);
    assertEquals(.1, exploration.epsilon(100));
    assertEquals(.1, exploration.epsilon(Long.MAX_VALUE));
  }

  @Test
  void allActionsAreRandomBeforeLearningStartsAndTheLineIsNotPutOff() {
    Exploration exploration = new Exploration(.9, .1, 100, 25);
    assertEquals(1, exploration.epsilon(0));
    assertEquals(1, exploration.epsilon(24));
    // .9 - .8 / 4.
    assertEquals(.7, exploration.epsilon(25), 1e-12);
  }

  @Test
  void aLineOfNoLengthIsAtItsEnd() {
    assertEquals(.1, new Exploration(1, .1, 0, 0).epsilon(0));
  }

  @Test
  void theLineOfTheDefaultsEndsAfterSixteenHundredthsOfTheSchedule() {
    Exploration exploration = Exploration.of(TestRun.parameters(DqnParameters.class), 50_000);
    assertEquals(1, exploration.epsilon(999));
    // .16 x 50,000 = 8,000; half way 1 - .96 / 2.
    assertEquals(.52, exploration.epsilon(4_000), 1e-12);
    assertEquals(.04, exploration.epsilon(8_000));
  }
}
