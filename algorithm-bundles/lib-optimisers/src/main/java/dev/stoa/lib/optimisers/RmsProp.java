package dev.stoa.lib.optimisers;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradients over the root of the moving mean of their squares s (Tieleman, Hinton: lecture 6.5 of
 * "Neural networks for machine learning", 2012), from zero and without bias correction. Centred, s
 * less the square of the moving mean of gradients (Graves: "Generating sequences with recurrent
 * neural networks", 2013, equations 38 to 45). The epsilon stands outside the root, {@code gradient
 * / (sqrt(s) + epsilon)}, as in PyTorch, or inside, {@code gradient / sqrt(s + epsilon)}, as Graves
 * and the deep Q-network of Mnih et al. 2015 have it.
 *
 * @param decay of both moving means, in [0, 1)
 * @param epsilon keeps from dividing by zero; above 0
 * @param centred whether the mean is taken off
 * @param inside whether epsilon stands inside the root
 */
public record RmsProp(double decay, double epsilon, boolean centred, boolean inside)
    implements GradientTransform {
  /** Checks the ranges. */
  public RmsProp {
    if (!(decay >= 0 && decay < 1 && epsilon > 0)) {
      throw new IllegalArgumentException(
          "RMSProp takes a decay in [0, 1) and an epsilon above 0, got " + decay + ", " + epsilon);
    }
  }

  /** Not centred, epsilon outside. */
  public RmsProp(double decay, double epsilon) {
    this(decay, epsilon, false, false);
  }

  @Override
  public List<Slot> slots(List<Slot> parameters) {
    List<Slot> slots = new ArrayList<>(Slot.like("rmsProp/square", parameters));
    if (centred) {
      slots.addAll(Slot.like("rmsProp/mean", parameters));
    }
    return slots;
  }

  @Override
  public Transformed apply(
      Tracer tracer, List<Tensor> parameters, List<Tensor> gradients, List<Tensor> slots) {
    int count = gradients.size();
    List<Tensor> squares = new ArrayList<>();
    List<Tensor> means = new ArrayList<>();
    List<Tensor> updates = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Tensor gradient = gradients.get(i);
      Tensor moment = average(slots.get(i), gradient.square());
      squares.add(moment);
      if (centred) {
        Tensor mean = average(slots.get(count + i), gradient);
        means.add(mean);
        // Rounding may leave less than nothing of a variance.
        moment = moment.sub(mean.square()).max(0);
      }
      updates.add(gradient.div(inside ? moment.add(epsilon).sqrt() : moment.sqrt().add(epsilon)));
    }
    List<Tensor> next = new ArrayList<>(squares);
    next.addAll(means);
    return new Transformed(updates, next);
  }

  private Tensor average(Tensor old, Tensor sample) {
    return old.mul(decay).add(sample.mul(1 - decay));
  }
}
