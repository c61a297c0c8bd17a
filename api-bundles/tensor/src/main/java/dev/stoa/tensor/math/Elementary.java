package dev.stoa.tensor.math;

import dev.stoa.tensor.random.Philox;

/**
 * Elementary functions whose bits are the same on every machine, interpreted and compiled, on the
 * host and on the processor devices.
 *
 * <p>The float32 functions are written in addition, multiplication, division, comparison, {@code
 * min}, {@code max}, whole numbers' shifts and bits, and bit casts alone. A fused multiply-add is
 * left out on purpose: without hardware for it Java computes it with big decimals. The float64
 * functions are those of {@link StrictMath}, whose bits are specified.
 *
 * <p>A device may read the byte code of the float32 functions and repeat it on vectors, as cpu-jvm
 * does: no loops, no branches but choices between two values, no float64.
 *
 * <p>Largest errors, over all float32 arguments, in units in the last place of the result: exp 1,
 * log 1, tanh 7, sin and cos 1. Results below the least normal number are rounded once more.
 * Not-a-number gives not-a-number; infinities and zeros (with their signs) give what {@link
 * StrictMath} gives, but for tanh, which stays below 1.
 */
public final class Elementary {
  /** 2 pi, rounded. */
  public static final float TWO_PI = 6.2831855f;

  private static final float LOG2_E = 1.44269504f;

  /** ln 2 rounded to 9 bits, so that its product with a whole number up to 2^15 is exact. */
  private static final float LN2_HIGH = 0x1.63p-1f;

  /** ln 2 - {@link #LN2_HIGH}, rounded. */
  private static final float LN2_LOW = -2.12194440e-4f;

  /** Adding and subtracting it rounds a small float32 to a whole number, ties to even. */
  private static final float ROUND_FLOAT = 0x1.8p23f;

  /** A small whole number, added to it, is added to the float32 that has these bits. */
  private static final int ROUND_BITS = 0x4b400000;

  private static final double ROUND_DOUBLE = 0x1.8p52;

  private static final float BELOW_ONE = 1f - 0x1p-24f;

  /** Up to it an angle has less than 2^13 quarters. */
  private static final float LARGE_ANGLE = 0x1p13f;

  private static final float QUARTERS = 0.63661975f;

  /** Bits of pi / 2 down to 2^-10, so that the product with a number of quarters is exact. */
  private static final float QUARTER_1 = 0x1.92p0f;

  /** The next ones, down to 2^-21. */
  private static final float QUARTER_2 = 0x1.fbp-12f;

  /** The next ones, down to 2^-32. */
  private static final float QUARTER_3 = 0x1.51p-22f;

  /** The rest, rounded. */
  private static final float QUARTER_4 = 0x1.0b4612p-34f;

  /** Beyond it the two-part reduction of an angle in float64 loses digits. */
  private static final float HUGE_ANGLE = 0x1p20f;

  private static final double TWO_OVER_PI = 2 / Math.PI;

  /** pi / 2 cut to 33 bits, so that its product with a whole number up to 2^20 is exact. */
  private static final double HALF_PI_HIGH = 0x1.921fb544p0;

  /** pi / 2 - {@link #HALF_PI_HIGH}, rounded. */
  private static final double HALF_PI_LOW = 0x1.0b4611a626331p-34;

  private Elementary() {}

  /**
   * The exponential function. {@code x = n ln 2 + r} with {@code |r| <= ln 2 / 2}; Taylor's series
   * of {@code e^r} to the seventh power (remainder below 2^-27); then scaled by {@code 2^n} in two
   * exact halves, so that overflow and gradual underflow come out right. Below -104 it is zero at
   * once: what is masked by a large negative number takes no detour by subnormal numbers, which
   * cost processors a hundred cycles each.
   */
  public static float exp(float x) {
    float bounded = x < -104f ? 0f : Math.min(89f, x);
    float shifted = bounded * LOG2_E + ROUND_FLOAT;
    float n = shifted - ROUND_FLOAT;
    float r = bounded - n * LN2_HIGH - n * LN2_LOW;
    float tail = 1f / 720 + r * (1f / 5040);
    tail = 1f / 120 + r * tail;
    tail = 1f / 24 + r * tail;
    tail = 1f / 6 + r * tail;
    tail = 0.5f + r * tail;
    float power = 1f + (r + r * r * tail);
    int exponent = Float.floatToRawIntBits(shifted) - ROUND_BITS;
    int half = exponent >> 1;
    float scaled = power * powerOfTwo(half) * powerOfTwo(exponent - half);
    return x < -104f ? 0f : scaled;
  }

