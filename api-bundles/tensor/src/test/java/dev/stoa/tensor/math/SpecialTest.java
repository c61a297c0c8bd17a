package dev.stoa.tensor.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The oracle of the functions that Java has is {@link StrictMath} in float64. Those of the others
 * are numbers computed from the definitions with 60 digits, and for float32 the float64 function
 * tested by them.
 */
class SpecialTest {
  /** A prime step walks over the bit patterns of all magnitudes: some 430,000 values. */
  private static final int STEP = 9973;

  private static final double[][] ERF = {
    {
      9.5367431640625e-07,
      -9.313225746154785e-10,
      0.0625,
      0.25,
      -0.5,
      0.75,
      1,
      1.25,
      1.5,
      1.75,
      2.5,
      -2.75,
      3,
      3.25,
      3.9375,
      4.5,
      7,
      -0.25,
      -10
    },
    {
      1.0761062308265404e-06,
      -1.050884991041862e-09,
      0.07043197772238707,
      0.27632639016823696,
      -0.5204998778130465,
      0.7111556336535151,
      0.8427007929497149,
      0.9229001282564583,
      0.9661051464753108,
      0.9866716712191824,
      0.999593047982555,
      -0.9998993780778803,
      0.9999779095030014,
      0.9999956972205363,
      0.9999999743008093,
      0.9999999998033839,
      1.0,
      -0.27632639016823696,
      -1.0
    }
  };

  private static final double[][] LGAMMA = {
    {
      9.5367431640625e-07,
      0.0625,
      0.25,
      0.5,
      0.75,
      0.9999990463256836,
      1.0000009536743164,
      1.25,
      1.5,
      1.75,
      1.9999990463256836,
      2.0000009536743164,
      2.5,
      3.25,
      7,
      9.75,
      10,
      33,
      1024,
      1000000,
      -9.5367431640625e-07,
      -0.25,
      -0.5,
      -1.5,
      -2.75,
      -4.5,
      -20.5
    },
    {
      13.8629430607239,
      2.7396316219462036,
      1.2880225246980774,
      0.5723649429247001,
      0.20328095143129538,
      5.504765026737053e-07,
      -5.504750066148867e-07,
      -0.09827183642181316,
      -0.12078223763524522,
      -0.08440112102048555,
      -4.0319826848018475e-07,
      4.0319885504430156e-07,
      0.2846828704729192,
      0.9358019311087253,
      6.579251212010101,
      12.242204940050762,
      12.801827480081469,
      81.55795945611504,
      6071.28041294445,
      12815504.569147611,
      13.86294416167541,
      1.589575312551186,
      1.2655121234846454,
      0.860047015376481,
      0.004487897535955773,
      -2.813084081769316,
      -42.70719597482576
    }
  };

  private static final double[][] DIGAMMA = {
    {
      9.5367431640625e-07,
      0.0625,
      0.25,
      0.5,
      0.75,
      1,
      1.25,
      1.4616321325302124,
      1.5,
      2,
      2.5,
      3.25,
      7,
      9.75,
      10,
      33,
      1024,
      1000000,
      -9.5367431640625e-07,
      -0.25,
      -0.5,
      -0.75,
      -1.5,
      -2.75,
      -4.5,
      -20.25
    },
    {
      -1048576.5772140962,
      -16.478853490060104,
      -4.2274535333762655,
      -1.9635100260214235,
      -1.0858608797864722,
      -0.5772156649015329,
      -0.22745353337626542,
      -1.203605254910667e-08,
      0.03648997397857652,
      0.42278433509846713,
      0.7031566406452432,
      1.016990911068179,
      1.8727843350984672,
      2.225109535044576,
      2.251752589066721,
      3.4812795305349873,
      6.930983444876601,
      13.815510057964191,
      1048575.4227827664,
      2.9141391202135276,
      0.03648997397857652,
      -2.894120200042932,
      0.7031566406452432,
      -1.959055264977997,
      1.6110931485817512,
      6.174235633614484
    }
  };

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
  void floatsAreNearlyCorrectlyRoundedEverywhere() {
    within(Special::expm1, StrictMath::expm1, 0.51);
    within(Special::log1p, StrictMath::log1p, 0.51);
    within(Special::rsqrt, x -> 1 / Math.sqrt(x), 0.51);
    within(x -> Special.pow(x, 1.7f), x -> StrictMath.pow(x, 1.7f), 0.51);
    within(Special::erf, Special::erf, 0.51);
  }

  private static void table(DoubleUnaryOperator ours, double[][] table, double limit) {
    for (int i = 0; i < table[0].length; i++) {
      double wanted = table[1][i];
      double got = ours.applyAsDouble(table[0][i]);
      assertEquals(wanted, got, limit * (1 + Math.abs(wanted)), "at " + table[0][i]);
    }
  }

  @Test
  void float64MeetsTheDefinitions() {
    for (int i = 0; i < ERF[0].length; i++) {
      assertEquals(ERF[1][i], Special.erf(ERF[0][i]), 2e-15 * Math.abs(ERF[1][i]), "" + i);
    }
    table(Special::lgamma, LGAMMA, 2e-15);
    table(Special::digamma, DIGAMMA, 2e-15);
  }

  private static void rounded(Single ours, double[][] table) {
    for (int i = 0; i < table[0].length; i++) {
      double wanted = table[1][i];
      double error = Math.abs(ours.of((float) table[0][i]) - wanted);
      assertTrue(error <= 0.51 * Math.ulp((float) wanted), "at " + table[0][i] + ": " + error);
    }
  }

  @Test
  void float32IsRoundedOnceAroundZerosAndPolesToo() {
    rounded(Special::erf, ERF);
    rounded(Special::lgamma, LGAMMA);
    rounded(Special::digamma, DIGAMMA);
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
    for (float seam : new float[] {1, 4}) {
      assertEquals(Special.erf(seam), Special.erf(Math.nextDown(seam)), Math.ulp(1f));
    }
  }

  @Test
  void smallestNumbersComeOut() {
    assertEquals(-Math.log(Double.MIN_VALUE), Special.lgamma(-Double.MIN_VALUE), 1e-12);
    assertEquals(-Math.log(1e-300), Special.lgamma(-1e-300), 1e-12);
    assertEquals(Float.MIN_VALUE, Special.expm1(Float.MIN_VALUE));
    assertEquals(Float.MIN_VALUE, Special.log1p(Float.MIN_VALUE));
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
