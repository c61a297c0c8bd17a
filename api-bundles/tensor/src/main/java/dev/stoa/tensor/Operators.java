package dev.stoa.tensor;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Operation.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** What the calls on tensors mean: checks of types and shapes, the result's type, the node. */
final class Operators {
  private final Tracer tracer;

  Operators(Tracer tracer) {
    this.tracer = tracer;
  }

  Tensor constant(float[] values, int... extents) {
    TensorType type =
        TensorType.of(DataType.FLOAT32, extents.length == 0 ? new int[] {values.length} : extents);
    if (type.shape().size() != values.length) {
      throw tracer.fault("a constant " + type + " from " + values.length + " values");
    }
    List<Double> held = new ArrayList<>();
    for (float value : values) {
      held.add((double) value);
    }
    return tracer.add(new Operation.Constant(held), type);
  }

  Tensor unary(Unary operation, Tensor value) {
    DataType type = value.dataType();
    boolean allowed =
        switch (operation) {
          case NOT -> type == DataType.BOOL;
          case NEG, ABS, SIGN -> type.isFloating() || type == DataType.INT32;
          default -> type.isFloating();
        };
    if (!allowed) {
      throw tracer.fault(Operation.print(operation) + " of " + value.type());
    }
    DataType result = operation == Unary.IS_FINITE ? DataType.BOOL : type;
    return tracer.add(operation, new TensorType(result, value.shape()), value);
  }

  Tensor binary(Binary operation, Tensor left, Tensor right) {
    boolean logic = operation == Binary.AND || operation == Binary.OR;
    boolean real = operation == Binary.POW && !left.dataType().isFloating();
    if (left.dataType() != right.dataType()
        || logic != (left.dataType() == DataType.BOOL)
        || real) {
      throw tracer.fault(
          Operation.print(operation) + " of " + left.type() + " and " + right.type());
    }
    Shape shape = common(Operation.print(operation), left, right);
    return tracer.add(
        operation,
        new TensorType(left.dataType(), shape),
        broadcast(left, shape),
        broadcast(right, shape));
  }

  Tensor compare(Compare operation, Tensor left, Tensor right) {
    if (left.dataType() != right.dataType()) {
      throw tracer.fault(
          Operation.print(operation) + " of " + left.type() + " and " + right.type());
    }
    Shape shape = common(Operation.print(operation), left, right);
    return tracer.add(
        operation,
        new TensorType(DataType.BOOL, shape),
        broadcast(left, shape),
        broadcast(right, shape));
  }

  Tensor select(Tensor condition, Tensor whereTrue, Tensor whereFalse) {
    if (condition.dataType() != DataType.BOOL || whereTrue.dataType() != whereFalse.dataType()) {
      throw tracer.fault(
          "select of " + condition.type() + ", " + whereTrue.type() + ", " + whereFalse.type());
    }
    Shape values = common("select", whereTrue, whereFalse);
    Shape shape;
    try {
      shape = Shape.broadcast(condition.shape(), values);
    } catch (ShapeException e) {
      throw tracer.fault("select by " + condition.type() + " of " + values);
    }
    return tracer.add(
        new Operation.Select(),
        new TensorType(whereTrue.dataType(), shape),
        broadcast(condition, shape),
        broadcast(whereTrue, shape),
        broadcast(whereFalse, shape));
  }

  Tensor convert(Tensor value, DataType to) {
    return to == value.dataType()
        ? value
        : tracer.add(new Operation.Convert(to), new TensorType(to, value.shape()), value);
  }

  private Shape common(String operation, Tensor left, Tensor right) {
    try {
      return Shape.broadcast(left.shape(), right.shape());
    } catch (ShapeException e) {
      throw tracer.fault(
          operation + " of " + left.type() + " and " + right.type() + " does not broadcast");
    }
  }

