package dev.stoa.algorithm.dqn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.cpujvm.CpuJvmDevice;
import dev.stoa.environment.classic.CartPole;
import dev.stoa.lib.learners.TestRun;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A small proof of the method, on a network small enough for every build; that of the defaults is
 * {@code DqnFullIT} in the distribution.
 */
class DqnLearningTest {
  private static final int BUDGET = 30_000;
  private static final int EVALUATED_EVERY = 2_500;

  /** Where the field calls CartPole-v1 solved; a random policy gets 22. */
  private static final double GOAL = 475;

  @Test
  void twoOfThreeSeedsSolveCartPole() {
    DqnParameters parameters =
        TestRun.parameters(
            DqnParameters.class,
            "hidden",
            new int[] {64, 64},
            "learningRate",
            1e-3,
            "discount",
            .98,
            "trainFrequency",
            128,
            "explorationFraction",
            .1);
    int reached = 0;
    List<String> results = new ArrayList<>();
    for (int seed = 1; seed <= 3 && reached < 2; seed++) {
      String result = "seed " + seed + ":";
      try (TestRun run =
          new TestRun(TestRun.of(new CartPole()), seed, BUDGET, new CpuJvmDevice())
              .start(new Dqn(), parameters)) {
        double mean = 0;
        for (int at = EVALUATED_EVERY; at <= BUDGET && mean < GOAL; at += EVALUATED_EVERY) {
          while (run.transitions < at || !run.settled()) {
            run.step();
          }
          mean = run.evaluate(new Dqn(), parameters, 20);
          result += " " + mean;
        }
        reached += mean >= GOAL ? 1 : 0;
        results.add(result);
      }
    }
    assertTrue(reached >= 2, results.toString());
  }
}
