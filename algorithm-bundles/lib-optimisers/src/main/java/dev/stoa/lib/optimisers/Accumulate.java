package dev.stoa.lib.optimisers;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Passes every {@code count}-th time the mean of the last {@code count} gradients on; in between
 * the updates are zero and what the transform remembers stays: one great batch in parts.
 *
 * @param count of gradients, at least 1
 * @param transform what the mean is passed to
 */
public record Accumulate(int count, GradientTransform transform) implements GradientTransform {
  /** Checks the count. */
  public Accumulate {
    Objects.requireNonNull(transform, "transform");
    if (count < 1) {
      throw new IllegalArgumentException("at least 1 gradient is accumulated, got " + count);
    }
  }

  @Override
  public List<Slot> slots(List<Slot> parameters) {
    List<Slot> slots = new ArrayList<>();
    slots.add(new Slot("accumulate/count", TensorType.of(DataType.INT32)));
    slots.addAll(Slot.like("accumulate/sum", parameters));
    slots.addAll(transform.slots(parameters));
    return slots;
  }

  @Override
  public Transformed apply(
      Tracer tracer, List<Tensor> parameters, List<Tensor> gradients, List<Tensor> slots) {
    int size = gradients.size();
    Tensor number = slots.get(0).add(1);
    Tensor full = number.eq(tracer.constant(DataType.INT32, count));
    List<Tensor> next = new ArrayList<>();
    next.add(full.select(tracer.constant(DataType.INT32, 0), number));
    List<Tensor> means = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Tensor sum = slots.get(1 + i).add(gradients.get(i));
      means.add(sum.div(count));
      next.add(full.select(tracer.constant(sum.dataType(), 0), sum));
    }
    List<Tensor> kept = slots.subList(1 + size, slots.size());
    Transformed made = transform.apply(tracer, parameters, means, kept);
    for (int i = 0; i < kept.size(); i++) {
      next.add(full.select(made.slots().get(i), kept.get(i)));
    }
    List<Tensor> updates =
        made.updates().stream()
            .map(each -> full.select(each, tracer.constant(each.dataType(), 0)))
            .toList();
    return new Transformed(updates, next);
  }
}
