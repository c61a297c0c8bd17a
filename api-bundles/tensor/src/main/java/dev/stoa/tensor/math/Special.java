package dev.stoa.tensor.math;

/**
 * Functions beyond the elementary ones, whose bits are the same on every machine, interpreted and
 * compiled, on the host and on the processor devices.
 *
 * <p>All is float64 arithmetic of addition, multiplication, division, comparison and the functions
 * of {@link StrictMath}, whose bits are specified. The float32 functions round such a result once:
 * their error is at most 0.51 units in the last place. The float64 errors: rsqrt 1 unit, expm1,
 * log1p and pow those of {@link StrictMath} (1 unit), erf {@code 2e-15} of the result, lgamma and
 * digamma {@code 2e-15 (1 + |result|)} for arguments above -100.
 *
 * <p>Not-a-number gives not-a-number; a zero keeps its sign in expm1, log1p and erf.
 */
public final class Special {
  private static final double LOG2_E = 1.4426950408889634;
  private static final double LN2 = 0.6931471805599453;

  /** Adding and subtracting it rounds to a whole number, ties to even. */
  private static final double ROUND = 0x1.8p52;

  private static final double SQRT_HALF = 0.7071067811865476;
  private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

  /** 1 - Euler's constant. */
  private static final double SLOPE_AT_TWO = 0.42278433509846713;

  private static final double HALF_LOG_TWO_PI = 0.9189385332046728;

  /** 1/1!, 1/2! ... of {@code (e^r - 1) / r}. */
  private static final double[] EXPONENTIAL = {
    1,
    1.0 / 2,
    1.0 / 6,
    1.0 / 24,
    1.0 / 120,
    1.0 / 720,
    1.0 / 5040,
    1.0 / 40320,
    1.0 / 362880,
    1.0 / 3628800,
    1.0 / 39916800
  };

  /** 1, 1/3, 1/5 ... of {@code atanh(s) / s} by powers of {@code s^2}. */
  private static final double[] ARC = {
    1, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17
  };

  /** {@code erf(x) / x} by powers of {@code x^2}, through Chebyshev's points of [0, 1]. */
  private static final double[] ERF_INNER = {
    1.1283791670946768,
    -0.3761263888963531,
    0.11283791308604582,
    -0.026866133235095593,
    0.005223783477189248,
    -0.0008542637997087229,
    0.0001195656256820733,
    -1.3909340021874599e-05,
    1.058938064107502e-06
  };

  /** {@code erf(x)} by powers of {@code x - 2.5}, through Chebyshev's points of [1, 4]. */
  private static final double[] ERF_OUTER = {
    0.9995930478513905,
    0.002178284230102943,
    -0.005445701119222516,
    0.008350089564336456,
    -0.008622487928327666,
    0.006117348240709793,
    -0.002797968482814732,
    0.0005424081646991613,
    0.00025945266908571307,
    -0.0002502743287885237,
    8.041534432093938e-05,
    5.108798022442378e-06,
    -1.5359386286426237e-05,
    4.730107063912276e-06,
    7.9170270535196e-07,
    -6.732363791577049e-07,
    1.0937593684177202e-08,
    3.3670660638149515e-08
  };

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
    return (float) (1 / Math.sqrt((double) x));
  }

  /** The reciprocal of the square root; infinite at 0 with its sign. */
  public static double rsqrt(double x) {
    return 1 / Math.sqrt(x);
  }

  /**
   * {@code e^x - 1}, without cancellation: {@code x = n ln 2 + r}, {@code 2^n (e^r - 1) + (2^n -
   * 1)} with Taylor's series of {@code e^r - 1} to the eleventh power (remainder below 2^-45).
   */
  public static float expm1(float x) {
    double bounded = Math.max(-40f, Math.min(100f, x));
    double n = bounded * LOG2_E + ROUND - ROUND;
    double r = bounded - n * LN2;
    double power = Double.longBitsToDouble((long) n + 1023 << 52);
    double value = power * (r * polynomial(EXPONENTIAL, r)) + (power - 1);
    return x == 0f ? x : (float) value;
  }

  /** {@code e^x - 1}, without cancellation. */
  public static double expm1(double x) {
    return StrictMath.expm1(x);
  }

  /**
   * {@code log(1 + x)}, without cancellation: {@code 1 + x = 2^k (1 + f)} and {@code 2 atanh(f / (2
   * + f))} by its series to the 17th power (remainder below 2^-45). Not-a-number below -1.
   */
  public static float log1p(float x) {
    double sum = 1 + (double) x;
    double k = 0;
    double f = x;
    if (sum < SQRT_HALF || sum > 2 * SQRT_HALF) {
      double root = sum / SQRT_HALF;
      k = Math.getExponent(root);
      f = sum * Double.longBitsToDouble((long) (1023 - k) << 52) - 1;
    }
    double s = f / (2 + f);
    double value = k * LN2 + 2 * s * polynomial(ARC, s * s);
    double above = x < Float.POSITIVE_INFINITY ? value : x;
    double inside = x > -1f ? above : Double.NaN;
    return x == 0f ? x : (float) (x == -1f ? Double.NEGATIVE_INFINITY : inside);
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

  /** The error function: two polynomials with relative errors below 2e-10; 1 from 4 on. */
  public static float erf(float x) {
    double bounded = Math.min(4f, Math.abs(x));
    if (bounded < 1) {
      return (float) (x * polynomial(ERF_INNER, bounded * bounded));
    }
    return (float) Math.copySign(polynomial(ERF_OUTER, bounded - 2.5), x);
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
