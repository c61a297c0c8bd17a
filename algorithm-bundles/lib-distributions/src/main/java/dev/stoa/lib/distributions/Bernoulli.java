package dev.stoa.lib.distributions;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Functions;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;

/**
 * Vectors of independent zeros and ones, a one with the probability {@code sigmoid(logit)}. Actions
 * are int32 {@code [batch, size]}, 0 or 1.
 */
public final class Bernoulli implements Distribution {
  private final Tensor logits;

  /**
   * A distribution.
   *
   * @param logits {@code [batch, size]}
   */
  public Bernoulli(Tensor logits) {
    if (logits.shape().rank() != 2) {
      throw new IllegalArgumentException("logits are [batch, size], not " + logits.shape());
    }
    this.logits = logits;
  }

  /** Of a one, {@code [batch, size]}. */
  public Tensor probabilities() {
    return Functions.sigmoid(logits);
  }

  /** {@code action * logit - softplus(logit)}, summed over components. */
  @Override
  public Tensor logProbability(Tensor actions) {
    Densities.shaped("actions", actions, logits.shape());
    return actions.convert(logits.dataType()).mul(logits).sub(Functions.softplus(logits)).sum(1);
  }

  /** {@code softplus(logit) - logit sigmoid(logit)}, summed over components. */
  @Override
  public Tensor entropy() {
    return Functions.softplus(logits).sub(logits.mul(probabilities())).sum(1);
  }

  /** A one where the logit is above 0. */
  @Override
  public Tensor mode() {
    return logits.gt(0).convert(DataType.INT32);
  }

  /** A one where a uniform number is below the probability. */
  @Override
  public Tensor sample(Tracer tracer, Tensor key, Tensor counter, int purpose) {
    Tensor uniform = tracer.uniform(key, counter, purpose, logits.shape().extents());
    return uniform.convert(logits.dataType()).lt(probabilities()).convert(DataType.INT32);
  }

  /** Kullback-Leibler divergence from this to another one, {@code KL(this, other)}, [batch]. */
  public Tensor klDivergence(Bernoulli other) {
    Densities.shaped("the other's logits", other.logits, logits.shape());
    Tensor gained = probabilities().mul(logits.sub(other.logits));
    return gained.sub(Functions.softplus(logits)).add(Functions.softplus(other.logits)).sum(1);
  }
}