  Tensor dot(Tensor left, Tensor right, boolean transposeLeft, boolean transposeRight) {
    Shape a = left.shape();
    Shape b = right.shape();
    String what =
        "dot of "
            + left.type()
            + (transposeLeft ? " transposed" : "")
            + " and "
            + right.type()
            + (transposeRight ? " transposed" : "");
    if (a.rank() < 2
        || a.rank() != b.rank()
        || left.dataType() != right.dataType()
        || !left.dataType().isFloating()) {
      throw tracer.fault(what);
    }
    int[] extents = a.extents();
    for (int i = 0; i < a.rank() - 2; i++) {
      if (a.extent(i) != b.extent(i)) {
        throw tracer.fault(what + ": leading axes differ");
      }
    }
    int inner = a.extent(transposeLeft ? -2 : -1);
    if (inner != b.extent(transposeRight ? -1 : -2)) {
      throw tracer.fault(what + ": inner extents differ");
    }
    extents[a.rank() - 2] = a.extent(transposeLeft ? -1 : -2);
    extents[a.rank() - 1] = b.extent(transposeRight ? -2 : -1);
    return tracer.add(
        new Operation.Dot(transposeLeft, transposeRight),
        TensorType.of(left.dataType(), extents),
        left,
        right);
  }

  Tensor reduce(Reduction kind, Tensor value, int... axes) {
    if (!value.dataType().isFloating() && value.dataType() != DataType.INT32) {
      throw tracer.fault("reduction of " + value.type());
    }
    List<Integer> counted = new ArrayList<>();
    if (axes.length == 0) {
      for (int i = 0; i < value.shape().rank(); i++) {
        counted.add(i);
      }
    }
    for (int axis : axes) {
      int each = value.shape().axis(axis);
      if (counted.contains(each)) {
        throw tracer.fault("axis " + axis + " given twice in a reduction of " + value.type());
      }
      counted.add(each);
    }
    Collections.sort(counted);
    return counted.isEmpty()
        ? value
        : tracer.add(
            new Operation.Reduce(kind, counted),
            new TensorType(value.dataType(), without(value.shape(), counted)),
            value);
  }

  Tensor fill(Tensor value, double with) {
    if (!value.type().isBounded()) {
      throw tracer.fault("rows beyond the length of " + value.type() + ", which is not bounded");
    }
    double held = value.dataType() == DataType.FLOAT32 ? (float) with : with;
    return tracer.add(new Operation.Fill(held), value.type().unbounded(), value);
  }

  Tensor bound(Tensor value) {
    if (value.shape().rank() == 0 || value.type().isBounded()) {
      throw tracer.fault("the first axis of " + value.type() + " bounded");
    }
    return tracer.add(new Operation.Bound(), value.type(), value);
  }

  /** How many rows a tensor has in a run: an int32 scalar. */
  Tensor rows(Tensor value) {
    return value.type().isBounded()
        ? tracer.length()
        : tracer.constant(DataType.INT32, value.shape().extent(0));
  }

  static Shape without(Shape shape, List<Integer> axes) {
    int[] kept = new int[shape.rank() - axes.size()];
    int next = 0;
    for (int i = 0; i < shape.rank(); i++) {
      if (!axes.contains(i)) {
        kept[next++] = shape.extent(i);
      }
    }
    return axes.contains(0) ? Shape.of(kept) : shape.like(kept);
  }

  Tensor broadcast(Tensor value, Shape to) {
    if (value.shape().equals(to)) {
      return value;
    }
    boolean fits;
    try {
      fits = Shape.broadcast(value.shape(), to).equals(to);
    } catch (ShapeException e) {
      fits = false;
    }
    if (!fits) {
      throw tracer.fault("cannot stretch " + value.type() + " to " + to);
    }
    return tracer.add(new Operation.Broadcast(to), new TensorType(value.dataType(), to), value);
  }

