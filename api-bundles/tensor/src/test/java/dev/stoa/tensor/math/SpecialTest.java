package dev.stoa.tensor.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The oracle of the functions that Java has is {@link StrictMath} in float64. Those of the others
 * are, for float32, the float64 functions, which the conformance kit holds to tables of their
 * definitions.
 */
class SpecialTest {
  /** A prime step walks over the bit patterns of all magnitudes: some 430,000 values. */
  private static final int STEP = 9973;

  private interface Single {
    float of(float x);
  }

  private static void within(Single ours, DoubleUnaryOperator exact, double limit) {
    for (long bits = 0; bits <= 0xFFFFFFFFL; bits += STEP) {
      float x = Float.intBitsToFloat((int) bits);
      double expected = exact.applyAsDouble(x);
      float got = ours.of(x);
      if (Double.isNaN(expected) || Float.isInfinite((float) expected) || expected == 0) {
        assertEquals((float) expected, got, "at " + x);
      } else {
        double error = Math.abs(got - expected) / Math.ulp((float) expected);
        assertTrue(error <= limit, () -> "at " + x + ": " + got + ", not " + expected);
      }
    }
  }

  @Test
  void floatsAreWithinTwoUlpEverywhere() {
    within(Special::expm1, StrictMath::expm1, 1.4);
    within(Special::log1p, StrictMath::log1p, 1.4);
    within(Special::rsqrt, x -> 1 / Math.sqrt(x), 1.5);
    within(x -> Special.pow(x, 1.7f), x -> StrictMath.pow(x, 1.7f), 0.51);
    within(Special::erf, Special::erf, 1.7);
  }

  /** f(x + 1) = f(x) + 1/x for digamma and f(x) + log x for lgamma, over the seams of methods. */
  @Test
  void recurrencesHoldAcrossTheSeams() {
    for (double x = 0.015625; x < 20; x += 0.015625) {
      assertEquals(
          Special.digamma(x) + 1 / x, Special.digamma(x + 1), 1e-14 * (1 + 1 / x), "at " + x);
      assertEquals(Special.lgamma(x) + Math.log(x), Special.lgamma(x + 1), 5e-14, "at " + x);
    }
    // An error function that is continuous where its methods meet.
    for (double seam : new double[] {3, 6}) {
      assertEquals(Special.erf(seam), Special.erf(Math.nextDown(seam)), 2e-15);
    }
    assertEquals(Special.erf(1.125f), Special.erf(Math.nextDown(1.125f)), Math.ulp(1f));
    // From 4 on the complement, 1.5e-8, is less than half the distance of 1 - 2^-24 from 1.
    for (float x = 4; x < Float.POSITIVE_INFINITY; x *= 1.01f) {
      assertEquals(1f, Special.erf(x));
      assertEquals(-1f, Special.erf(-x));
    }
    assertEquals(1f, Special.erf(Float.POSITIVE_INFINITY));
  }

  @Test
  void smallestNumbersComeOut() {
    assertEquals(-Math.log(Double.MIN_VALUE), Special.lgamma(-Double.MIN_VALUE), 1e-12);
    assertEquals(-Math.log(1e-300), Special.lgamma(-1e-300), 1e-12);
    assertEquals(Float.MIN_VALUE, Special.expm1(Float.MIN_VALUE));
    assertEquals(Float.MIN_VALUE, Special.log1p(Float.MIN_VALUE));
    // Zeros keep their signs: assertEquals tells 0 from -0.
    assertEquals(-0f, Special.expm1(-0f));
    assertEquals(-0f, Special.log1p(-0f));
    assertEquals(-0f, Special.erf(-0f));
    assertEquals(0f, Special.erf(0f));
    assertEquals(Float.NEGATIVE_INFINITY, Special.rsqrt(-0f));
    assertEquals(Float.POSITIVE_INFINITY, Special.lgamma(Float.MAX_VALUE));
  }

  @Test
  void bitsAreThoseOfTheFirstCallAfterMany() {
    float[] first = all();
    for (int call = 0; call < 20_000; call++) {
      all();
    }
    float[] last = all();
    for (int i = 0; i < first.length; i++) {
      assertEquals(Float.floatToRawIntBits(first[i]), Float.floatToRawIntBits(last[i]), "" + i);
    }
  }

  private static float[] all() {
    float[] out = new float[70];
    for (int i = 0; i < 10; i++) {
      float x = 0.37f * (i + 1);
      out[7 * i] = Special.expm1(-x);
      out[7 * i + 1] = Special.log1p(x);
      out[7 * i + 2] = Special.erf(x);
      out[7 * i + 3] = Special.lgamma(3 * x);
      out[7 * i + 4] = Special.digamma(-x);
      out[7 * i + 5] = Special.pow(x, 1.3f);
      out[7 * i + 6] = Special.rsqrt(x);
    }
    return out;
  }
}
