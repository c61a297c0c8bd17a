package dev.stoa.lib.distributions;

import dev.stoa.tensor.Functions;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;

/**
 * One of n actions per row, with probabilities proportional to the exponentials of logits. Actions
 * are int32 {@code [batch]}, from 0.
 */
public final class Categorical implements Distribution {
  /** Stays finite in any arithmetic with logits, and is 0 after the exponential function. */
  private static final double FORBIDDEN = -1e8;

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

  /**
   * A distribution over the allowed actions alone (Huang, Ontanon: "A closer look at invalid action
   * masking in policy gradient algorithms", 2020): the logits of all others become -1e8, so that
   * their probability is 0, they add nothing to the entropy and no derivative passes through them.
   * A row without an allowed action has equal probabilities.
   *
   * @param tracer of the graph
   * @param logits {@code [batch, n]}
   * @param allowed bool {@code [batch, n]}
   */
  public static Categorical masked(Tracer tracer, Tensor logits, Tensor allowed) {
    Densities.shaped("the masks of logits", allowed, logits.shape());
    Tensor forbidden = tracer.constant(logits.dataType(), FORBIDDEN);
    return new Categorical(tracer, allowed.select(logits, forbidden));
  }

  /**
   * A mixture of distributions over the same actions, which is again one.
   *
   * @param tracer of the graph
   * @param weights logits of the components, {@code [batch, k]}
   * @param logits {@code [batch, k, n]}
   */
  public static Categorical mixture(Tracer tracer, Tensor weights, Tensor logits) {
    if (logits.shape().rank() != 3) {
      throw new IllegalArgumentException("logits are [batch, k, n], not " + logits.shape());
    }
    int batch = logits.shape().extent(0);
    int components = logits.shape().extent(1);
    Densities.shaped("the weights of components", weights, Shape.of(batch, components));
    Tensor shares = Functions.logSoftmax(weights, 1).reshape(batch, components, 1);
    Tensor joint = Functions.logSoftmax(logits, 2).add(shares);
    return new Categorical(tracer, Functions.logSumExp(joint, 1));
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
    return chosen(into.uniform(key, counter, purpose, logits.shape().extents()));
  }

  /** Number of rows. */
  int batch() {
    return logits.shape().extent(0);
  }

  /** Number of actions. */
  int size() {
    return logits.shape().extent(1);
  }

  /** The action that uniform numbers {@code [batch, n]} choose. */
  Tensor chosen(Tensor uniform) {
    return logits.add(Densities.gumbel(uniform, logits.dataType())).argMax(1);
  }

  /** Kullback-Leibler divergence from this to another one, {@code KL(this, other)}, [batch]. */
  public Tensor klDivergence(Categorical other) {
    Densities.shaped("the other's logits", other.logits, logits.shape());
    Tensor logs = logProbabilities();
    return logs.exp().mul(logs.sub(other.logProbabilities())).sum(1);
  }
}
