package dev.stoa.lib.distributions;

import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;

/**
 * Real vectors whose components are independent and normal, with a mean per row and a standard
 * deviation that all rows share. Actions are real, {@code [batch, size]}.
 */
public final class DiagonalGaussian implements Distribution {
  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private final Tensor mean;
  private final Tensor logStandardDeviation;

  /**
   * A distribution.
   *
   * @param mean {@code [batch, size]}
   * @param logStandardDeviation natural logarithm of the standard deviation, {@code [size]}
   */
  public DiagonalGaussian(Tensor mean, Tensor logStandardDeviation) {
    if (mean.shape().rank() != 2
        || logStandardDeviation.shape().rank() != 1
        || mean.shape().extent(1) != logStandardDeviation.shape().extent(0)) {
      throw new IllegalArgumentException(
          "a mean [batch, size] and a log standard deviation [size], not "
              + mean.shape()
              + " and "
              + logStandardDeviation.shape());
    }
    this.mean = mean;
    this.logStandardDeviation = logStandardDeviation;
  }

  /** Summed over components. */
  @Override
  public Tensor logProbability(Tensor actions) {
    Tensor standardised = actions.sub(mean).mul(logStandardDeviation.neg().exp());
    return standardised.square().mul(-0.5).sub(logStandardDeviation.add(HALF_LOG_TWO_PI)).sum(1);
  }

  /** Summed over components; equal in all rows. */
  @Override
  public Tensor entropy() {
    Tensor each = logStandardDeviation.add(0.5 + HALF_LOG_TWO_PI).sum();
    return each.broadcast(Shape.of(mean.shape().extent(0)));
  }

  @Override
  public Tensor mode() {
    return mean;
  }

  /** Mean plus noise by Box and Muller's method; takes the purpose given and the next. */
  @Override
  public Tensor sample(Tracer tracer, Tensor key, Tensor counter, int purpose) {
    int[] extents = mean.shape().extents();
    Tensor radius = tracer.uniform(key, counter, purpose, extents).log().mul(-2).sqrt();
    Tensor angle = tracer.uniform(key, counter, purpose + 1, extents).mul(2 * Math.PI);
    Tensor noise = radius.mul(angle.cos()).convert(mean.dataType());
    return mean.add(noise.mul(logStandardDeviation.exp()));
  }
}
