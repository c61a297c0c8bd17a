package dev.stoa.algorithm.ppo;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;

/** The terms of PPO's loss as pure traced functions; all vectors are {@code [minibatch]}. */
final class PpoObjective {
  private static final double SMALL = 1e-8;

  private PpoObjective() {}

  /** Advantages with mean 0 and deviation 1, the latter over n - 1; at least two. */
  static Tensor normalise(Tensor advantages) {
    Tensor centred = advantages.sub(advantages.mean());
    Tensor variance = centred.square().sum().div(advantages.shape().size() - 1);
    return centred.div(variance.sqrt().add(SMALL));
  }

  /**
   * The clipped surrogate, negated (Schulman et al. 2017, equation 7): the mean of {@code
   * max(-ratio A, -clip(ratio, 1 - range, 1 + range) A)}.
   *
   * @param ratio of the new to the old probability of each action
   * @param advantages A
   * @param range scalar
   */
  static Tensor policyLoss(Tracer tracer, Tensor ratio, Tensor advantages, Tensor range) {
    Tensor one = tracer.constant(range.type(), 1);
    Tensor clipped = ratio.max(one.sub(range)).min(one.add(range));
    Tensor cost = advantages.neg();
    return cost.mul(ratio).max(cost.mul(clipped)).mean();
  }

  /** Half the mean squared error of the value. */
  static Tensor valueLoss(Tensor values, Tensor returns) {
    return values.sub(returns).square().mean().mul(0.5);
  }

  /** As {@link #valueLoss}, the greater of the errors with the value free and within the range. */
  static Tensor clippedValueLoss(Tensor values, Tensor old, Tensor returns, Tensor range) {
    Tensor near = old.add(values.sub(old).max(range.neg()).min(range));
    Tensor free = values.sub(returns).square();
    return free.max(near.sub(returns).square()).mean().mul(0.5);
  }

  /** The estimate {@code mean(ratio - 1 - log ratio)} of KL(old, new); never negative. */
  static Tensor approximateKl(Tensor ratio, Tensor logRatio) {
    return ratio.sub(1).sub(logRatio).mean();
  }

  /** The share of ratios outside the clip range. */
  static Tensor clipFraction(Tensor ratio, Tensor range) {
    return ratio.sub(1).abs().gt(range).convert(ratio.dataType()).mean();
  }
}
