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

  /** One slot per parameter, of its type and under its name after a prefix and a slash. */
  static List<Slot> like(String prefix, List<Slot> parameters) {
    return parameters.stream()
        .map(each -> new Slot(prefix + "/" + each.name(), each.type()))
        .toList();
  }
}
