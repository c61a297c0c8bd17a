package dev.stoa.lib.optimisers;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;

/**
 * A velocity {@code v' = decay v + gradient}, and the update v' (the heavy ball: Polyak 1964) or,
 * with Nesterov's correction, {@code gradient + decay v'} (Sutskever, Martens, Dahl, Hinton: "On
 * the importance of initialization and momentum in deep learning", ICML 2013, in the form that
 * PyTorch computes: the parameters are those at the point looked ahead to).
 *
 * @param decay of the velocity, in [0, 1)
 * @param nesterov whether corrected
 */
public record Momentum(double decay, boolean nesterov) implements GradientTransform {
  /** Checks the range. */
  public Momentum {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("momentum takes a decay in [0, 1), got " + decay);
    }
  }

  @Override
  public List<Slot> slots(List<Slot> parameters) {
    return Slot.like("momentum/velocity", parameters);
  }

  @Override
  public Transformed apply(
      Tracer tracer, List<Tensor> parameters, List<Tensor> gradients, List<Tensor> slots) {
    List<Tensor> velocities = new ArrayList<>();
    List<Tensor> updates = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      Tensor gradient = gradients.get(i);
      Tensor velocity = slots.get(i).mul(decay).add(gradient);
      velocities.add(velocity);
      updates.add(nesterov ? gradient.add(velocity.mul(decay)) : velocity);
    }
    return new Transformed(updates, velocities);
  }
}
