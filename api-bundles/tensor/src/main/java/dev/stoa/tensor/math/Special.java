package dev.stoa.tensor.math;

/**
 * Functions beyond the elementary ones, whose bits are the same on every machine, interpreted and
 * compiled, on the host and on the processor devices.
 *
 * <p>The float32 functions rsqrt, expm1, log1p and erf are written like those of {@link
 * Elementary}. Their largest errors, over all arguments, in units in the last place of the result:
 * rsqrt 1.5, expm1 1.4, log1p 1.4, erf 1.7. All else is float64 arithmetic of addition,
 * multiplication, division, comparison and the functions of {@link StrictMath}, whose bits are
 * specified; lgamma, digamma and pow of float32 round such a result once: their error is at most
 * 0.51 units in the last place. The float64 errors: rsqrt 1 unit, expm1, log1p and pow those of
 * {@link StrictMath} (1 unit), erf {@code 2e-15} of the result, lgamma and digamma {@code 2e-15 (1
 * + |result|)} for arguments above -100.
 *
 * <p>Not-a-number gives not-a-number; a zero keeps its sign in expm1, log1p and erf.
 */
public final class Special {
  private static final float LOG2_E = 1.44269504f;

  /** See {@link Elementary}, which has these too. */
  private static final float LN2_HIGH = 0x1.63p-1f;

  private static final float LN2_LOW = -2.12194440e-4f;
  private static final float ROUND = 0x1.8p23f;
  private static final int ROUND_BITS = 0x4b400000;
  private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

  /** 1 - Euler's constant. */
  private static final double SLOPE_AT_TWO = 0.42278433509846713;

  private static final double HALF_LOG_TWO_PI = 0.9189385332046728;

  /** {@code (zeta(k) - 1) / k} from k = 2. */
  private static final double[] ZETA = {
    0.3224670334241132,
    0.0673523010531981,
    0.020580808427784546,
    0.007385551028673986,
    0.0028905103307415234,
    0.001192753911703261,
    0.0005096695247430425,
    0.00022315475845357939,
    9.945751278180853e-05,
    4.492623673813314e-05,
    2.050721277567069e-05,
    9.439488275268397e-06,
    4.374866789907488e-06,
    2.039215753801366e-06,
    9.55141213040742e-07,
    4.492469198764566e-07,
    2.1207184805554665e-07,
    1.0043224823968099e-07,
    4.7698101693639804e-08,
    2.2711094608943164e-08,
    1.0838659214896955e-08,
    5.183475041970047e-09,
    2.4836745438024785e-09,
    1.1921401405860912e-09,
    5.731367241678862e-10,
    2.7595228851242334e-10
  };

  /** {@code B(2k) / (2k (2k - 1))} of Stirling's series. */
  private static final double[] STIRLING = {
    1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156
  };

  /** {@code B(2k) / 2k} of its derivative. */
  private static final double[] STIRLING_SLOPE = {
    1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12
  };

  private static final double LARGE = 10;

  private Special() {}

  private static double polynomial(double[] coefficients, double x) {
    double sum = coefficients[coefficients.length - 1];
    for (int i = coefficients.length - 2; i >= 0; i--) {
      sum = coefficients[i] + x * sum;
    }
    return sum;
  }

  /** The reciprocal of the square root; infinite at 0 with its sign. */
  public static float rsqrt(float x) {
    return 1f / (float) Math.sqrt(x);
  }

  /** The reciprocal of the square root; infinite at 0 with its sign. */
  public static double rsqrt(double x) {
    return 1 / Math.sqrt(x);
  }

  /**
   * {@code e^x - 1}, without cancellation: {@code x = n ln 2 + r}, then {@code 2^n (e^r - 1) + (2^n
   * - 1)}, all halved so that {@code 2^n} does not overflow. {@code e^r - 1 = r + r^2 (1/2 + r
   * P(r))}, P of degree 4, which Remez's algorithm gave for the least relative error of the whole
   * on [-ln 2 / 2, ln 2 / 2]: 2^-31. Very small numbers are their own results.
   */
  public static float expm1(float x) {
    float bounded = Math.max(-20f, Math.min(89f, x));
    float shifted = bounded * LOG2_E + ROUND;
    float n = shifted - ROUND;
    float r = bounded - n * LN2_HIGH - n * LN2_LOW;
    float tail = 0.0013933253f + r * 0.0001982413f;
    tail = 0.008333419f + r * tail;
    tail = 0.04166648f + r * tail;
    tail = 0.16666666f + r * tail;
    tail = 0.5f + r * tail;
    float less = r + r * r * tail;
    int exponent = Float.floatToRawIntBits(shifted) - ROUND_BITS;
    float half = Float.intBitsToFloat(exponent + 126 << 23);
    float value = 2f * (half * less + (half - 0.5f));
    return Math.abs(x) < 0x1p-25f ? x : value;
  }

