package dev.stoa.lib.distributions;

import dev.stoa.tensor.Functions;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;

/**
 * Vectors of independent beta-distributed numbers (for bounded actions: Chou, Maturana, Scherer:
 * "Improving stochastic policy gradients in continuous control with deep reinforcement learning
 * using the beta distribution", ICML 2017). Actions are real, {@code [batch, size]}, between 0 and
 * 1. A sample has no derivative.
 */
public final class Beta implements Distribution {
  private static final int TRIES = 8;

  /** Uniform numbers of one gamma variate: three per try and one. */
  private static final int NUMBERS = 3 * TRIES + 1;

  private static final double MARGIN = 0x1p-24;

  private final Tensor alpha;
  private final Tensor beta;

  /**
   * A distribution with the density {@code x^(alpha - 1) (1 - x)^(beta - 1) / B(alpha, beta)}.
   *
   * @param alpha above 0, {@code [batch, size]}
   * @param beta above 0, {@code [batch, size]}
   */
  public Beta(Tensor alpha, Tensor beta) {
    if (alpha.shape().rank() != 2) {
      throw new IllegalArgumentException("alpha is [batch, size], not " + alpha.shape());
    }
    Densities.shaped("the betas", beta, alpha.shape());
    this.alpha = alpha;
    this.beta = beta;
  }

  /** Summed over components; actions nearer than 2^-24 to 0 or 1 count as being there. */
  @Override
  public Tensor logProbability(Tensor actions) {
    Densities.shaped("actions", actions, alpha.shape());
    Tensor x = actions.clip(MARGIN, 1 - MARGIN);
    Tensor below = alpha.sub(1).mul(x.log());
    Tensor above = beta.sub(1).mul(x.neg().log1p());
    return below.add(above).sub(logNormaliser()).sum(1);
  }

  /** The logarithm of the beta function. */
  private Tensor logNormaliser() {
    return alpha.lgamma().add(beta.lgamma()).sub(alpha.add(beta).lgamma());
  }

  /** Summed over components. */
  @Override
  public Tensor entropy() {
    Tensor total = alpha.add(beta);
    return logNormaliser()
        .sub(alpha.sub(1).mul(alpha.digamma()))
        .sub(beta.sub(1).mul(beta.digamma()))
        .add(total.sub(2).mul(total.digamma()))
        .sum(1);
  }

  /** Where alpha and beta are above 1; elsewhere, where the density has no peak, the mean. */
  @Override
  public Tensor mode() {
    Tensor total = alpha.add(beta);
    Tensor peaked = alpha.gt(1).and(beta.gt(1));
    Tensor above = peaked.select(alpha.sub(1), alpha);
    return above.div(peaked.select(total.sub(2), total));
  }

  /**
   * The share of one gamma variate in the sum of two (Marsaglia, Tsang: "A simple method for
   * generating gamma variables", 2000), kept 2^-24 off 0 and 1. At most eight tries each, of which
   * every one fails with a probability below .05: less often than once in 2e10 the gamma variate is
   * the method's centre instead.
   */
  @Override
  public Tensor sample(Tracer tracer, Tensor key, Tensor counter, int purpose) {
    int rows = alpha.shape().extent(0);
    int size = alpha.shape().extent(1);
    Tensor uniform =
        tracer.uniform(key, counter, purpose, 2 * NUMBERS, rows, size).convert(alpha.dataType());
    Tensor logOdds =
        logGamma(tracer, alpha, uniform.slice(0, 0, NUMBERS))
            .sub(logGamma(tracer, beta, uniform.slice(0, NUMBERS, 2 * NUMBERS)));
    return Functions.sigmoid(logOdds).clip(MARGIN, 1 - MARGIN).stopGradient();
  }

  /** Logarithms of gamma variates; that of a shape below 1 comes from the one above it. */
  private static Tensor logGamma(Tracer tracer, Tensor shape, Tensor uniform) {
    Tensor small = shape.lt(1);
    Tensor centre = small.select(shape.add(1), shape).sub(1 / 3.0);
    Tensor scale = centre.mul(9).rsqrt();
    Tensor found = tracer.constant(shape.type(), 1);
    for (int attempt = TRIES - 1; attempt >= 0; attempt--) {
      Tensor noise =
          Densities.normal(
              number(uniform, 3 * attempt), number(uniform, 3 * attempt + 1), shape.dataType());
      Tensor root = noise.mul(scale).add(1);
      // Below 0 the cube is refused; its logarithm must not be asked for.
      Tensor positive = root.max(1e-6);
      Tensor cube = positive.square().mul(positive);
      Tensor bound = noise.square().mul(0.5).add(centre.mul(cube.log().sub(cube).add(1)));
      Tensor accepted = root.gt(0).and(number(uniform, 3 * attempt + 2).log().lt(bound));
      found = accepted.select(cube, found);
    }
    Tensor logs = centre.mul(found).log();
    Tensor boost = number(uniform, 3 * TRIES).log().div(shape);
    return small.select(logs.add(boost), logs);
  }

  private static Tensor number(Tensor uniform, int index) {
    int[] extents = uniform.shape().extents();
    return uniform.slice(0, index, index + 1).reshape(extents[1], extents[2]);
  }

  /** Kullback-Leibler divergence from this to another one, {@code KL(this, other)}, [batch]. */
  public Tensor klDivergence(Beta other) {
    Densities.shaped("the other's alphas", other.alpha, alpha.shape());
    Tensor fromAlpha = alpha.sub(other.alpha);
    Tensor fromBeta = beta.sub(other.beta);
    return other
        .logNormaliser()
        .sub(logNormaliser())
        .add(fromAlpha.mul(alpha.digamma()))
        .add(fromBeta.mul(beta.digamma()))
        .sub(fromAlpha.add(fromBeta).mul(alpha.add(beta).digamma()))
        .sum(1);
  }
}
