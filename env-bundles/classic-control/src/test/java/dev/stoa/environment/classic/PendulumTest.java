package dev.stoa.environment.classic;

import static dev.stoa.environment.classic.Task.PENDULUM;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Snapshot;
import dev.stoa.environment.Space;
import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected sequences were computed with Gymnasium 1.3.0. */
class PendulumTest {
  private static final float[] TORQUES = {2, -2, .5f, 0, 3, -1.25f, .1f};

  private final VectorEnvironment environment = PENDULUM.create(1);
  private final Transitions out = PENDULUM.transitions(1);

  private void begin(double angle, double angularVelocity) {
    PENDULUM.restore(environment, new int[1], new double[] {angle, angularVelocity});
  }

  private void turn(float torque) {
    environment.step(new float[] {torque}, out);
  }

  @Test
  void theSequenceIsGymnasiumsToTheBit() {
    begin(3.0, -.5);
    double[][] states = new double[TORQUES.length][];
    double[] rewards = new double[TORQUES.length];
    for (int i = 0; i < TORQUES.length; i++) {
      turn(TORQUES[i]);
      states[i] = PENDULUM.row(environment, 0);
      rewards[i] = out.reward[0];
    }
    assertArrayEquals(new double[] {2.995292000302245, -.09415999395509961}, states[0]);
    assertEquals(-9.02900000018999, rewards[0]);
    assertArrayEquals(new double[] {2.981050724775928, -.2848255105263395}, states[1]);
    assertEquals(-8.976660777710773, rewards[1]);
    // The torque of this step, 3, is clipped to 2.
    assertArrayEquals(new double[] {3.0009815001970335, .4552688581910373}, states[4]);
    assertEquals(-8.873893567880728, rewards[4]);
    assertArrayEquals(new double[] {3.043581942422517, .4791287895096704}, states[6]);
    assertEquals(-9.132052131591369, rewards[6]);
  }

  @Test
  void twoHundredStepsWithoutTorqueCostWhatGymnasiumSays() {
    begin(3.0, -.5);
    double total = 0;
    for (int step = 1; step <= 200; step++) {
      turn(0);
      total += out.reward[0];
      assertFalse(out.terminated[0]);
      assertEquals(step == 200, out.truncated[0], "truncated at step " + step);
    }
    assertEquals(-1833.9890418269458, total);
  }

  @Test
  void theObservationIsCosineSineAndSpeed() {
    // 15 sin(pi/2) * .05 = .75 is added to the speed, .75 * .05 to the angle.
    begin(Math.PI / 2, 0);
    turn(0);
    double angle = Math.PI / 2 + .0375;
    float[] expected = {(float) Math.cos(angle), (float) Math.sin(angle), .75f};
    assertArrayEquals(expected, out.next, 1e-7f);
    assertArrayEquals(out.next, out.observation);
  }

  @Test
  void theWorstStepHangsDownAtFullSpeedAndTorque() {
    // pi^2 + .1 * 8^2 + .001 * 2^2; that last term is float32.
    begin(Math.PI, 8);
    turn(-2);
    assertEquals(-(Math.PI * Math.PI + 6.4 + (double) .004f), out.reward[0], 1e-14);
    assertEquals(-16.2736044, out.reward[0], 1e-7);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-4 * Math.PI, -2 * Math.PI, 0, 2 * Math.PI, 20 * Math.PI})
  void wholeTurnsCostNothing(double turns) {
    // The angle left is .5 whatever the turns: the cost is .25.
    begin(turns + .5, 0);
    turn(0);
    assertEquals(-.25, out.reward[0], 1e-13);
    begin(turns - .5, 0);
    turn(0);
    assertEquals(-.25, out.reward[0], 1e-13);
  }

  @Test
  void theSpeedIsClippedAtEight() {
    // 7.9 + (15 sin(pi/2) + 3 * 2) * .05 = 8.95 without the bound; the angle moves by the clipped
    // speed.
    for (int side : new int[] {-1, 1}) {
      begin(side * Math.PI / 2, side * 7.9);
      turn(side * 2);
      assertArrayEquals(
          new double[] {side * (Math.PI / 2 + 8 * .05), side * 8.0}, PENDULUM.row(environment, 0));
    }
  }

  @Test
  void theSpecIsGymnasiums() {
    EnvironmentSpec spec = PENDULUM.spec(200);
    assertEquals(
        new Space.Box(new float[] {-1, -1, -8}, new float[] {1, 1, 8}), spec.observation());
    assertEquals(new Space.Box(new float[] {-2}, new float[] {2}), spec.action());
    assertEquals(Snapshot.EXACT, spec.snapshot());
    assertEquals(200, spec.maxEpisodeSteps());
    assertEquals(OptionalDouble.empty(), spec.solvedReturn());
  }

  @Test
  void theDefaultTimeLimitIsTwoHundred() throws NoSuchMethodException {
    assertEquals(200, Pendulum.Parameters.class.getMethod("maxEpisodeSteps").getDefaultValue());
  }

  @Test
  void aTorqueThatIsNoNumberIsNamedWithItsCopyAndChangesNothing() {
    VectorEnvironment two = PENDULUM.create(2);
    Transitions transitions = PENDULUM.transitions(2);
    two.reset(transitions);
    var before = two.save();
    for (float wrong : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      var error =
          assertThrows(
              IllegalArgumentException.class, () -> two.step(new float[] {0, wrong}, transitions));
      assertEquals(
          "Pendulum-v1, copy 1: the action " + wrong + " is not a finite number",
          error.getMessage());
    }
    assertEquals(before, two.save());
  }
}
