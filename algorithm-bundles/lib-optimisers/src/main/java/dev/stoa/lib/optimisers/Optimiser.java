package dev.stoa.lib.optimisers;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Gradient descent along transformed gradients, guarded: an update whose loss or gradient norm is
 * not finite changes nothing.
 *
 * @param transform from gradients to updates
 */
public record Optimiser(GradientTransform transform) {
  /** Checks that there is a transform. */
  public Optimiser {
    Objects.requireNonNull(transform, "transform");
  }

  /** The slots to carry for those parameters, in order; all start at zero. */
  public List<Slot> slots(List<Slot> parameters) {
    return transform.slots(parameters);
  }

  /**
   * Traces one update: {@code parameter - learningRate * update}.
   *
   * @param tracer of the graph
   * @param loss a scalar
   * @param parameters present values
   * @param gradients of the loss with respect to the parameters
   * @param slots present values of {@link #slots}
   * @param learningRate a scalar of the parameters' element type
   */
  public Updated update(
      Tracer tracer,
      Tensor loss,
      List<Tensor> parameters,
      List<Tensor> gradients,
      List<Tensor> slots,
      Tensor learningRate) {
    Tensor norm = ClipByGlobalNorm.globalNorm(gradients);
    Tensor finite = norm.isFinite().and(loss.isFinite());
    GradientTransform.Transformed made = transform.apply(tracer, parameters, gradients, slots);
    List<Tensor> nextParameters = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Tensor moved = parameters.get(i).sub(made.updates().get(i).mul(learningRate));
      nextParameters.add(finite.select(moved, parameters.get(i)));
    }
    List<Tensor> nextSlots = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      nextSlots.add(finite.select(made.slots().get(i), slots.get(i)));
    }
    return new Updated(nextParameters, nextSlots, norm);
  }

  /**
   * What an update gives.
   *
   * @param parameters new values
   * @param slots new values
   * @param gradientNorm Euclidean norm of all gradients before any transform; a scalar
   */
  public record Updated(List<Tensor> parameters, List<Tensor> slots, Tensor gradientNorm) {
    /** Takes copies. */
    public Updated {
      parameters = List.copyOf(parameters);
      slots = List.copyOf(slots);
    }

    /** States that these are the new contents of the inputs that held the old values. */
    public void donate(Tracer tracer, List<Tensor> oldParameters, List<Tensor> oldSlots) {
      for (int i = 0; i < parameters.size(); i++) {
        tracer.update(oldParameters.get(i), parameters.get(i));
      }
      for (int i = 0; i < slots.size(); i++) {
        tracer.update(oldSlots.get(i), slots.get(i));
      }
    }
  }
}
