package dev.stoa.lib.optimisers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OptimiserTest extends PairUpdate {
  @Test
  void aGradientLongerThanTheBoundIsScaledToIt() {
    compile(new ClipByGlobalNorm(1));
    // The norm of (3, 4) is 5; the factor 1 / (5 + 1e-6).
    assertArrayEquals(new double[] {-3 / 5.000001, -4 / 5.000001}, update(1, 3, 4), 1e-12);
    assertEquals(5, norm(), 1e-12);
  }

  @Test
  void aGradientShorterThanTheBoundIsLeftAlone() {
    compile(new ClipByGlobalNorm(10));
    assertArrayEquals(new double[] {-3, -4}, update(1, 3, 4), 0);
  }

  @Test
  void adamMovesAsComputedByHand() {
    compile(new Adam(.5, .5, 1));
    // Both decays 1/2, epsilon 1. First gradient 2: m = 1, v = 2, corrections 1/2: 2 / (root 4 +
    // 1).
    assertEquals(-2.0 / 3, update(1, 2, 0)[0], 1e-12);
    // Then gradient 1: m = 1, v = 3/2, corrections 3/4: (4/3) / (root 2 + 1), with a tenth of the
    // rate.
    assertEquals(-2.0 / 3 - .1 * 4 / 3 / (Math.sqrt(2) + 1), update(.1, 1, 0)[0], 1e-12);
    // An element whose gradient was always zero has not moved.
    assertEquals(0, contents(3)[1]);
  }

  @Test
  void adamsFirstStepIsTheLearningRateWhateverTheGradientsSize() {
    compile(new Adam(1e-12));
    assertArrayEquals(new double[] {-.25, .25}, update(.25, 1e-3, -1e3), 1e-8);
  }

  @Test
  void chainedTransformsActInOrder() {
    compile(GradientTransform.chain(new ClipByGlobalNorm(1), new Adam(.5, .5, 1)));
    // (30, 40) is clipped to about (.6, .8); a first step of Adam is g / (|g| + 1).
    assertArrayEquals(new double[] {-.6 / 1.6, -.8 / 1.8}, update(1, 30, 40), 1e-6);
  }

  @Test
  void aGradientOrLossThatIsNotFiniteChangesNothing() {
    compile(GradientTransform.chain(new ClipByGlobalNorm(1), new Adam(1e-5)));
    update(.1, 1, 2);
    double[][] before = new double[inputs.length][];
    for (int i = 3; i < inputs.length; i++) {
      before[i] = contents(i);
    }
    update(.1, Double.NaN, 1);
    assertTrue(Double.isNaN(norm()));
    update(.1, Double.POSITIVE_INFINITY, 1);
    assertEquals(Double.POSITIVE_INFINITY, norm());
    inputs[2].write(new double[] {Double.NEGATIVE_INFINITY});
    update(.1, 1, 1);
    assertEquals(Math.sqrt(2), norm(), 1e-12);
    for (int i = 3; i < inputs.length; i++) {
      assertArrayEquals(before[i], contents(i));
    }
  }

  @Test
  void decaysOutsideTheirRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Adam(1, .9, 1e-8));
    assertThrows(IllegalArgumentException.class, () -> new ClipByGlobalNorm(0));
  }
}
