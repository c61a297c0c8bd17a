package dev.stoa.environment.classic;

import static dev.stoa.environment.classic.Task.CART_POLE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Snapshot;
import dev.stoa.environment.Space;
import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Expected sequences were computed with Gymnasium 1.3.0. */
class CartPoleTest {
  private static final double[] START = {.01, -.02, .03, -.04};
  private static final int[] ACTIONS = {1, 1, 0, 1, 0, 0, 1, 1, 1, 1};

  private final VectorEnvironment environment = CART_POLE.create(1);
  private final Transitions out = CART_POLE.transitions(1);

  private void begin(int steps, double... row) {
    CART_POLE.restore(environment, new int[] {steps}, row);
  }

  private void push(int action) {
    environment.step(new int[] {action}, out);
  }

  @Test
  void oneStepGivesGymnasiumsStateToTheBit() {
    begin(0, START);
    push(1);
    assertArrayEquals(
        new double[] {.009600000000000001, .17467919574755525, .0292, -.3230687179600081},
        CART_POLE.row(environment, 0));
  }

  @Test
  void tenStepsGiveGymnasiumsStateToTheBit() {
    begin(0, START);
    for (int action : ACTIONS) {
      push(action);
    }
    assertArrayEquals(
        new double[] {
          .056548683591315464, .7602724481508547, -.05007350994119372, -1.2068661280513107
        },
        CART_POLE.row(environment, 0));
  }

  @Test
  void theObservationIsTheStateRoundedToFloat32() {
    begin(0, START);
    push(1);
    float[] rounded = {
      (float) .009600000000000001,
      (float) .17467919574755525,
      (float) .0292,
      (float) -.3230687179600081
    };
    assertArrayEquals(rounded, out.next);
    assertArrayEquals(rounded, out.observation);
  }

  @Test
  void thePoleTipsOverAtStep15AndTheLastStepPaysToo() {
    begin(0, START);
    for (int step = 1; step <= 15; step++) {
      push(step <= ACTIONS.length ? ACTIONS[step - 1] : 1);
      assertEquals(step == 15, out.terminated[0], "terminated at step " + step);
      assertEquals(1, out.reward[0]);
      assertFalse(out.truncated[0]);
    }
  }

  @Test
  void pushedOneWayFromRestThePoleTipsOverAtStep9() {
    begin(0, 0, 0, 0, 0);
    for (int step = 1; step <= 9; step++) {
      push(1);
      assertEquals(step == 9, out.terminated[0], "terminated at step " + step);
    }
  }

  @Test
  void theCartLeavesTheTrackOnEitherSide() {
    // 2.39 + .02 * 1 = 2.41 > 2.4; 2.39 + .02 * .4 = 2.398.
    for (int side : new int[] {-1, 1}) {
      begin(0, side * 2.39, side * 1.0, 0, 0);
      push(0);
      assertTrue(out.terminated[0]);
      begin(0, side * 2.39, side * .4, 0, 0);
      push(0);
      assertFalse(out.terminated[0]);
    }
  }

  @Test
  void thePoleTipsOverAtTwelveDegreesOnEitherSide() {
    // 12 degrees are .2094: .2 + .02 * .5 = .21 is beyond, .2 + .02 * .4 = .208 is not.
    for (int side : new int[] {-1, 1}) {
      begin(0, 0, 0, side * .2, side * .5);
      push(0);
      assertTrue(out.terminated[0]);
      begin(0, 0, 0, side * .2, side * .4);
      push(0);
      assertFalse(out.terminated[0]);
    }
  }

  @Test
  void aStepCanTerminateAndTruncateAtOnce() {
    begin(499, 2.39, 1, 0, 0);
    push(0);
    assertTrue(out.terminated[0]);
    assertTrue(out.truncated[0]);
  }

  @Test
  void aBalancedPoleReturnsFiveHundred() {
    environment.reset(out);
    double total = 0;
    int steps = 0;
    do {
      float[] o = out.observation;
      push(.1 * o[1] + o[2] + .3 * o[3] > 0 ? 1 : 0);
      total += out.reward[0];
      steps++;
    } while (!out.terminated[0] && !out.truncated[0]);
    assertEquals(500, steps);
    assertEquals(500, total);
    assertTrue(out.truncated[0]);
    assertFalse(out.terminated[0]);
  }

  @Test
  void theSpecIsGymnasiums() {
    EnvironmentSpec spec = CART_POLE.spec(500);
    float infinity = Float.POSITIVE_INFINITY;
    assertEquals(
        new Space.Box(
            new float[] {-4.8f, -infinity, -.41887903f, -infinity},
            new float[] {4.8f, infinity, .41887903f, infinity}),
        spec.observation());
    assertEquals(new Space.Discrete(2), spec.action());
    assertEquals(Snapshot.EXACT, spec.snapshot());
    assertEquals(500, spec.maxEpisodeSteps());
    assertEquals(OptionalDouble.of(475), spec.solvedReturn());
  }

  @Test
  void withAnotherTimeLimitNoReturnCountsAsSolved() {
    assertEquals(OptionalDouble.empty(), CART_POLE.spec(200).solvedReturn());
  }

  @Test
  void theDefaultTimeLimitIsFiveHundred() throws NoSuchMethodException {
    assertEquals(500, CartPole.Parameters.class.getMethod("maxEpisodeSteps").getDefaultValue());
  }

  @Test
  void anUnknownActionIsNamedWithItsCopyAndChangesNothing() {
    VectorEnvironment three = CART_POLE.create(3);
    Transitions transitions = CART_POLE.transitions(3);
    three.reset(transitions);
    var before = three.save();
    for (int wrong : new int[] {2, -1}) {
      var error =
          assertThrows(
              IllegalArgumentException.class,
              () -> three.step(new int[] {0, 1, wrong}, transitions));
      assertEquals(
          "CartPole-v1, copy 2: no action " + wrong + ", they are 0 to 1", error.getMessage());
    }
    assertEquals(before, three.save());
  }
}
