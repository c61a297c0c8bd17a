package dev.stoa.lib.distributions;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;

/** A batch of distributions over actions, one per row, within one graph. */
public sealed interface Distribution permits Categorical, DiagonalGaussian {
  /**
   * Natural logarithm of the probability (density) of one action per row.
   *
   * @param actions as {@link #mode} gives them
   * @return {@code [batch]}
   */
  Tensor logProbability(Tensor actions);

  /** Entropy in nats, {@code [batch]}. */
  Tensor entropy();

  /** The likeliest action of each row. */
  Tensor mode();

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
