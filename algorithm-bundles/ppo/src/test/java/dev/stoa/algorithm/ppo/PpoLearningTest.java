package dev.stoa.algorithm.ppo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.cpujvm.CpuJvmDevice;
import dev.stoa.environment.classic.CartPole;
import dev.stoa.environment.classic.Pendulum;
import dev.stoa.lib.learners.TestRun;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The small proofs of the method: mean return of the last 100 training episodes within a budget.
 */
class PpoLearningTest {
  private static final int BUDGET = 200_000;

  @Test
  void twoOfThreeSeedsSolveCartPoleWithTheDefaults() {
    // 475 is where the field calls CartPole-v1 solved.
    check(TestRun.of(new CartPole()), 475, TestRun.parameters(PpoParameters.class));
  }

  @Test
  void twoOfThreeSeedsSwingThePendulumUp() {
    // Settings of RL Baselines3 Zoo without state-dependent exploration; a random policy gets
    // -1200.
    check(
        TestRun.of(new Pendulum()),
        -300,
        TestRun.parameters(
            PpoParameters.class,
            "environments",
            4,
            "rolloutSteps",
            1024,
            "minibatchSize",
            64,
            "epochs",
            10,
            "discount",
            .9,
            "gaeLambda",
            .95,
            "annealLearningRate",
            false,
            "annealClipRange",
            false));
  }

  private static void check(
      TestRun.EnvironmentFactory environment, double goal, PpoParameters parameters) {
    int reached = 0;
    List<String> results = new ArrayList<>();
    for (int seed = 1; seed <= 3 && reached < 2; seed++) {
      try (TestRun run =
          new TestRun(environment, seed, BUDGET, new CpuJvmDevice()).start(new Ppo(), parameters)) {
        while (run.transitions < BUDGET && run.meanReturn(100) < goal) {
          run.step();
        }
        reached += run.meanReturn(100) >= goal ? 1 : 0;
        results.add("seed " + seed + ": " + run.meanReturn(100) + " after " + run.transitions);
      }
    }
    assertTrue(reached >= 2, results.toString());
  }
}
