package dev.stoa.tensor;

import dev.stoa.tensor.Operation.Reduction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What the calls about order along an axis and places known at run time mean. */
final class SequenceOperators {
  private final Tracer tracer;

  SequenceOperators(Tracer tracer) {
    this.tracer = tracer;
  }

  Tensor pad(Tensor value, List<Integer> before, List<Integer> after) {
    int[] extents = value.shape().extents();
    for (int i = 0; i < extents.length; i++) {
      extents[i] += before.get(i) + after.get(i);
    }
    return tracer.add(
        new Operation.Pad(before, after), TensorType.of(value.dataType(), extents), value);
  }

  Tensor reverse(Tensor value, int... axes) {
    List<Integer> counted = new ArrayList<>();
    for (int axis : axes) {
      int each = axis(value, axis);
      if (counted.contains(each)) {
        throw tracer.fault("axis " + axis + " given twice in a reversal of " + value.type());
      }
      counted.add(each);
    }
    Collections.sort(counted);
    return counted.isEmpty()
        ? value
        : tracer.add(new Operation.Reverse(counted), value.type(), value);
  }

  private int axis(Tensor value, int axis) {
    int rank = value.shape().rank();
    if (axis < -rank || axis >= rank) {
      throw tracer.fault("no axis " + axis + " of " + value.type());
    }
    return value.shape().axis(axis);
  }

  Tensor cumulate(Reduction kind, Tensor value, int axis) {
    if (value.dataType() == DataType.BOOL) {
      throw tracer.fault(
          "cumulative " + kind.name().toLowerCase(java.util.Locale.ROOT) + " of " + value.type());
    }
    return tracer.add(new Operation.Cumulate(kind, axis(value, axis)), value.type(), value);
  }

  Tensor recurrence(int axis, Tensor a, Tensor b, Tensor initial) {
    String what =
        "linear recurrence along axis "
            + axis
            + " of "
            + a.type()
            + ", "
            + b.type()
            + " from "
            + initial.type();
    if (!a.dataType().isFloating() || !a.type().equals(b.type())) {
      throw tracer.fault(what);
    }
    int counted = axis(a, axis);
    Shape first = Operators.without(a.shape(), List.of(counted));
    if (!initial.type().equals(new TensorType(a.dataType(), first))) {
      throw tracer.fault(what + ": the initial value must be " + first);
    }
    return tracer.add(new Operation.LinearRecurrence(counted), a.type(), a, b, initial);
  }

  Tensor argSort(Tensor value, int axis, boolean descending, int count) {
    int counted = axis(value, axis);
    int extent = value.shape().extent(counted);
    if (value.dataType() == DataType.BOOL || count < 0 || count > extent) {
      throw tracer.fault("the first " + count + " along axis " + axis + " of " + value.type());
    }
    int[] extents = value.shape().extents();
    extents[counted] = count;
    return tracer.add(
        new Operation.ArgSort(counted, descending, count),
        TensorType.of(DataType.INT32, extents),
        value);
  }

  /** A gather from the elements in row-major order, by index along the axis and own place. */
  Tensor takeAlong(Tensor value, int axis, Tensor indices) {
    Shape shape = value.shape();
    Shape wanted = indices.shape();
    int counted = axis(value, axis);
    boolean fits = indices.dataType() == DataType.INT32 && wanted.rank() == shape.rank();
    for (int i = 0; fits && i < shape.rank(); i++) {
      fits = i == counted || wanted.extent(i) == shape.extent(i);
    }
    fits &= counted == 0 || wanted.isBounded() == shape.isBounded();
    if (!fits || shape.extent(counted) == 0 && wanted.size() > 0) {
      throw tracer.fault(
          "elements along axis " + axis + " of " + value.type() + " by " + indices.type());
    }
    int[] strides = shape.strides();
    Tensor last =
        counted == 0 && shape.isBounded()
            ? tracer.length().sub(1)
            : tracer.constant(DataType.INT32, Math.max(0, shape.extent(counted) - 1));
    Tensor place = indices.max(0).min(last).mul(strides[counted]);
    for (int i = 0; i < shape.rank(); i++) {
      if (i != counted) {
        place = place.add(tracer.iota(wanted, i).mul(strides[i]));
      }
    }
    Tensor all = shape.isBounded() ? value.filled(0) : value;
    return all.reshape(shape.size()).gather(place);
  }

  Tensor dynamicSlice(Tensor value, Tensor start, Shape extents) {
    boolean rows =
        value.type().isBounded()
            && extents.rank() > 0
            && extents.extent(0) == value.shape().extent(0);
    Shape part = rows ? value.shape().like(extents.extents()) : extents;
    if (!fits(value, start, part)) {
      throw tracer.fault("no part " + part + " of " + value.type() + " from " + start.type());
    }
    return part.equals(value.shape())
        ? value
        : tracer.add(
            new Operation.DynamicSlice(part), new TensorType(value.dataType(), part), value, start);
  }

  Tensor dynamicUpdate(Tensor value, Tensor start, Tensor part) {
    if (part.dataType() != value.dataType() || !fits(value, start, part.shape())) {
      throw tracer.fault(
          "no part " + part.type() + " of " + value.type() + " from " + start.type());
    }
    return part.type().equals(value.type())
        ? part
        : tracer.add(new Operation.DynamicUpdate(), value.type(), value, part, start);
  }

  private static boolean fits(Tensor value, Tensor start, Shape part) {
    int rank = value.shape().rank();
    boolean fits = part.rank() == rank && start.type().equals(TensorType.of(DataType.INT32, rank));
    for (int i = 0; fits && i < rank; i++) {
      fits = part.extent(i) <= value.shape().extent(i);
    }
    return fits;
  }

  Tensor concatenate(int axis, Tensor... parts) {
    Shape first = parts[0].shape();
    int counted = first.axis(axis);
    int[] extents = first.extents();
    extents[counted] = 0;
    for (Tensor part : parts) {
      if (part.shape().rank() != first.rank() || part.dataType() != parts[0].dataType()) {
        throw tracer.fault("cannot join " + parts[0].type() + " and " + part.type());
      }
      for (int i = 0; i < first.rank(); i++) {
        if (i != counted && part.shape().extent(i) != first.extent(i)) {
          throw tracer.fault(
              "cannot join " + parts[0].type() + " and " + part.type() + " along " + counted);
        }
      }
      extents[counted] += part.shape().extent(counted);
    }
    return tracer.add(
        new Operation.Concatenate(counted), TensorType.of(parts[0].dataType(), extents), parts);
  }
}
