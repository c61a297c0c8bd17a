package dev.stoa.tensor.math;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The oracle is {@link StrictMath} in float64, whose error of an ulp of float64 does not count
 * here.
 */
class ElementaryTest {
  private static final float INF = Float.POSITIVE_INFINITY;

  /** A prime step walks over the bit patterns of all magnitudes: some two million values. */
  private static final int STEP = 2003;

  private interface Single {
    float apply(float x);
  }

  private static double largestError(
      Single ours, DoubleUnaryOperator exact, float low, float high) {
    double largest = 0;
    for (long bits = 0; bits <= 0xFFFFFFFFL; bits += STEP) {
      float x = Float.intBitsToFloat((int) bits);
      if (x >= low && x <= high) {
        double expected = exact.applyAsDouble(x);
        float got = ours.apply(x);
        if (Float.isInfinite((float) expected) || expected == 0) {
          assertEquals((float) expected, got, "at " + x);
        } else {
          double error = Math.abs(got - expected) / Math.ulp((float) expected);
          assertTrue(error <= 7.5, () -> "at " + x + ": " + got + ", not " + expected);
          largest = Math.max(largest, error);
        }
      }
    }
    return largest;
  }

  @Test
  void exponentialFunctionIsWithinOneUlpEverywhere() {
    double error = largestError(Elementary::exp, StrictMath::exp, -INF, INF);
    assertTrue(error <= 1, "error " + error);
  }

  @Test
  void logarithmIsWithinOneUlpEverywhere() {
    double error = largestError(Elementary::log, StrictMath::log, Float.MIN_VALUE, INF);
    assertTrue(error <= 1, "error " + error);
  }

  @Test
  void hyperbolicTangentIsWithinSevenUlpEverywhere() {
    double error = largestError(Elementary::tanh, StrictMath::tanh, -INF, INF);
    assertTrue(error <= 7, "error " + error);
  }

  @Test
  void sineAndCosineAreWithinOneUlpUpToEightThousand() {
    double sine = largestError(Elementary::sin, StrictMath::sin, -0x1p13f, 0x1p13f);
    double cosine = largestError(Elementary::cos, StrictMath::cos, -0x1p13f, 0x1p13f);
    assertTrue(sine <= 1, "error of sine " + sine);
    assertTrue(cosine <= 1, "error of cosine " + cosine);
  }

  @Test
  void sineAndCosineAreNearlyCorrectlyRoundedUpToAMillion() {
    float above = Math.nextUp(0x1p13f);
    double sine = largestError(Elementary::sin, StrictMath::sin, above, 0x1p20f);
    double cosine = largestError(Elementary::cos, StrictMath::cos, -0x1p20f, -above);
    assertTrue(sine <= 0.501, "error of sine " + sine);
    assertTrue(cosine <= 0.501, "error of cosine " + cosine);
  }

  /** Float32 numbers next to whole multiples of pi/2, where the reduction cancels most. */
  @Test
  void sineAndCosineAreRightNextToTheirZeros() {
    for (int n = 1; n <= 5215; n++) {
      float near = (float) (n * (Math.PI / 2));
      for (float x : new float[] {Math.nextDown(near), near, Math.nextUp(near)}) {
        double sine = StrictMath.sin(x);
        double cosine = StrictMath.cos(x);
        assertEquals(sine, Elementary.sin(x), Math.ulp((float) sine), "sine of " + x);
        assertEquals(cosine, Elementary.cos(x), Math.ulp((float) cosine), "cosine of " + x);
      }
    }
  }

  @Test
  void sineAndCosineOfHugeAnglesAreRight() {
    double sine = largestError(Elementary::sin, StrictMath::sin, 0x1p20f, Float.MAX_VALUE);
    double cosine = largestError(Elementary::cos, StrictMath::cos, -Float.MAX_VALUE, -0x1p20f);
    assertTrue(sine <= 1 && cosine <= 1, "errors " + sine + ", " + cosine);
  }

  @Test
  void specialValuesGiveWhatTheStandardFunctionsGive() {
    float[] special = {
      0f, -0f, INF, -INF, Float.NaN, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MAX_VALUE, -1f
    };
    for (float x : special) {
      assertEquals((float) StrictMath.exp(x), Elementary.exp(x), "exp " + x);
      assertEquals((float) StrictMath.log(x), Elementary.log(x), Math.ulp(104f), "log " + x);
      assertEquals((float) StrictMath.tanh(x), Elementary.tanh(x), 4e-7f, "tanh " + x);
      assertEquals((float) StrictMath.sin(x), Elementary.sin(x), "sin " + x);
      assertEquals((float) StrictMath.cos(x), Elementary.cos(x), "cos " + x);
    }
    assertEquals(Float.floatToRawIntBits(-0f), Float.floatToRawIntBits(Elementary.tanh(-0f)));
    assertEquals(Float.floatToRawIntBits(-0f), Float.floatToRawIntBits(Elementary.sin(-0f)));
    assertEquals(Float.MIN_VALUE, Elementary.tanh(Float.MIN_VALUE));
    assertEquals(1f - 0x1p-24f, Elementary.tanh(9f));
    assertEquals(-1f + 0x1p-24f, Elementary.tanh(-INF));
    assertEquals(0f, Elementary.log(1f));
    assertEquals(1f, Elementary.exp(0f));
  }

  /** The first call of a method is interpreted, later ones are compiled. */
  @Test
  void arraysHaveTheSameBitsAsSingleValuesFirstAndAfterManyCalls() {
    int n = 1013;
    float[] in = new float[n];
    for (int i = 0; i < n; i++) {
      in[i] = (i - 500) * 0.037f;
    }
    float[][] first = all(in);
    for (int call = 0; call < 3000; call++) {
      all(in);
    }
    float[][] last = all(in);
    for (int f = 0; f < first.length; f++) {
      assertArrayEquals(bits(first[f]), bits(last[f]), "function " + f);
    }
    float[] shifted = new float[n + 3];
    Elementary.exp(in, 2, shifted, 5, n - 2);
    assertEquals(Elementary.exp(in[2]), shifted[5]);
    assertEquals(Elementary.exp(in[n - 1]), shifted[n + 2]);
  }

  private static float[][] all(float[] in) {
    float[][] out = new float[5][in.length];
    Elementary.exp(in, 0, out[0], 0, in.length);
    Elementary.log(in, 0, out[1], 0, in.length);
    Elementary.tanh(in, 0, out[2], 0, in.length);
    Elementary.sin(in, 0, out[3], 0, in.length);
    Elementary.cos(in, 0, out[4], 0, in.length);
    return out;
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
