package dev.stoa.lib.optimisers;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.List;

/**
 * Scales all gradients by one factor, so that their common Euclidean norm is at most a bound
 * (Pascanu, Mikolov, Bengio: "On the difficulty of training recurrent neural networks", ICML 2013):
 * the factor is {@code min(1, bound / (norm + 1e-6))}.
 *
 * @param bound greatest norm, above zero
 */
public record ClipByGlobalNorm(double bound) implements GradientTransform {
  /** Keeps a norm of zero from dividing by zero. */
  private static final double MARGIN = 1e-6;

  /** Checks the bound. */
  public ClipByGlobalNorm {
    if (!(bound > 0)) {
      throw new IllegalArgumentException("the bound of a norm is above zero, got " + bound);
    }
  }

  /** The Euclidean norm of all gradients taken as one vector; a scalar. */
  public static Tensor globalNorm(List<Tensor> gradients) {
    Tensor sum = gradients.get(0).square().sum();
    for (Tensor gradient : gradients.subList(1, gradients.size())) {
      sum = sum.add(gradient.square().sum());
    }
    return sum.sqrt();
  }

  @Override
  public List<Slot> slots(List<Slot> parameters) {
    return List.of();
  }

  @Override
  public Transformed apply(
      Tracer tracer, List<Tensor> parameters, List<Tensor> gradients, List<Tensor> slots) {
    Tensor norm = globalNorm(gradients);
    Tensor factor = tracer.constant(norm.type(), bound).div(norm.add(MARGIN)).min(1);
    return new Transformed(gradients.stream().map(each -> each.mul(factor)).toList(), List.of());
  }
}
