package dev.stoa.lib.optimisers;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.List;

/**
 * Moves every element of the gradients into {@code [-bound, bound]}.
 *
 * @param bound greatest size, above zero
 */
public record ClipByValue(double bound) implements GradientTransform {
  /** Checks the bound. */
  public ClipByValue {
    if (!(bound > 0)) {
      throw new IllegalArgumentException("the bound of a gradient is above zero, got " + bound);
    }
  }

  @Override
  public List<Slot> slots(List<Slot> parameters) {
    return List.of();
  }

  @Override
  public Transformed apply(
      Tracer tracer, List<Tensor> parameters, List<Tensor> gradients, List<Tensor> slots) {
    return new Transformed(
        gradients.stream().map(each -> each.clip(-bound, bound)).toList(), List.of());
  }
}
