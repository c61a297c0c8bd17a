package dev.stoa.tensor;

/** Derivatives that are more than one line, in traced operations. */
final class SpecialRules {
  /** {@code B(2k)}, Bernoulli's numbers. */
  private static final double[] BERNOULLI = {
    1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6
  };

  private static final int SHIFTS = 10;

  private SpecialRules() {}

  /**
   * The derivative of a power {@code y} by its base or its exponent. At base 0 and exponent 0 that
   * by the base is 0; at a base of 0 or below that by the exponent is 0: the power is real there
   * for single exponents only.
   */
  static Tensor power(Tracer tracer, boolean byBase, Tensor base, Tensor exponent, Tensor y) {
    Tensor zero = tracer.constant(y.type(), 0);
    Tensor one = tracer.constant(y.type(), 1);
    if (byBase) {
      Tensor nothing = tracer.constant(y.dataType(), 0);
      Tensor singular = base.eq(nothing).and(exponent.eq(nothing));
      Tensor safe = singular.select(one, base);
      return exponent.mul(safe.pow(exponent.sub(1)));
    }
    Tensor positive = base.gt(0);
    return positive.select(y.mul(positive.select(base, one).log()), zero);
  }

  /**
   * The derivative of digamma: from 0 on the recurrence {@code f(x) = 1/x^2 + f(x + 1)} ten times,
   * then the asymptotic series (Abramowitz and Stegun, Handbook of Mathematical Functions, 6.4.12);
   * below by the reflection {@code f(x) = (pi / sin(pi x))^2 - f(1 - x)}.
   */
  static Tensor trigamma(Tracer tracer, Tensor x) {
    Tensor one = tracer.constant(x.type(), 1);
    Tensor negative = x.lt(0);
    Tensor mirrored = negative.select(one.sub(x), x);
    Tensor sum = one.div(mirrored.square());
    for (int i = 1; i < SHIFTS; i++) {
      sum = sum.add(one.div(mirrored.add(i).square()));
    }
    Tensor inverse = one.div(mirrored.add(SHIFTS));
    Tensor z = inverse.square();
    Tensor series = tracer.constant(x.type(), BERNOULLI[BERNOULLI.length - 1]);
    for (int k = BERNOULLI.length - 2; k >= 0; k--) {
      series = series.mul(z).add(BERNOULLI[k]);
    }
    Tensor positive = sum.add(inverse).add(z.mul(0.5)).add(series.mul(z).mul(inverse));
    Tensor half = tracer.constant(x.type(), 0.5);
    Tensor safe = negative.select(x, half);
    // The sine of pi times the distance from a whole number, which is exact, keeps its digits.
    Tensor distance = safe.sub(safe.add(0.5).floor().stopGradient());
    Tensor reflection = one.mul(Math.PI).div(distance.mul(Math.PI).sin()).square();
    return negative.select(reflection.sub(positive), positive);
  }
}