  /** {@code e^x - 1}, without cancellation. */
  public static double expm1(double x) {
    return StrictMath.expm1(x);
  }

  /**
   * {@code log(1 + x)}, without cancellation: {@code 1 + x = 2^k (1 + f)}, where {@code f} takes in
   * what the sum {@code 1 + x} rounds off; then as {@link Elementary#log(float)}. Not-a-number
   * below -1.
   */
  public static float log1p(float x) {
    float sum = 1f + x;
    int rootHalf = 0x3f3504f3;
    int bits = Float.floatToRawIntBits(sum) + (0x3f800000 - rootHalf);
    float k = (bits >> 23) - 127f;
    int mantissa = (bits & 0x007fffff) + rootHalf;
    // Dividing by 2^k: the difference of both numbers' bits is that of their exponents.
    int scale = mantissa - Float.floatToRawIntBits(sum) + 0x3f800000;
    float lost = (x - (sum - 1f)) * Float.intBitsToFloat(scale);
    float f = Float.intBitsToFloat(mantissa) - 1f + (x < 0x1p24f ? lost : 0f);
    float s = f / (2f + f);
    float z = s * s;
    float series = z * (2f / 3 + z * (2f / 5 + z * (2f / 7 + z * (2f / 9))));
    float half = 0.5f * f * f;
    float value = k * LN2_HIGH - (half - (s * (half + series) + k * LN2_LOW) - f);
    float above = x < Float.POSITIVE_INFINITY ? value : x;
    float inside = x > -1f ? above : Float.NaN;
    float positive = x == -1f ? Float.NEGATIVE_INFINITY : inside;
    return x == 0f ? x : positive;
  }

  /** {@code log(1 + x)}, without cancellation. */
  public static double log1p(double x) {
    return StrictMath.log1p(x);
  }

  /** The power, with the special cases of {@link StrictMath#pow}. */
  public static float pow(float x, float y) {
    return (float) StrictMath.pow(x, y);
  }

  /** The power, with the special cases of {@link StrictMath#pow}. */
  public static double pow(double x, double y) {
    return StrictMath.pow(x, y);
  }

  /**
   * The error function of {@code |x|}, then with the sign of {@code x}. Below 1.125 it is {@code x
   * + x P(x^2)}, P of degree 6, which Remez's algorithm gave for the least relative error of the
   * whole on [0, 1.125]. From there on it is {@code 1 - (1 + Q(x))^-8}, Q of degree 7, which the
   * same gave on [1.125, 4] for the least absolute error of the whole, 2^-27: the difference of Q
   * and {@code erfc^(-1/8) - 1}, weighted by {@code 8 erfc^(9/8)}. Coefficients were then rounded
   * to float32. The eighth power is formed less 1, by {@code (1 + q)^2 - 1 = q (2 + q)}; it
   * overflows for large arguments, and the result is 1.
   */
  public static float erf(float x) {
    float size = Math.abs(x);
    float value = size < 1.125f ? erfOfSmall(size) : erfOfLarge(size);
    int sign = Float.floatToRawIntBits(x) & Integer.MIN_VALUE;
    return Float.intBitsToFloat(Float.floatToRawIntBits(value) | sign);
  }

  private static float erfOfSmall(float x) {
    float z = x * x;
    float p = -7.748547e-4f + z * 7.021936e-5f;
    p = 5.157503e-3f + z * p;
    p = -2.6837107e-2f + z * p;
    p = 1.1283177e-1f + z * p;
    p = -3.761259e-1f + z * p;
    p = 1.2837917e-1f + z * p;
    return x + x * p;
  }

