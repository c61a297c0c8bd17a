package dev.stoa.lib.optimisers;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A step on the way from gradients to what is subtracted from parameters, times the learning rate.
 * A transform is a pure traced function; what it remembers lies in slots that the caller carries.
 */
@ConsumerType
public interface GradientTransform {
  /** The slots it keeps for those parameters, in order; all start at zero. */
  List<Slot> slots(List<Slot> parameters);

  /**
   * Traces one application.
   *
   * @param tracer of the graph
   * @param parameters present values
   * @param gradients of the parameters, or what an earlier transform made of them
   * @param slots present values of {@link #slots}
   */
  Transformed apply(
      Tracer tracer, List<Tensor> parameters, List<Tensor> gradients, List<Tensor> slots);

  /**
   * What a transform gives.
   *
   * @param updates one per parameter
   * @param slots new values of the slots
   */
  record Transformed(List<Tensor> updates, List<Tensor> slots) {
    /** Takes copies. */
    public Transformed {
      updates = List.copyOf(updates);
      slots = List.copyOf(slots);
    }
  }

  /**
   * Transforms one after the other, the first first. A chain of none leaves the gradients as they
   * are: plain gradient descent.
   */
  static GradientTransform chain(GradientTransform... transforms) {
    List<GradientTransform> all = List.of(transforms);
    return new GradientTransform() {
      @Override
      public List<Slot> slots(List<Slot> parameters) {
        return all.stream().flatMap(each -> each.slots(parameters).stream()).toList();
      }

      @Override
      public Transformed apply(
          Tracer tracer, List<Tensor> parameters, List<Tensor> gradients, List<Tensor> slots) {
        List<Slot> described =
            parameters.stream().map(each -> new Slot("parameter", each.type())).toList();
        List<Tensor> updates = gradients;
        List<Tensor> next = new ArrayList<>();
        for (GradientTransform each : all) {
          int end = next.size() + each.slots(described).size();
          Transformed made =
              each.apply(tracer, parameters, updates, slots.subList(next.size(), end));
          updates = made.updates();
          next.addAll(made.slots());
        }
        return new Transformed(updates, next);
      }
    };
  }
}
