package dev.stoa.algorithm.ppo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.cpujvm.CpuJvmDevice;
import dev.stoa.environment.classic.CartPole;
import dev.stoa.environment.classic.Pendulum;
import dev.stoa.lib.learners.Evaluator;
import dev.stoa.lib.learners.TestRun;
import dev.stoa.policy.PolicyModel;
import dev.stoa.run.Episode;
import dev.stoa.run.StepReport;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PpoLearnerTest {
  /** Small, with everything that a state can hold switched on. */
  private static PpoParameters small(Object... more) {
    Object[] values = {
      "environments",
      3,
      "rolloutSteps",
      4,
      "minibatchSize",
      6,
      "epochs",
      2,
      "hidden",
      new int[] {5},
      "normalizeObservations",
      true,
      "normalizeRewards",
      true,
      "clipValue",
      true,
      "entropyCoefficient",
      .01
    };
    Object[] all = java.util.Arrays.copyOf(values, values.length + more.length);
    System.arraycopy(more, 0, all, values.length, more.length);
    return TestRun.parameters(PpoParameters.class, all);
  }

  private static TestRun cartPole(PpoParameters parameters) {
    return new TestRun(TestRun.of(new CartPole()), 1, 1000, new CpuJvmDevice())
        .start(new Ppo(), parameters);
  }

  private static TestRun pendulum(PpoParameters parameters) {
    return new TestRun(TestRun.of(new Pendulum()), 1, 1000, new CpuJvmDevice())
        .start(new Ppo(), parameters);
  }

  private static TestRun fake(double reward, boolean cutOff, PpoParameters parameters) {
    return new TestRun(FakeEnvironment.of(reward, cutOff), 1, 1000, new CpuJvmDevice())
        .start(new Ppo(), parameters);
  }

  @Test
  void anIterationIsFourStepsOneEstimateAndFourUpdates() {
    try (TestRun run = cartPole(small())) {
      for (int step = 0; step < 4; step++) {
        assertTrue(run.settled());
        assertEquals(3, run.step().transitions());
      }
      for (int step = 0; step < 5; step++) {
        assertFalse(run.settled());
        assertTrue(run.metrics.isEmpty());
        assertEquals(0, run.step().transitions());
      }
      assertTrue(run.settled());
      assertEquals(12, run.transitions);
      Set<String> names = new TreeSet<>(run.metrics.get(0).keySet());
      assertEquals(
          new TreeSet<>(
              List.of(
                  "policyLoss",
                  "valueLoss",
                  "entropy",
                  "loss",
                  "approxKl",
                  "clipFraction",
                  "gradientNorm",
                  "learningRate",
                  "explainedVariance")),
          names);
    }
  }

  @Test
  void aStepWithoutNewsAllocatesNoReport() {
    try (TestRun run = cartPole(small())) {
      StepReport first = run.step();
      assertTrue(first == run.step());
    }
  }

  @Test
  void aRunRestoredAtAnyStepEndsInTheSameStateAsTheUndisturbedOne() {
    restoredAtAnyStep(PpoLearnerTest::cartPole, small());
  }

  @Test
  void aContinuousRunRestoredAtAnyStepEndsInTheSameState() {
    restoredAtAnyStep(PpoLearnerTest::pendulum, small());
  }

  @Test
  void aPlainRunRestoredAtAnyStepEndsInTheSameState() {
    restoredAtAnyStep(
        PpoLearnerTest::cartPole,
        small("normalizeObservations", false, "normalizeRewards", false, "clipValue", false));
  }

  /** Two and a half iterations of nine steps each: every phase is met, twice. */
  private static void restoredAtAnyStep(
      java.util.function.Function<PpoParameters, TestRun> start, PpoParameters parameters) {
    int steps = 23;
    try (TestRun undisturbed = start.apply(parameters)) {
      undisturbed.steps(steps);
      State expected = undisturbed.state();
      TestRun run = start.apply(parameters);
      for (int step = 0; step < steps; step++) {
        TestRun.Saved saved = run.save();
        run.close();
        run = start.apply(parameters).restore(saved);
        assertEquals(saved.learner(), run.state(), "step " + step);
        run.step();
      }
      assertEquals(expected, run.state());
      assertEquals(undisturbed.save().environment(), run.save().environment());
      run.close();
    }
  }

  @Test
  void equalSeedsGiveEqualStatesAndOtherSeedsOthers() {
    try (TestRun first = cartPole(small());
        TestRun second = cartPole(small());
        TestRun other =
            new TestRun(TestRun.of(new CartPole()), 2, 1000, new CpuJvmDevice())
                .start(new Ppo(), small())) {
      assertEquals(first.steps(20).state(), second.steps(20).state());
      assertNotEquals(first.state(), other.steps(20).state());
    }
  }

  @Test
  void savingDisturbsNothing() {
    try (TestRun first = cartPole(small());
        TestRun second = cartPole(small())) {
      for (int step = 0; step < 20; step++) {
        first.step();
        first.save();
      }
      assertEquals(second.steps(20).state(), first.state());
    }
  }

  @Test
  void aStateOfAnotherNetworkIsRefusedByName() {
    try (TestRun narrow = cartPole(small());
        TestRun wide = cartPole(small("hidden", new int[] {6}))) {
      StateException failure =
          assertThrows(StateException.class, () -> wide.restore(narrow.save()));
      assertTrue(failure.getMessage().contains("'actor/0/weight'"), failure.getMessage());
    }
  }

  @Test
  void aStateOfALongerRolloutIsRefused() {
    try (TestRun longer = cartPole(small()).steps(4);
        TestRun shorter = cartPole(small("rolloutSteps", 2))) {
      assertThrows(StateException.class, () -> shorter.restore(longer.save()));
    }
  }

  @Test
  void policyArraysAreTheInputsOfThePolicysGraph() {
    for (boolean normalised : new boolean[] {true, false}) {
      PpoParameters parameters = small("normalizeObservations", normalised);
      try (TestRun run = pendulum(parameters)) {
        PolicyModel model = new Ppo().policy(run.environment(), parameters, 2);
        Set<String> wanted = new TreeSet<>(run.state().policyNames());
        wanted.addAll(List.of(PolicyModel.OBSERVATION, PolicyModel.KEY, PolicyModel.COUNTER));
        assertEquals(wanted, new TreeSet<>(model.graph().inputNames()));
        assertEquals(List.of(PolicyModel.ACTION, PolicyModel.SAMPLE), model.graph().outputNames());
      }
    }
  }

  @Test
  void thePolicyOfAStateSamplesWhatTheLearnerDoesNext() {
    PpoParameters parameters = small();
    try (TestRun run = cartPole(parameters)) {
      // Ten steps: one iteration and one step of the next.
      State before = run.steps(10).state();
      State after = run.steps(1).state();
      PolicyModel model = new Ppo().policy(run.environment(), parameters, 3);
      Map<String, Object> arguments = new HashMap<>();
      before.policyNames().forEach(name -> arguments.put(name, before.array(name).floats()));
      arguments.put(PolicyModel.OBSERVATION, before.array("observation").floats());
      arguments.put(PolicyModel.KEY, new int[] {1, 0});
      arguments.put(PolicyModel.COUNTER, new int[] {5, 0});
      double[] sampled = Evaluator.run(model.graph(), arguments).get(PolicyModel.SAMPLE);
      int[] taken = after.array("rollout/actions").ints();
      assertArrayEquals(new double[] {taken[3], taken[4], taken[5]}, sampled);
    }
  }

  @Test
  void actionsAreBoundedForTheEnvironmentButKeptAsDrawn() {
    // The fake environment refuses any action outside its bounds.
    try (TestRun run = fake(1, true, small("logStandardDeviation", 3.0)).steps(3)) {
      float greatest = 0;
      for (float action : run.state().array("rollout/actions").floats()) {
        greatest = Math.max(greatest, Math.abs(action));
      }
      // With deviation 20 all nine within [-1, 1] have a probability of about .04^9.
      assertTrue(greatest > 1);
      PpoParameters parameters = small("logStandardDeviation", 3.0);
      PolicyModel model = new Ppo().policy(run.environment(), parameters, 9);
      Map<String, Object> arguments = new HashMap<>();
      State state = run.state();
      state.policyNames().forEach(name -> arguments.put(name, state.array(name).floats()));
      arguments.put(PolicyModel.OBSERVATION, new float[18]);
      arguments.put(PolicyModel.KEY, new int[2]);
      arguments.put(PolicyModel.COUNTER, new int[2]);
      boolean atBound = false;
      for (double action : Evaluator.run(model.graph(), arguments).get(PolicyModel.SAMPLE)) {
        assertTrue(action >= -1 && action <= 1);
        atBound |= Math.abs(action) == 1;
      }
      assertTrue(atBound);
    }
  }

  private static void checkRewards(boolean cutOff, boolean bootstrap) {
    PpoParameters parameters =
        small(
            "normalizeRewards",
            false,
            "normalizeObservations",
            false,
            "bootstrapOnTruncation",
            bootstrap,
            "discount",
            .5);
    try (TestRun run = fake(2, cutOff, parameters).steps(2)) {
      double[] rewards = run.state().array("rollout/rewards").doubles();
      float[] values = run.state().array("rollout/values").floats();
      assertArrayEquals(new double[] {2, 2, 2}, java.util.Arrays.copyOf(rewards, 3));
      // All observations are equal, and so the value of the last is that of any.
      double expected = cutOff && bootstrap ? 2 + .5 * values[0] : 2;
      assertNotEquals(0, values[0]);
      assertEquals(expected, rewards[3], 1e-12);
      boolean[] ended = run.state().array("rollout/ended").booleans();
      assertArrayEquals(new boolean[] {false, false, false, true, true, true}, ended);
      assertEquals(List.of(new Episode(4, 2), new Episode(4, 2), new Episode(4, 2)), run.episodes);
    }
  }

  @Test
  void aCutOffEpisodeIsBootstrappedWithTheValueOfItsLastObservation() {
    checkRewards(true, true);
  }

  @Test
  void aCutOffEpisodeCountsAsEndedWhenBootstrappingIsOff() {
    checkRewards(true, false);
  }

  @Test
  void aTerminatedEpisodeIsNeverBootstrapped() {
    checkRewards(false, true);
  }

  @Test
  void episodesAreToldWithRawRewardsWhenRewardsAreNormalised() {
    try (TestRun run = fake(100, true, small()).steps(2)) {
      assertEquals(new Episode(200, 2), run.episodes.get(0));
    }
  }

  @Test
  void anUpdateThatIsNotFiniteIsNotMadeAndNamesTheQuantity() {
    // An advantage of 1e60 is infinite in float32; infinity less the infinite mean is NaN.
    PpoParameters parameters = small("normalizeRewards", false, "clipValue", false);
    try (TestRun run = fake(1e60, false, parameters).steps(5)) {
      State before = run.state();
      ArithmeticException failure = assertThrows(ArithmeticException.class, run::step);
      assertTrue(
          failure
              .getMessage()
              .startsWith("ppo: policyLoss became NaN in iteration 1, epoch 1, minibatch 1;"),
          failure.getMessage());
      State after = run.state();
      assertEquals(before, after);
    }
  }

  @Test
  void learningRateFallsLinearlyOverTheSchedule() {
    // Rollouts of 12 begin at 0, 12, 24 of 1000 transitions.
    try (TestRun run = cartPole(small("learningRate", .1)).steps(27)) {
      assertEquals(.1, run.metrics.get(0).get("learningRate"), 1e-12);
      assertEquals(.1 * (1 - 12 / 1000.0), run.metrics.get(1).get("learningRate"), 1e-12);
      assertEquals(.1 * (1 - 24 / 1000.0), run.metrics.get(2).get("learningRate"), 1e-12);
    }
    try (TestRun run = cartPole(small("learningRate", .1, "annealLearningRate", false)).steps(27)) {
      assertEquals(.1, run.metrics.get(2).get("learningRate"), 1e-12);
    }
  }

  @Test
  void epochsEndEarlyWhenThePolicyMovesFartherThanTheTarget() {
    // The first update of an epoch starts from the old policy: only the second epoch can be cut.
    try (TestRun run = cartPole(small("epochs", 50, "learningRate", .05, "targetKl", 1e-4))) {
      run.steps(5);
      int updates = 0;
      while (!run.settled()) {
        run.step();
        updates++;
      }
      assertTrue(updates < 100, "updates " + updates);
      assertEquals(0, updates % 2);
    }
  }

  @Test
  void parametersThatDoNotFitTogetherAreAUsersMistake() {
    UserException failure =
        assertThrows(UserException.class, () -> cartPole(small("minibatchSize", 5)));
    assertEquals(
        "minibatchSize 5 does not divide the rollout of 3 environments x 4 steps = 12 transitions"
            + " (algorithm ppo, parameter minibatchSize). Nearest that does: 4",
        failure.line());
    assertThrows(UserException.class, () -> cartPole(small("minibatchSize", 1)));
    assertThrows(UserException.class, () -> cartPole(small("minibatchSize", 24)));
  }
}
