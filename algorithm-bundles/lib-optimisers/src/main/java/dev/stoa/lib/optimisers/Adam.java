package dev.stoa.lib.optimisers;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;

/**
 * Adam (Kingma, Ba: "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1). After t
 * updates the bias corrections are {@code 1 - beta^t}: the moving average of the constant 1, from
 * zero. They are kept as such, two float64 scalars, so that no step count and no power is needed.
 *
 * @param beta1 decay of the gradients' moving mean, in [0, 1)
 * @param beta2 decay of the squared gradients' moving mean, in [0, 1)
 * @param epsilon added to the root of the second moment, above zero
 */
public record Adam(double beta1, double beta2, double epsilon) implements GradientTransform {
  /** Checks the ranges. */
  public Adam {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0)) {
      throw new IllegalArgumentException(
          "Adam takes decays in [0, 1) and an epsilon above 0, got "
              + beta1
              + ", "
              + beta2
              + ", "
              + epsilon);
    }
  }

  /** Adam with the decays .9 and .999 of the paper. */
  public Adam(double epsilon) {
    this(.9, .999, epsilon);
  }

  @Override
  public List<Slot> slots(List<Slot> parameters) {
    List<Slot> slots = new ArrayList<>();
    slots.add(new Slot("adam/meanCorrection", TensorType.of(DataType.FLOAT64)));
    slots.add(new Slot("adam/squareCorrection", TensorType.of(DataType.FLOAT64)));
    slots.addAll(Slot.like("adam/mean", parameters));
    slots.addAll(Slot.like("adam/square", parameters));
    return slots;
  }

  @Override
  public Transformed apply(
      Tracer tracer, List<Tensor> parameters, List<Tensor> gradients, List<Tensor> slots) {
    int count = gradients.size();
    Tensor meanCorrection = slots.get(0).mul(beta1).add(1 - beta1);
    Tensor squareCorrection = slots.get(1).mul(beta2).add(1 - beta2);
    List<Tensor> means = new ArrayList<>();
    List<Tensor> squares = new ArrayList<>();
    List<Tensor> updates = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Tensor gradient = gradients.get(i);
      Tensor mean = average(slots.get(2 + i), gradient, beta1);
      Tensor square = average(slots.get(2 + count + i), gradient.square(), beta2);
      Tensor numerator = mean.mul(inverse(tracer, meanCorrection, gradient.dataType()));
      Tensor denominator =
          square.mul(inverse(tracer, squareCorrection, gradient.dataType())).sqrt().add(epsilon);
      updates.add(numerator.div(denominator));
      means.add(mean);
      squares.add(square);
    }
    List<Tensor> next = new ArrayList<>(List.of(meanCorrection, squareCorrection));
    next.addAll(means);
    next.addAll(squares);
    return new Transformed(updates, next);
  }

  private static Tensor average(Tensor old, Tensor sample, double decay) {
    return old.mul(decay).add(sample.mul(1 - decay));
  }

  private static Tensor inverse(Tracer tracer, Tensor value, DataType type) {
    return tracer.constant(value.type(), 1).div(value).convert(type);
  }
}
