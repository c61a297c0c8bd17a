package dev.stoa.lib.optimisers;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.List;
import java.util.Objects;

/**
 * An array that is carried from one update to the next: a parameter, or a moment kept for it, which
 * starts at zero.
 *
 * @param name path, unique within an optimiser, for instance {@code adam/mean/actor/0/weight}
 * @param type element type and shape
 */
public record Slot(String name, TensorType type) {
  /** Checks that nothing is missing. */
  public Slot {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
  }

  /** States one input per slot, in order, under the slot's name. */
  public static List<Tensor> inputs(Tracer tracer, List<Slot> slots) {
    return slots.stream().map(slot -> tracer.input(slot.name(), slot.type())).toList();
  }
}
