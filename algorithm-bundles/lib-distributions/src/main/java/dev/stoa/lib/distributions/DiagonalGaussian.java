package dev.stoa.lib.distributions;

import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;

/**
 * Real vectors whose components are independent and normal, with a mean per row and a standard
 * deviation per row or one that all rows share. Actions are real, {@code [batch, size]}.
 */
public final class DiagonalGaussian implements Distribution {
  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private final Tensor mean;
  private final Tensor logStandardDeviation;

  /**
   * A distribution.
   *
   * @param mean {@code [batch, size]}
   * @param logStandardDeviation natural logarithm of the standard deviation, {@code [size]} or
   *     {@code [batch, size]}
   */
  public DiagonalGaussian(Tensor mean, Tensor logStandardDeviation) {
    Shape shape = logStandardDeviation.shape();
    if (mean.shape().rank() != 2
        || !shape.equals(mean.shape()) && !shape.equals(Shape.of(mean.shape().extent(1)))) {
      throw new IllegalArgumentException(
          "a mean [batch, size] and a log standard deviation [size] or [batch, size], not "
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

  /** Summed over components. */
  @Override
  public Tensor entropy() {
    Tensor each = logStandardDeviation.add(0.5 + HALF_LOG_TWO_PI).sum(-1);
    return each.broadcast(Shape.of(mean.shape().extent(0)));
  }

  /** Kullback-Leibler divergence from this to another one, {@code KL(this, other)}, [batch]. */
  public Tensor klDivergence(DiagonalGaussian other) {
    Densities.shaped("the other's means", other.mean, mean.shape());
    Tensor logRatio = logStandardDeviation.sub(other.logStandardDeviation);
    Tensor distance = mean.sub(other.mean).mul(other.logStandardDeviation.neg().exp());
    Tensor squares = logRatio.mul(2).exp().add(distance.square());
    return squares.sub(1).mul(0.5).sub(logRatio).sum(1);
  }

  @Override
  public Tensor mode() {
    return mean;
  }

  @Override
  public boolean isReparameterised() {
    return true;
  }

  /** Mean plus noise by Box and Muller's method; takes the purpose given and the next. */
  @Override
  public Tensor sample(Tracer tracer, Tensor key, Tensor counter, int purpose) {
    int[] extents = mean.shape().extents();
    Tensor first = tracer.uniform(key, counter, purpose, extents);
    Tensor second = tracer.uniform(key, counter, purpose + 1, extents);
    Tensor noise = Densities.normal(first, second, mean.dataType());
    return mean.add(noise.mul(logStandardDeviation.exp()));
  }
}
