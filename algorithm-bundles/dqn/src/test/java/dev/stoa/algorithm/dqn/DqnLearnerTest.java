package dev.stoa.algorithm.dqn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.cpujvm.CpuJvmDevice;
import dev.stoa.environment.classic.CartPole;
import dev.stoa.lib.learners.Evaluator;
import dev.stoa.lib.learners.TestRun;
import dev.stoa.policy.PolicyModel;
import dev.stoa.run.Episode;
import dev.stoa.run.StepReport;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DqnLearnerTest {
  private static final List<String> NETWORK = List.of("0/weight", "0/bias", "1/weight", "1/bias");

  /** Small: every count is met within a few steps. */
  private static DqnParameters small(Object... more) {
    Object[] values = {
      "bufferCapacity",
      10,
      "learningStarts",
      6L,
      "trainFrequency",
      4,
      "gradientSteps",
      3,
      "batchSize",
      5,
      "targetFrequency",
      5,
      "hidden",
      new int[] {6}
    };
    Object[] all = Arrays.copyOf(values, values.length + more.length);
    System.arraycopy(more, 0, all, values.length, more.length);
    return TestRun.parameters(DqnParameters.class, all);
  }

  private static TestRun run(TestRun.EnvironmentFactory environment, DqnParameters parameters) {
    return new TestRun(environment, 1, 100, new CpuJvmDevice()).start(new Dqn(), parameters);
  }

  private static TestRun cartPole(DqnParameters parameters) {
    return run(TestRun.of(new CartPole()), parameters);
  }

  private static TestRun counting(DqnParameters parameters) {
    return run(CountingEnvironment.of(1, false), parameters);
  }

  @Test
  void learningBeginsAtTheFirstMultipleOfTrainFrequencyBeyondItsStart() {
    try (TestRun run = cartPole(small("learningStarts", 8L))) {
      for (int step = 0; step < 12; step++) {
        assertTrue(run.settled());
        assertEquals(1, run.step().transitions());
      }
      // Eight are not more than eight; twelve are. Three gradient steps, then four transitions.
      for (int phase = 0; phase < 3; phase++) {
        for (int update = 0; update < 3; update++) {
          assertFalse(run.settled());
          assertEquals(0, run.step().transitions());
        }
        for (int step = 0; step < 4; step++) {
          assertTrue(run.settled());
          assertEquals(1, run.step().transitions());
        }
      }
      assertEquals(9, run.state().integer("updates"));
      assertEquals(24, run.state().integer("transitions"));
    }
  }

  @Test
  void severalCopiesReachTheirCountsTogether() {
    // Threes: 4 is reached with 6, 8 with 9, 12 with 12; six are not more than six.
    try (TestRun run = cartPole(small("environments", 3))) {
      run.steps(2);
      assertTrue(run.settled());
      run.steps(1);
      assertFalse(run.settled());
      assertEquals(9, run.state().integer("transitions"));
      assertEquals(9, run.state().integer("replay/size"));
      run.steps(3).steps(1);
      assertFalse(run.settled());
      assertEquals(12, run.state().integer("transitions"));
      assertEquals(2, run.state().integer("replay/cursor"));
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
  void theMemoryHoldsTheLastObservationOfAnEpisodeNotTheFirstOfTheNext() {
    for (boolean cutOff : new boolean[] {false, true}) {
      try (TestRun run = run(CountingEnvironment.of(2, cutOff), small()).steps(6)) {
        State state = run.state();
        assertArrayEquals(
            new float[] {0, .25f, .5f, .75f, 0, .25f}, state.array("replay/observations").floats());
        assertArrayEquals(
            new float[] {.25f, .5f, .75f, 1, .25f, .5f}, state.array("replay/following").floats());
        assertArrayEquals(
            new boolean[] {false, false, false, !cutOff, false, false},
            state.array("replay/terminated").booleans());
        assertEquals(List.of(new Episode(8, 4)), run.episodes);
      }
    }
  }

  private static float[] numbers(State state, String network) {
    int size = 0;
    for (String name : NETWORK) {
      size += state.array(network + "/" + name).size();
    }
    float[] all = new float[size];
    int at = 0;
    for (String name : NETWORK) {
      float[] part = state.array(network + "/" + name).floats();
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  @Test
  void bothNetworksBeginEqualWithWeightsAndBiasesWithinTheRootOfTheirInputs() {
    try (TestRun run = cartPole(small())) {
      State state = run.state();
      assertArrayEquals(numbers(state, "q"), numbers(state, "target"));
      // Four observed numbers, six hidden units: 1 / 2 and 1 / root 6.
      Map<String, Double> bounds = Map.of("0", .5, "1", 1 / Math.sqrt(6));
      for (String name : NETWORK) {
        double bound = bounds.get(name.substring(0, 1));
        double greatest = 0;
        for (float value : state.array("q/" + name).floats()) {
          greatest = Math.max(greatest, Math.abs(value));
        }
        assertTrue(greatest > 0 && greatest <= bound, name + ": " + greatest);
      }
    }
  }

  @Test
  void theTargetNetworkIsACopyOfTheNetworkAsItWasAtTheLastMultipleOfItsFrequency() {
    try (TestRun run = cartPole(small("trainFrequency", 2, "learningStarts", 0L))) {
      float[] copied = numbers(run.state(), "q");
      int behind = 0;
      while (run.transitions < 40) {
        boolean acts = run.settled();
        State before = run.state();
        run.step();
        State after = run.state();
        if (acts && run.transitions % 5 == 0) {
          copied = numbers(before, "q");
          assertArrayEquals(copied, numbers(after, "q"));
        }
        assertArrayEquals(copied, numbers(after, "target"), "after " + run.transitions);
        behind += Arrays.equals(copied, numbers(after, "q")) ? 0 : 1;
      }
      // The network moves on between the copies, or the above would say nothing.
      assertTrue(behind > 40, "behind " + behind);
    }
  }

  @Test
  void withTauTheTargetNetworkGoesAShareOfTheWay() {
    try (TestRun run = cartPole(small("tau", .25, "targetFrequency", 9, "learningStarts", 0L))) {
      // Two phases of three updates by the eighth transition.
      State before = run.steps(8 + 6).state();
      float[] network = numbers(before, "q");
      float[] target = numbers(before, "target");
      assertFalse(Arrays.equals(network, target));
      float[] renewed = numbers(run.steps(1).state(), "target");
      assertEquals(9, run.transitions);
      for (int i = 0; i < renewed.length; i++) {
        assertEquals(.75 * target[i] + .25 * network[i], renewed[i], 1e-6);
      }
    }
  }

  /** The state with some arrays replaced. */
  private static State with(State state, Map<String, float[]> replaced) {
    State.Builder made = State.of(state.schema());
    state
        .arrays()
        .forEach(
            (name, array) -> {
              float[] values = replaced.get(name);
              if (state.policyNames().contains(name)) {
                made.policy(name, values == null ? array.toArray() : values, array.shape());
              } else {
                made.array(name, values == null ? array.toArray() : values, array.shape());
              }
            });
    state
        .scalars()
        .forEach(
            (name, value) -> {
              if (value instanceof Long number) {
                made.integer(name, number);
              } else if (value instanceof Boolean flag) {
                made.flag(name, flag);
              } else {
                made.text(name, (String) value);
              }
            });
    return made.build();
  }

  /**
   * A report of 128 updates that move nothing, on one transition: the fourth of an episode, from
   * .75 to 1, reward 2, discount .5. Linear networks {@code Q(s) = (s, 2 - 2 s)} and {@code Q'(s) =
   * (4 - s, 5 s)}.
   */
  private static Map<String, Double> oneTransition(boolean cutOff, Object... more) {
    Object[] values = {
      "bufferCapacity",
      1,
      "learningStarts",
      0L,
      "gradientSteps",
      128,
      "targetFrequency",
      1000,
      "hidden",
      new int[0],
      "discount",
      .5,
      "learningRate",
      0.0
    };
    Object[] all = Arrays.copyOf(values, values.length + more.length);
    System.arraycopy(more, 0, all, values.length, more.length);
    DqnParameters parameters = small(all);
    try (TestRun run = run(CountingEnvironment.of(2, cutOff), parameters).steps(4);
        TestRun other = run(CountingEnvironment.of(2, cutOff), parameters)) {
      TestRun.Saved saved = run.save();
      State state =
          with(
              saved.learner(),
              Map.of(
                  "q/0/weight", new float[] {1, -2},
                  "q/0/bias", new float[] {0, 2},
                  "target/0/weight", new float[] {-1, 5},
                  "target/0/bias", new float[] {4, 0}));
      other.restore(new TestRun.Saved(state, saved.environment())).steps(128);
      assertTrue(other.settled());
      Map<String, Double> metrics = new HashMap<>(other.metrics.get(0));
      metrics.put("action", (double) state.array("replay/actions").ints()[0]);
      return metrics;
    }
  }

  /** Q(.75) of the action that was taken: .75 or 2 - 1.5. */
  private static double taken(Map<String, Double> metrics) {
    double value = metrics.get("action") == 0 ? .75 : .5;
    assertEquals(value, metrics.get("meanQ"), 1e-6);
    return value;
  }

  @Test
  void aTerminalTransitionIsWorthItsRewardAlone() {
    Map<String, Double> metrics = oneTransition(false, "loss", Loss.SQUARED);
    double error = taken(metrics) - 2;
    assertEquals(error * error, metrics.get("loss"), 1e-6);
    // The loss by the chosen action's weight and bias: 2 e times .75 and 1.
    assertEquals(2 * Math.abs(error) * Math.hypot(.75, 1), metrics.get("gradientNorm"), 1e-6);
  }

  @Test
  void aTransitionThatWasCutOffIsWorthWhatTheTargetNetworkSeesAfterIt() {
    // Q'(1) = (3, 5): 2 + 5 / 2.
    Map<String, Double> metrics = oneTransition(true, "loss", Loss.SQUARED);
    double error = taken(metrics) - 4.5;
    assertEquals(error * error, metrics.get("loss"), 1e-5);
  }

  @Test
  void doubleLearningLetsTheNetworkSelectWhatTheTargetNetworkValues() {
    // Q(1) = (1, 0) selects action 0, Q'(1) = (3, 5) values it 3: 2 + 3 / 2.
    Map<String, Double> metrics = oneTransition(true, "loss", Loss.SQUARED, "doubleQ", true);
    double error = taken(metrics) - 3.5;
    assertEquals(error * error, metrics.get("loss"), 1e-5);
  }

  @Test
  void theHuberLossIsTheDefault() {
    // |e| - 1/2, and slope 1: the gradient has length |(.75, 1)|.
    Map<String, Double> metrics = oneTransition(true);
    assertEquals(4.5 - taken(metrics) - .5, metrics.get("loss"), 1e-6);
    assertEquals(1.25, metrics.get("gradientNorm"), 1e-6);
  }

  @Test
  void theFirstStepOfAdamMovesTheChosenActionByTheLearningRate() {
    // From zero moments Adam's step is the gradient's sign; the reward is above any first value.
    DqnParameters parameters =
        small("hidden", new int[0], "bufferCapacity", 1, "learningStarts", 0L, "learningRate", .01);
    try (TestRun run = run(CountingEnvironment.of(100, false), parameters).steps(4)) {
      State before = run.state();
      State after = run.steps(1).state();
      int action = before.array("replay/actions").ints()[0];
      for (String name : List.of("q/0/weight", "q/0/bias")) {
        float[] old = before.array(name).floats();
        float[] moved = after.array(name).floats();
        assertEquals(old[action] + .01, moved[action], 1e-6);
        assertEquals(old[1 - action], moved[1 - action]);
      }
    }
  }

  @Test
  void aReportCoversAtLeast128UpdatesAndTellsTheirMeans() {
    // Phases of 3 updates every 4 transitions: 43 phases are 129 updates.
    try (TestRun run = cartPole(small())) {
      int reported = 0;
      while (run.metrics.isEmpty()) {
        reported = (int) run.state().integer("updates") + 1;
        run.step();
      }
      assertEquals(129, reported);
      Map<String, Double> metrics = run.metrics.get(0);
      assertEquals(
          new TreeSet<>(List.of("loss", "meanQ", "gradientNorm", "epsilon", "bufferSize")),
          new TreeSet<>(metrics.keySet()));
      // The first phase comes at 8 transitions, the 43rd 168 later: beyond the schedule's end.
      assertEquals(176, run.transitions);
      assertEquals(.04, metrics.get("epsilon"));
      assertEquals(10, metrics.get("bufferSize"));
      assertEquals(0, run.state().integer("summed"));
    }
  }

  @Test
  void aRunRestoredAtAnyStepEndsInTheSameStateAsTheUndisturbedOne() {
    // 40 steps: before learning starts, in phases of updates, around copies, over the ring's end.
    restoredAtAnyStep(small());
  }

  @Test
  void aRunOfSeveralCopiesWithEveryOptionRestoredAtAnyStepEndsInTheSameState() {
    restoredAtAnyStep(small("environments", 3, "doubleQ", true, "tau", .5, "loss", Loss.SQUARED));
  }

  private static void restoredAtAnyStep(DqnParameters parameters) {
    int steps = 40;
    try (TestRun undisturbed = cartPole(parameters)) {
      undisturbed.steps(steps);
      State expected = undisturbed.state();
      TestRun run = cartPole(parameters);
      for (int step = 0; step < steps; step++) {
        TestRun.Saved saved = run.save();
        run.close();
        run = cartPole(parameters).restore(saved);
        assertEquals(saved.learner(), run.state(), "step " + step);
        run.step();
      }
      assertEquals(expected, run.state());
      assertEquals(undisturbed.save().environment(), run.save().environment());
      run.close();
    }
  }

  @Test
  void savingDisturbsNothing() {
    try (TestRun first = cartPole(small());
        TestRun second = cartPole(small())) {
      for (int step = 0; step < 60; step++) {
        first.step();
        first.save();
      }
      assertEquals(second.steps(60).state(), first.state());
    }
  }

  @Test
  void equalSeedsGiveEqualStatesAndOtherSeedsOthers() {
    try (TestRun first = cartPole(small());
        TestRun second = cartPole(small());
        TestRun other =
            new TestRun(TestRun.of(new CartPole()), 2, 100, new CpuJvmDevice())
                .start(new Dqn(), small())) {
      assertEquals(first.steps(40).state(), second.steps(40).state());
      assertNotEquals(first.state(), other.steps(40).state());
    }
  }

  @Test
  void aStateOfAnotherNetworkOrMemoryIsRefusedByName() {
    try (TestRun run = counting(small()).steps(13);
        TestRun wide = counting(small("hidden", new int[] {7}));
        TestRun longer = counting(small("bufferCapacity", 11))) {
      assertEquals(10, run.state().integer("replay/size"));
      StateException failure = assertThrows(StateException.class, () -> wide.restore(run.save()));
      assertTrue(failure.getMessage().contains("'q/0/weight'"), failure.getMessage());
      failure = assertThrows(StateException.class, () -> longer.restore(run.save()));
      assertTrue(failure.getMessage().contains("bufferCapacity 11"), failure.getMessage());
    }
  }

  @Test
  void policyArraysAreTheInputsOfThePolicysGraph() {
    try (TestRun run = cartPole(small())) {
      PolicyModel model = new Dqn().policy(run.environment(), small(), 2);
      Set<String> wanted = new TreeSet<>(run.state().policyNames());
      wanted.addAll(List.of(PolicyModel.OBSERVATION, PolicyModel.KEY, PolicyModel.COUNTER));
      assertEquals(wanted, new TreeSet<>(model.graph().inputNames()));
      assertEquals(List.of(PolicyModel.ACTION, PolicyModel.SAMPLE), model.graph().outputNames());
    }
  }

  @Test
  void thePolicyOfAStateSamplesWhatTheLearnerDoesNext() {
    DqnParameters parameters =
        small("environments", 8, "bufferCapacity", 8, "finalEpsilon", .5, "learningStarts", 0L);
    try (TestRun run = cartPole(parameters)) {
      while (run.transitions < 160 || !run.settled()) {
        run.step();
      }
      State before = run.state();
      assertEquals(.5f, before.array("epsilon").floats()[0]);
      double[] sampled = decide(run, parameters, before, 8).get(PolicyModel.SAMPLE);
      int[] taken = run.steps(1).state().array("replay/actions").ints();
      assertArrayEquals(Arrays.stream(taken).asDoubleStream().toArray(), sampled);
    }
  }

  /** What the policy of a state decides on its observations, with seed 1 and its own count. */
  private static Map<String, double[]> decide(
      TestRun run, DqnParameters parameters, State state, int copies) {
    PolicyModel model = new Dqn().policy(run.environment(), parameters, copies);
    Map<String, Object> arguments = new HashMap<>();
    state.policyNames().forEach(name -> arguments.put(name, state.array(name).floats()));
    arguments.put(PolicyModel.OBSERVATION, state.array("observation").floats());
    arguments.put(PolicyModel.KEY, new int[] {1, 0});
    arguments.put(
        PolicyModel.COUNTER, new int[] {(int) (state.integer("transitions") / copies), 0});
    return Evaluator.run(model.graph(), arguments);
  }

  @Test
  void actionsAreGreedyExceptForAShareThatIsUniform() {
    int copies = 40_000;
    DqnParameters parameters = small("environments", copies, "hidden", new int[0]);
    try (TestRun run = counting(parameters)) {
      State state =
          with(
              run.state(),
              Map.of(
                  "epsilon", new float[] {.3f},
                  "q/0/weight", new float[2],
                  "q/0/bias", new float[] {0, 1}));
      Map<String, double[]> decided = decide(run, parameters, state, copies);
      assertEquals(copies, Arrays.stream(decided.get(PolicyModel.ACTION)).sum());
      // Action 0 comes by chance alone, in .3 / 2 of all cases: 6,000 of 40,000, deviation 71.4.
      double zeros = copies - Arrays.stream(decided.get(PolicyModel.SAMPLE)).sum();
      assertEquals(6_000, zeros, 3 * 71.4);
    }
  }

  @Test
  void anUpdateThatIsNotFiniteIsNotMadeAndNamesTheQuantity() {
    // A reward of 1e60 is infinite in float32.
    try (TestRun run = run(CountingEnvironment.of(1e60, false), small()).steps(8)) {
      State before = run.state();
      ArithmeticException failure = assertThrows(ArithmeticException.class, run::step);
      assertTrue(
          failure
              .getMessage()
              .startsWith("dqn: loss became Infinity in update 1, after 8 transitions; the update"),
          failure.getMessage());
      assertEquals(before, run.state());
    }
  }
}
