package dev.stoa.lib.distributions;

import dev.stoa.tensor.Functions;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;

/**
 * One of n actions per row, with probabilities proportional to the exponentials of logits. Actions
 * are int32 {@code [batch]}, from 0.
 */
public final class Categorical implements Distribution {
  private final Tracer tracer;
  private final Tensor logits;

  /**
   * A distribution.
   *
   * @param tracer of the graph
   * @param logits {@code [batch, n]}
   */
  public Categorical(Tracer tracer, Tensor logits) {
    if (logits.shape().rank() != 2) {
      throw new IllegalArgumentException("logits are [batch, n], not " + logits.shape());
    }
    this.tracer = tracer;
    this.logits = logits;
  }

  /** Logarithms of all probabilities, {@code [batch, n]}; finite for any finite logits. */
  public Tensor logProbabilities() {
    return Functions.logSoftmax(logits, 1);
  }

  @Override
  public Tensor logProbability(Tensor actions) {
    Tensor wanted = actions.reshape(logits.shape().extent(0), 1);
    Tensor chosen = tracer.iota(logits.shape(), 1).eq(wanted);
    Tensor zero = tracer.constant(logits.dataType(), 0);
    return chosen.select(logProbabilities(), zero).sum(1);
  }

  @Override
  public Tensor entropy() {
    Tensor logs = logProbabilities();
    return logs.exp().mul(logs).sum(1).neg();
  }

  @Override
  public Tensor mode() {
    return logits.argMax(1);
  }

  /** The greatest of the logits plus independent Gumbel noise {@code -log(-log u)}. */
  @Override
  public Tensor sample(Tracer into, Tensor key, Tensor counter, int purpose) {
    Tensor uniform = into.uniform(key, counter, purpose, logits.shape().extents());
    Tensor noise = uniform.log().neg().log().neg().convert(logits.dataType());
    return logits.add(noise).argMax(1);
  }
}
