package dev.stoa.lib.optimisers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every transform beside Adam and the norm's bound, mostly on a constant gradient. */
class TransformTest extends PairUpdate {
  private static final List<Slot> ONE =
      List.of(new Slot("parameter", TensorType.of(DataType.FLOAT64, 2)));

  @Test
  void aChainOfNoneIsPlainGradientDescent() {
    compile(GradientTransform.chain());
    parameter(10, 20);
    assertArrayEquals(new double[] {9, 21}, update(.5, 2, -2), 1e-15);
    assertArrayEquals(new double[] {8, 22}, update(.5, 2, -2), 1e-15);
  }

  @Test
  void aHeavyBallGathersSpeed() {
    compile(new Momentum(.5, false));
    // Of the gradient 1 the velocity is 2 (1 - 2^-t): 1, 3/2, 7/4.
    assertEquals(-1, update(1, 1, 0)[0], 1e-15);
    assertEquals(-2.5, update(1, 1, 0)[0], 1e-15);
    assertEquals(-4.25, update(1, 1, 0)[0], 1e-15);
    // Left alone it loses half of it: 7/8.
    assertArrayEquals(new double[] {-5.125, 0}, update(1, 0, 0), 1e-15);
  }

  @Test
  void nesterovLooksAheadByOneVelocity() {
    compile(new Momentum(.5, true));
    // 1 plus half of 1, 3/2, 7/4.
    assertEquals(-1.5, update(1, 1, 0)[0], 1e-15);
    assertEquals(-3.25, update(1, 1, 0)[0], 1e-15);
    assertArrayEquals(new double[] {-5.125, 0}, update(1, 1, 0), 1e-15);
  }

  @Test
  void rmsPropDividesByTheRootOfTheMeanSquare() {
    compile(new RmsProp(.5, 1));
    // Of the gradient 2 the mean square is 4 (1 - 2^-t): 2, 3; epsilon 1 beside the root.
    assertEquals(-2 / (Math.sqrt(2) + 1), update(1, 2, 0)[0], 1e-14);
    double second = -2 / (Math.sqrt(2) + 1) - 2 / (Math.sqrt(3) + 1);
    assertArrayEquals(new double[] {second, 0}, update(1, 2, 0), 1e-14);
  }

  @Test
  void rmsPropsEpsilonMayStandInsideTheRoot() {
    compile(new RmsProp(.5, 1, false, true));
    assertEquals(-2 / Math.sqrt(3), update(1, 2, 0)[0], 1e-14);
    assertEquals(-2 / Math.sqrt(3) - 1, update(1, 2, 0)[0], 1e-14);
  }

  @Test
  void centredRmsPropTakesTheSquaredMeanOff() {
    compile(new RmsProp(.5, 1, true, false));
    // Means 1 and 3/2, squares 2 and 3: variances 1 and 3/4.
    assertEquals(-1, update(1, 2, 0)[0], 1e-14);
    assertEquals(-1 - 2 / (Math.sqrt(.75) + 1), update(1, 2, 0)[0], 1e-14);
  }

  @Test
  void ofAConstantGradientAdamsStepsAreEqual() {
    compile(new Adam(1));
    // Both corrected means are exact: g / (|g| + epsilon) = 3/4 and -1/2 each time.
    for (int t = 1; t <= 5; t++) {
      assertArrayEquals(new double[] {-.75 * t, .5 * t}, update(1, 3, -1), 1e-12);
    }
  }

  @Test
  void elementsBeyondTheBoundAreMovedToIt() {
    compile(new ClipByValue(1));
    assertArrayEquals(new double[] {-1, .5}, update(1, 3, -.5), 0);
    assertArrayEquals(new double[] {-2, 1.5}, update(1, 1, -7), 0);
  }

  @Test
  void weightDecayAfterAdamIsDecoupled() {
    compile(
        GradientTransform.chain(
            new Adam(.5, .5, 1), WeightDecay.of(.25, ONE, name -> name.equals("parameter"))));
    parameter(10, -4);
    // Adam's first step g / (|g| + 1): 2/3 and 0; a quarter of the parameters: 2.5 and -1.
    assertArrayEquals(new double[] {10 - .1 * (2 / 3. + 2.5), -3.9}, update(.1, 2, 0), 1e-14);
  }

  @Test
  void weightDecayBeforeAdamIsPartOfTheGradient() {
    compile(GradientTransform.chain(WeightDecay.of(.25, ONE, name -> true), new Adam(.5, .5, 1)));
    parameter(10, -4);
    // Gradients 4.5 and -1.
    assertArrayEquals(new double[] {10 - .1 * 4.5 / 5.5, -3.95}, update(.1, 2, 0), 1e-14);
  }

  @Test
  void parametersOutsideTheMaskDoNotDecay() {
    List<Slot> parameters =
        List.of(
            new Slot("0/weight", TensorType.of(DataType.FLOAT64, 2)),
            new Slot("0/bias", TensorType.of(DataType.FLOAT64, 2)));
    WeightDecay decay = WeightDecay.of(.5, parameters, name -> name.endsWith("weight"));
    assertEquals(new WeightDecay(.5, List.of(true, false)), decay);
    compile(WeightDecay.of(.5, ONE, name -> name.endsWith("weight")));
    parameter(10, 20);
    assertArrayEquals(new double[] {9, 19}, update(1, 1, 1), 0);
    // Made for two parameters, there is one.
    assertThrows(IllegalArgumentException.class, () -> compile(decay));
  }

  @Test
  void accumulatedGradientsAreOneGradient() {
    compile(new Accumulate(3, new Momentum(.5, false)));
    assertArrayEquals(new double[] {0, 0}, update(1, 3, -3), 0);
    assertArrayEquals(new double[] {0, 0}, update(1, 6, 0), 0);
    // Mean 3 and -1: the first velocity.
    assertArrayEquals(new double[] {-3, 1}, update(1, 0, 0), 1e-15);
    assertArrayEquals(new double[] {-3, 1}, update(1, 2, 0), 1e-15);
    assertArrayEquals(new double[] {-3, 1}, update(1, 2, 0), 1e-15);
    // Mean 2 and 0: velocities 1.5 + 2 and -.5.
    assertArrayEquals(new double[] {-6.5, 1.5}, update(1, 2, 0), 1e-15);
  }

  @Test
  void numbersOutsideTheirRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Momentum(1, false));
    assertThrows(IllegalArgumentException.class, () -> new RmsProp(.9, 0));
    assertThrows(IllegalArgumentException.class, () -> new ClipByValue(-1));
    assertThrows(IllegalArgumentException.class, () -> new WeightDecay(-1, List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> new Accumulate(0, GradientTransform.chain()));
  }
}
