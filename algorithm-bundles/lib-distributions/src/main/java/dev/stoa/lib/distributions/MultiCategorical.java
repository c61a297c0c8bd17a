package dev.stoa.lib.distributions;

import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Several independent choices per row, each as {@link Categorical}. Actions are int32 {@code
 * [batch, choices]}, from 0.
 */
public final class MultiCategorical implements Distribution {
  private final Tracer tracer;
  private final List<Categorical> choices;
  private final int batch;

  /**
   * A distribution.
   *
   * @param tracer of the graph
   * @param choices of one batch; each may be masked
   */
  public MultiCategorical(Tracer tracer, List<Categorical> choices) {
    this.tracer = tracer;
    this.choices = List.copyOf(choices);
    if (choices.isEmpty()) {
      throw new IllegalArgumentException("there is at least one choice");
    }
    batch = choices.get(0).batch();
    for (Categorical choice : choices) {
      if (choice.batch() != batch) {
        throw new IllegalArgumentException(
            "choices have one batch, not " + batch + " and " + choice.batch() + " rows");
      }
    }
  }

  /**
   * A distribution from all logits side by side.
   *
   * @param tracer of the graph
   * @param logits {@code [batch, sum of the sizes]}
   * @param sizes number of actions of each choice
   */
  public MultiCategorical(Tracer tracer, Tensor logits, List<Integer> sizes) {
    this(tracer, split(tracer, logits, sizes));
  }

  private static List<Categorical> split(Tracer tracer, Tensor logits, List<Integer> sizes) {
    int total = sizes.stream().mapToInt(Integer::intValue).sum();
    if (logits.shape().rank() != 2 || logits.shape().extent(1) != total) {
      throw new IllegalArgumentException(
          "logits of choices of " + sizes + " are [batch, " + total + "], not " + logits.shape());
    }
    List<Categorical> choices = new ArrayList<>();
    int start = 0;
    for (int size : sizes) {
      choices.add(new Categorical(tracer, logits.slice(1, start, start + size)));
      start += size;
    }
    return choices;
  }

  /** Summed over choices. */
  @Override
  public Tensor logProbability(Tensor actions) {
    Densities.shaped("actions", actions, Shape.of(batch, choices.size()));
    return sum(i -> choices.get(i).logProbability(actions.slice(1, i, i + 1).reshape(batch)));
  }

  /** Summed over choices. */
  @Override
  public Tensor entropy() {
    return sum(i -> choices.get(i).entropy());
  }

  private Tensor sum(IntFunction<Tensor> term) {
    return IntStream.range(0, choices.size()).mapToObj(term).reduce(Tensor::add).orElseThrow();
  }

  @Override
  public Tensor mode() {
    return joined(choices.stream().map(Categorical::mode).toList());
  }

  @Override
  public Tensor sample(Tracer into, Tensor key, Tensor counter, int purpose) {
    int total = choices.stream().mapToInt(Categorical::size).sum();
    Tensor uniform = into.uniform(key, counter, purpose, batch, total);
    List<Tensor> actions = new ArrayList<>();
    int start = 0;
    for (Categorical choice : choices) {
      int end = start + choice.size();
      actions.add(choice.chosen(uniform.slice(1, start, end)));
      start = end;
    }
    return joined(actions);
  }

  private Tensor joined(List<Tensor> actions) {
    return tracer.concatenate(
        1, actions.stream().map(each -> each.reshape(-1, 1)).toArray(Tensor[]::new));
  }

  /** Kullback-Leibler divergence from this to another one, {@code KL(this, other)}, [batch]. */
  public Tensor klDivergence(MultiCategorical other) {
    if (other.choices.size() != choices.size()) {
      throw new IllegalArgumentException(
          choices.size() + " choices and " + other.choices.size() + " do not compare");
    }
    return sum(i -> choices.get(i).klDivergence(other.choices.get(i)));
  }
}