  private static float powerOfTwo(int exponent) {
    return Float.intBitsToFloat(exponent + 127 << 23);
  }

  /**
   * The natural logarithm. {@code x = 2^k (1 + f)} with {@code 1 + f} between the roots of 1/2 and
   * 2; with {@code s = f / (2 + f)}, {@code log(1 + f) = 2 atanh(s) = f - (f^2/2 - s (f^2/2 + R))},
   * {@code R} the series of {@code 2 atanh(s)/s - 2} to the fourth power of {@code s^2}.
   */
  public static float log(float x) {
    float normal = x < Float.MIN_NORMAL ? x * 0x1p23f : x;
    int rootHalf = 0x3f3504f3;
    int bits = Float.floatToRawIntBits(normal) + (0x3f800000 - rootHalf);
    float k = (bits >> 23) - (x < Float.MIN_NORMAL ? 150f : 127f);
    float f = Float.intBitsToFloat((bits & 0x007fffff) + rootHalf) - 1f;
    float s = f / (2f + f);
    float z = s * s;
    float series = z * (2f / 3 + z * (2f / 5 + z * (2f / 7 + z * (2f / 9))));
    float half = 0.5f * f * f;
    float value = k * LN2_HIGH - (half - (s * (half + series) + k * LN2_LOW) - f);
    float above = x < Float.POSITIVE_INFINITY ? value : x;
    float positive = x > 0f ? above : Float.NaN;
    return x == 0f ? Float.NEGATIVE_INFINITY : positive;
  }

  /**
   * The hyperbolic tangent: {@code x P(x^2) / Q(x^2)} with polynomials of degree 4 that minimise
   * the relative error on [0, 9] (2.2e-8). It never reaches 1: from 9 on, infinity included, the
   * result is {@code 1 - 2^-24}, so that {@code 1 - tanh^2} stays positive. Only operations that
   * every Java compiler turns into vector instructions.
   */
  public static float tanh(float x) {
    float bounded = Math.max(-9f, Math.min(9f, x));
    float z = bounded * bounded;
    float p = 2.06613949e-5f + z * 1.34199558e-8f;
    p = 3.49900580e-3f + z * p;
    p = 1.33839891e-1f + z * p;
    p = 1f + z * p;
    float q = 3.29105306e-4f + z * 7.80479450e-7f;
    q = 2.58902452e-2f + z * q;
    q = 4.67173106e-1f + z * q;
    q = 1f + z * q;
    return Math.max(-BELOW_ONE, Math.min(BELOW_ONE, bounded * p / q));
  }

  /**
   * The sine of an angle in radians, by its quadrant and polynomials that are minimax on [0, pi/4].
   * Angles above 8,192 are reduced in float64, those above 1,048,576 are left to {@link
   * StrictMath}.
   */
  public static float sin(float x) {
    return Math.abs(x) > LARGE_ANGLE ? sinOfLarge(x) : sinOfSmall(x);
  }

  /** The cosine of an angle in radians; see {@link #sin(float)}. */
  public static float cos(float x) {
    return Math.abs(x) > LARGE_ANGLE ? cosOfLarge(x) : quadrant(Math.abs(x), 1);
  }

  /** The sine is odd: so a zero keeps its sign. */
  private static float sinOfSmall(float x) {
    int sign = Float.floatToRawIntBits(x) & Integer.MIN_VALUE;
    return Float.intBitsToFloat(Float.floatToRawIntBits(quadrant(Math.abs(x), 0)) ^ sign);
  }

  /**
   * The sine of {@code size + turn pi/2}. {@code size = n pi/2 + (r + rest)}: the products with the
   * first three parts of pi/2 are exact and so are two of the differences; {@code rest} is what the
   * others round off (Cody and Waite, Software Manual for the Elementary Functions, 1980). Then
   * {@code r + r^3 P(r^2)} or {@code 1 - r^2/2 + r^4 Q(r^2)}, P and Q of degree 2, which Remez's
   * algorithm gave for the least relative error of the whole on [0, pi/4]: 2^-27.9 and 2^-33.
   */
  private static float quadrant(float size, int turn) {
    float shifted = size * QUARTERS + ROUND_FLOAT;
    float n = shifted - ROUND_FLOAT;
    float exact = size - n * QUARTER_1 - n * QUARTER_2;
    float third = n * QUARTER_3;
    float near = exact - third;
    float lost = exact - near - third - n * QUARTER_4;
    float r = near + lost;
    float rest = lost - (r - near);
    float z = r * r;
    float p = 0.00833216f + z * -0.00019515218f;
    p = -0.16666655f + z * p;
    float sine = r + (rest + r * (z * p));
    float q = -0.0013887315f + z * 2.4433082e-5f;
    q = 0.041666646f + z * q;
    float cosine = 1f - (0.5f * z - (z * z * q - r * rest));
    int quarter = Float.floatToRawIntBits(shifted) + turn;
    int bits = Float.floatToRawIntBits(sine);
    int other = Float.floatToRawIntBits(cosine);
    int chosen = bits ^ (bits ^ other) & -(quarter & 1);
    return Float.intBitsToFloat(chosen ^ (quarter & 2) << 30);
  }

