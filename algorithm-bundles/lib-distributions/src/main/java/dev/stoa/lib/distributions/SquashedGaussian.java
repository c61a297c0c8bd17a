package dev.stoa.lib.distributions;

import dev.stoa.tensor.Functions;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;

/**
 * Hyperbolic tangents of normal vectors (Haarnoja, Zhou, Abbeel, Levine: "Soft actor-critic", ICML
 * 2018, appendix C). Actions are real, {@code [batch, size]}, between -1 and 1. The entropy has no
 * closed form.
 *
 * <p>The logarithm of the slope of tanh at u is {@code 2 (log 2 - u - softplus(-2 u))}, which keeps
 * its digits where {@code 1 - tanh(u)^2} has none left. An action near the bounds determines its u
 * badly: whoever has just drawn it takes {@code u = base.sample(...)}, the action {@code
 * squash(u)}, and {@link #logProbabilityBefore} of u.
 *
 * @param base distribution of u
 */
public record SquashedGaussian(DiagonalGaussian base) implements Distribution {
  /** The greatest float32 below 1. */
  private static final double INSIDE = 1 - 0x1p-24;

  /** The action that a vector stands for. */
  public static Tensor squash(Tensor before) {
    return before.tanh();
  }

  /**
   * Logarithm of the density of actions, by their inverses. An action beyond the greatest float32
   * below 1 counts as that.
   */
  @Override
  public Tensor logProbability(Tensor actions) {
    Tensor inside = actions.clip(-INSIDE, INSIDE);
    return logProbabilityBefore(inside.log1p().sub(inside.neg().log1p()).mul(0.5));
  }

  /**
   * Logarithm of the density of the action {@code squash(u)}, summed over components.
   *
   * @param before u, {@code [batch, size]}
   * @return {@code [batch]}
   */
  public Tensor logProbabilityBefore(Tensor before) {
    Tensor half = before.neg().add(Math.log(2)).sub(Functions.softplus(before.mul(-2)));
    return base.logProbability(before).sub(half.mul(2).sum(1));
  }

  @Override
  public boolean hasEntropy() {
    return false;
  }

  @Override
  public Tensor entropy() {
    throw new UnsupportedOperationException(
        "the entropy of a squashed Gaussian has no closed form: estimate it by -logProbability of"
            + " samples");
  }

  /** The action that the base's mean stands for: the median, what peers act with. */
  @Override
  public Tensor mode() {
    return squash(base.mode());
  }

  @Override
  public boolean isReparameterised() {
    return true;
  }

  @Override
  public Tensor sample(Tracer tracer, Tensor key, Tensor counter, int purpose) {
    return squash(base.sample(tracer, key, counter, purpose));
  }

  /** Kullback-Leibler divergence {@code KL(this, other)}, [batch]: that of the bases. */
  public Tensor klDivergence(SquashedGaussian other) {
    return base.klDivergence(other.base);
  }
}
