package dev.stoa.lib.optimisers;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Adds {@code decay} times the parameter to its gradient or update. Last in a chain, after {@link
 * Adam}, the decay is decoupled: that is AdamW (Loshchilov, Hutter: "Decoupled weight decay
 * regularization", ICLR 2019, with the decay times the learning rate, as PyTorch has it). First in
 * a chain it is the gradient of {@code decay / 2} times the squared parameters.
 *
 * @param decay not negative
 * @param decayed for each parameter, in order, whether it decays
 */
public record WeightDecay(double decay, List<Boolean> decayed) implements GradientTransform {
  /** Checks the range and takes a copy. */
  public WeightDecay {
    decayed = List.copyOf(decayed);
    if (!(decay >= 0 && decay < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a weight decay is not negative, got " + decay);
    }
  }

  /**
   * Decay of the parameters whose name is wanted: biases and gains are usually left out.
   *
   * @param parameters all of them, in order
   * @param wanted whether the parameter of a name decays
   */
  public static WeightDecay of(double decay, List<Slot> parameters, Predicate<String> wanted) {
    return new WeightDecay(
        decay, parameters.stream().map(each -> wanted.test(each.name())).toList());
  }

  @Override
  public List<Slot> slots(List<Slot> parameters) {
    return List.of();
  }

  /**
   * As for all.
   *
   * @throws IllegalArgumentException when the parameters are not as many as it was made for
   */
  @Override
  public Transformed apply(
      Tracer tracer, List<Tensor> parameters, List<Tensor> gradients, List<Tensor> slots) {
    if (parameters.size() != decayed.size()) {
      throw new IllegalArgumentException(
          "weight decay of " + decayed.size() + " parameters, not " + parameters.size());
    }
    List<Tensor> updates = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Tensor gradient = gradients.get(i);
      updates.add(decayed.get(i) ? gradient.add(parameters.get(i).mul(decay)) : gradient);
    }
    return new Transformed(updates, List.of());
  }
}