  Tensor reshape(Tensor value, int... extents) {
    int[] full = extents.clone();
    int open = -1;
    long product = 1;
    for (int i = 0; i < full.length; i++) {
      if (full[i] == -1 && open < 0) {
        open = i;
      } else {
        product *= full[i];
      }
    }
    int size = value.shape().size();
    if (open >= 0 && product > 0 && size % product == 0) {
      full[open] = (int) (size / product);
      product *= full[open];
    }
    boolean moved =
        value.type().isBounded() && (full.length == 0 || full[0] != value.shape().extent(0));
    if (product != size || moved) {
      throw tracer.fault("cannot reshape " + value.type() + " to " + Arrays.toString(extents));
    }
    Shape to = value.shape().like(full);
    return to.equals(value.shape())
        ? value
        : tracer.add(new Operation.Reshape(to), new TensorType(value.dataType(), to), value);
  }

  Tensor transpose(Tensor value, int... permutation) {
    int rank = value.shape().rank();
    int[] order = permutation.clone();
    if (order.length == 0 && rank >= 2) {
      order = new int[rank];
      for (int i = 0; i < rank; i++) {
        order[i] = i;
      }
      order[rank - 1] = rank - 2;
      order[rank - 2] = rank - 1;
    }
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    int[] extents = new int[rank];
    boolean valid = order.length == rank;
    for (int i = 0; valid && i < rank; i++) {
      valid = sorted[i] == i;
      extents[i] = valid ? value.shape().extent(order[i]) : 0;
    }
    if (!valid) {
      throw tracer.fault(
          "cannot transpose " + value.type() + " by " + Arrays.toString(permutation));
    }
    List<Integer> axes = new ArrayList<>();
    for (int axis : order) {
      axes.add(axis);
    }
    return tracer.add(
        new Operation.Transpose(axes), TensorType.of(value.dataType(), extents), value);
  }

  Tensor argMax(Tensor value, int axis) {
    int counted = value.shape().axis(axis);
    return tracer.add(
        new Operation.ArgMax(counted),
        new TensorType(DataType.INT32, without(value.shape(), List.of(counted))),
        value);
  }

  Tensor slice(Tensor value, int axis, int start, int end) {
    int counted = value.shape().axis(axis);
    List<Integer> from = new ArrayList<>();
    List<Integer> to = new ArrayList<>();
    for (int i = 0; i < value.shape().rank(); i++) {
      from.add(i == counted ? start : 0);
      to.add(i == counted ? end : value.shape().extent(i));
    }
    return slice(value, from, to);
  }

  Tensor slice(Tensor value, List<Integer> start, List<Integer> end) {
    int[] extents = new int[value.shape().rank()];
    for (int i = 0; i < extents.length; i++) {
      if (start.get(i) < 0 || end.get(i) > value.shape().extent(i) || start.get(i) > end.get(i)) {
        throw tracer.fault("no part " + start + " to " + end + " of " + value.type());
      }
      extents[i] = end.get(i) - start.get(i);
    }
    return tracer.add(
        new Operation.Slice(start, end), TensorType.of(value.dataType(), extents), value);
  }

  Tensor gather(Tensor values, Tensor indices) {
    if (values.shape().rank() < 1 || indices.dataType() != DataType.INT32) {
      throw tracer.fault("gather from " + values.type() + " by " + indices.type());
    }
    return tracer.add(
        new Operation.Gather(),
        new TensorType(values.dataType(), rows(values.shape(), indices.shape())),
        values,
        indices);
  }

  Tensor scatter(Operation kind, Tensor values, Tensor indices, Tensor rows) {
    if (values.shape().rank() < 1
        || kind instanceof Operation.ScatterMax && values.dataType() == DataType.BOOL
        || indices.dataType() != DataType.INT32
        || rows.dataType() != values.dataType()
        || !rows.shape().equals(rows(values.shape(), indices.shape()))) {
      throw tracer.fault(
          "scatter of " + rows.type() + " into " + values.type() + " by " + indices.type());
    }
    return tracer.add(kind, values.type(), values, indices, rows);
  }

  private static Shape rows(Shape values, Shape indices) {
    int[] extents = Arrays.copyOf(indices.extents(), indices.rank() + values.rank() - 1);
    for (int i = 1; i < values.rank(); i++) {
      extents[indices.rank() + i - 1] = values.extent(i);
    }
    return indices.like(extents);
  }
}