  private static float sinOfLarge(float x) {
    return Math.abs(x) > HUGE_ANGLE ? (float) StrictMath.sin(x) : quadrantOfLarge(x, 0);
  }

  private static float cosOfLarge(float x) {
    return Math.abs(x) > HUGE_ANGLE ? (float) StrictMath.cos(x) : quadrantOfLarge(x, 1);
  }

  /** The same in float64, by Taylor's series to the 13th or 12th power (remainder below 2^-40). */
  private static float quadrantOfLarge(float x, int turn) {
    double n = x * TWO_OVER_PI + ROUND_DOUBLE - ROUND_DOUBLE;
    double r = x - n * HALF_PI_HIGH - n * HALF_PI_LOW;
    int quarter = (int) n + turn;
    double z = r * r;
    double sine = -1.0 / 39916800 + z * (1.0 / 6227020800.0);
    sine = 1.0 / 362880 + z * sine;
    sine = -1.0 / 5040 + z * sine;
    sine = 1.0 / 120 + z * sine;
    sine = -1.0 / 6 + z * sine;
    sine = r * (1 + z * sine);
    double cosine = -1.0 / 3628800 + z * (1.0 / 479001600);
    cosine = 1.0 / 40320 + z * cosine;
    cosine = -1.0 / 720 + z * cosine;
    cosine = 1.0 / 24 + z * cosine;
    cosine = -0.5 + z * cosine;
    cosine = 1 + z * cosine;
    double value = (quarter & 1) == 0 ? sine : cosine;
    return (float) ((quarter & 2) == 0 ? value : -value);
  }

  /** The exponential function of {@code n} elements. */
  public static void exp(float[] in, int from, float[] out, int to, int n) {
    for (int i = 0; i < n; i++) {
      out[to + i] = exp(in[from + i]);
    }
  }

  /** The natural logarithm of {@code n} elements. */
  public static void log(float[] in, int from, float[] out, int to, int n) {
    for (int i = 0; i < n; i++) {
      out[to + i] = log(in[from + i]);
    }
  }

  /**
   * The hyperbolic tangent of {@code n} elements. Fastest with {@code from == to}: the compiler
   * turns a loop over two arrays into vector instructions only when both are indexed alike.
   */
  public static void tanh(float[] in, int from, float[] out, int to, int n) {
    if (from == to) {
      int end = from + n;
      for (int i = from; i < end; i++) {
        out[i] = tanh(in[i]);
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      out[to + i] = tanh(in[from + i]);
    }
  }

  /** The sine of {@code n} elements. */
  public static void sin(float[] in, int from, float[] out, int to, int n) {
    for (int i = 0; i < n; i++) {
      out[to + i] = sin(in[from + i]);
    }
  }

  /** The cosine of {@code n} elements. */
  public static void cos(float[] in, int from, float[] out, int to, int n) {
    for (int i = 0; i < n; i++) {
      out[to + i] = cos(in[from + i]);
    }
  }

  /** The exponential function. */
  public static double exp(double x) {
    return StrictMath.exp(x);
  }

  /** The natural logarithm. */
  public static double log(double x) {
    return StrictMath.log(x);
  }

  /** The hyperbolic tangent. */
  public static double tanh(double x) {
    return StrictMath.tanh(x);
  }

  /** The sine of an angle in radians. */
  public static double sin(double x) {
    return StrictMath.sin(x);
  }

  /** The cosine of an angle in radians. */
  public static double cos(double x) {
    return StrictMath.cos(x);
  }

  /**
   * A standard normal number from two words of random bits (Box and Muller, "A note on the
   * generation of random normal deviates", 1958): {@code sqrt(-2 log u) cos(2 pi v)}. The graph's
   * {@code normal} computes the same bits on every processor device.
   */
  public static float normal(int first, int second) {
    float u = Philox.uniform(first);
    float v = Philox.uniform(second);
    return (float) Math.sqrt(log(u) * -2f) * cos(v * TWO_PI);
  }
}
