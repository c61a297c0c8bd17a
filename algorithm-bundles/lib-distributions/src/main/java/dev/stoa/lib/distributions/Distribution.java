package dev.stoa.lib.distributions;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;

/** A batch of distributions over actions, one per row, within one graph. */
public sealed interface Distribution
    permits Categorical,
        MultiCategorical,
        Bernoulli,
        DiagonalGaussian,
        SquashedGaussian,
        GaussianMixture,
        Beta {
  /**
   * Natural logarithm of the probability (density) of one action per row.
   *
   * @param actions as {@link #mode} gives them
   * @return {@code [batch]}
   */
  Tensor logProbability(Tensor actions);

  /** Whether {@link #entropy} is known in closed form. */
  default boolean hasEntropy() {
    return true;
  }

  /**
   * Entropy in nats, {@code [batch]}.
   *
   * @throws UnsupportedOperationException when there is no closed form, see {@link #hasEntropy};
   *     the mean of {@code -logProbability} of samples estimates it
   */
  Tensor entropy();

  /** The likeliest action of each row, or what a distribution says to stand for it. */
  Tensor mode();

  /**
   * Whether the derivative of a sample by the distribution's parameters is that of the action at
   * fixed noise. If not, a sample has no derivative.
   */
  default boolean isReparameterised() {
    return false;
  }

  /**
   * One action per row, drawn anew for every counter.
   *
   * @param tracer of the graph
   * @param key int32 {@code [2]}: low and high word of the seed
   * @param counter int32 {@code [2]}: low and high word of the number of earlier draws
   * @param purpose keeps these draws apart from the run's others; a distribution may use the next
   *     purpose too
   */
  Tensor sample(Tracer tracer, Tensor key, Tensor counter, int purpose);
}