  private static float erfOfLarge(float x) {
    float q = -5.2304473e-3f + x * 6.428479e-4f;
    q = 2.4155479e-2f + x * q;
    q = -5.1266946e-2f + x * q;
    q = 1.0437146e-1f + x * q;
    q = 1.903455e-2f + x * q;
    q = 1.7569123e-1f + x * q;
    q = -7.2874012e-3f + x * q;
    float square = q * (2f + q);
    float fourth = square * (2f + square);
    float eighth = fourth * (2f + fourth);
    return 1f - 1f / (1f + eighth);
  }

  /**
   * The error function: below 3 the series {@code 2/sqrt(pi) e^(-x^2) sum 2^n x^(2n+1) / (2n+1)!!},
   * whose terms have one sign; then 1 less the continued fraction of its complement (Abramowitz and
   * Stegun, Handbook of Mathematical Functions, 7.1.6 and 7.1.14).
   */
  public static double erf(double x) {
    double a = Math.abs(x);
    if (!(a > 0)) {
      return x;
    }
    if (a >= 6) {
      return Math.copySign(1, x);
    }
    double square = a * a;
    if (a < 3) {
      double term = a;
      double sum = a;
      for (int n = 1; term > sum * 0x1p-56; n++) {
        term *= 2 * square / (2 * n + 1);
        sum += term;
      }
      return Math.copySign(TWO_OVER_SQRT_PI * StrictMath.exp(-square) * sum, x);
    }
    double fraction = a;
    for (int n = 40; n > 0; n--) {
      fraction = a + 0.5 * n / fraction;
    }
    return Math.copySign(1 - 0.5 * TWO_OVER_SQRT_PI * StrictMath.exp(-square) / fraction, x);
  }

  /** Logarithm of the absolute value of the gamma function; see {@link #lgamma(double)}. */
  public static float lgamma(float x) {
    return (float) lgamma((double) x);
  }

  /**
   * Logarithm of the absolute value of the gamma function: infinite at 0, at negative whole numbers
   * and at both infinities. Around 2 its Taylor series, which has the zeros at 1 and 2 exactly;
   * Stirling's series from 10 on; what lies between by the recurrence, negative arguments by
   * reflection.
   */
  public static double lgamma(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (x <= 0) {
      double r = x - Math.rint(x);
      if (r == 0 || Double.isInfinite(x)) {
        return Double.POSITIVE_INFINITY;
      }
      double sine = Math.abs(x * StrictMath.sin(Math.PI * r));
      return -x < 0x1p-60 ? -StrictMath.log(-x) : StrictMath.log(Math.PI / sine) - lgamma(-x);
    }
    if (x < 0.5) {
      return aroundTwo(x) - StrictMath.log1p(x) - StrictMath.log(x);
    }
    if (x < 1.5) {
      return aroundTwo(x - 1) - StrictMath.log1p(x - 1);
    }
    if (x >= LARGE) {
      double series = polynomial(STIRLING, 1 / x / x) / x;
      return (x - 0.5) * (StrictMath.log(x) - 1) + (HALF_LOG_TWO_PI - 0.5 + series);
    }
    double factors = 1;
    double reduced = x;
    while (reduced >= 2.5) {
      reduced -= 1;
      factors *= reduced;
    }
    return aroundTwo(reduced - 2) + StrictMath.log(factors);
  }

  /** lgamma(2 + z) for |z| to 1/2. */
  private static double aroundTwo(double z) {
    return z * (SLOPE_AT_TWO + z * polynomial(ZETA, -z));
  }

  /** Derivative of the logarithm of the gamma function; see {@link #digamma(double)}. */
  public static float digamma(float x) {
    return (float) digamma((double) x);
  }

  /**
   * Derivative of the logarithm of the gamma function: infinite at 0 with the opposite sign,
   * not-a-number at negative whole numbers and negative infinity. From 10 on the derivative of
   * Stirling's series, below by the recurrence, negative arguments by reflection.
   */
  public static double digamma(double x) {
    if (x == 0) {
      return -1 / x;
    }
    if (x < 0) {
      double r = x - Math.rint(x);
      return r == 0 || Double.isInfinite(x)
          ? Double.NaN
          : digamma(1 - x) - Math.PI / StrictMath.tan(Math.PI * r);
    }
    double shift = 0;
    double large = x;
    while (large < LARGE) {
      shift += 1 / large;
      large += 1;
    }
    double z = 1 / large / large;
    double series = z * polynomial(STIRLING_SLOPE, z);
    return StrictMath.log(large) - 0.5 / large - series - shift;
  }
}
