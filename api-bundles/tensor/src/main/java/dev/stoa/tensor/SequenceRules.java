package dev.stoa.tensor;

import dev.stoa.tensor.Operation.Reduction;
import java.util.Arrays;
import java.util.List;

/**
 * Derivatives of one node about rows, places and order along an axis. What a scatter drops or
 * overwrites has none; equal greatest elements of a scatter share the cotangent equally.
 */
final class SequenceRules {
  private final Tracer tracer;
  private final Tensor[] operands;
  private final Tensor y;
  private final Tensor g;

  SequenceRules(Tracer tracer, Tensor[] operands, Tensor y, Tensor g) {
    this.tracer = tracer;
    this.operands = operands;
    this.y = y;
    this.g = g;
  }

  static boolean knows(Operation operation) {
    return operation instanceof Operation.ScatterAdd
        || operation instanceof Operation.ScatterSet
        || operation instanceof Operation.ScatterMax
        || operation instanceof Operation.DynamicSlice
        || operation instanceof Operation.DynamicUpdate
        || operation instanceof Operation.Reverse
        || operation instanceof Operation.Cumulate
        || operation instanceof Operation.LinearRecurrence;
  }

  Tensor rule(Operation operation, int position) {
    Tensor x = operands[position];
    if (operation instanceof Operation.ScatterAdd) {
      return position == 0 ? g : inside().select(g.gather(operands[1]), zero(x));
    }
    if (operation instanceof Operation.ScatterSet) {
      return position == 0
          ? g.scatterSet(operands[1], zero(operands[2]))
          : inside().and(last()).select(g.gather(operands[1]), zero(x));
    }
    if (operation instanceof Operation.ScatterMax) {
      return greatest(position);
    }
    if (operation instanceof Operation.DynamicSlice) {
      return zero(x).dynamicUpdate(operands[1], g);
    }
    if (operation instanceof Operation.DynamicUpdate) {
      return position == 0
          ? g.dynamicUpdate(operands[2], zero(operands[1]))
          : g.dynamicSlice(operands[2], x.shape().extents());
    }
    if (operation instanceof Operation.Reverse reverse) {
      return g.reverse(reverse.axes().stream().mapToInt(Integer::intValue).toArray());
    }
    if (operation instanceof Operation.Cumulate cumulate) {
      int axis = cumulate.axis();
      return cumulate.kind() == Reduction.SUM
          ? g.reverse(axis).cumulativeSum(axis).reverse(axis)
          : before(axis, one(initial(axis))).mul(backwards(axis, operands[0]));
    }
    return recurrence(((Operation.LinearRecurrence) operation).axis(), position);
  }

  private Tensor zero(Tensor like) {
    return tracer.constant(like.type(), 0);
  }

  private Tensor one(TensorType type) {
    return tracer.constant(type, 1);
  }

  /** Whether each index of a scatter lies inside, to be spread over the rows. */
  private Tensor inside() {
    Tensor indices = operands[1];
    Tensor low = indices.ge(tracer.constant(DataType.INT32, 0));
    return overRows(low.and(indices.lt(tracer.operators().rows(operands[0]))));
  }

  private Tensor overRows(Tensor byIndex) {
    int[] extents = new int[operands[2].shape().rank()];
    Arrays.fill(extents, 1);
    int[] indices = operands[1].shape().extents();
    System.arraycopy(indices, 0, extents, 0, indices.length);
    return byIndex.reshape(extents);
  }

  /** Whether each row is the one that stays: positions scattered by the same rule tell. */
  private Tensor last() {
    boolean bounded = operands[1].type().isBounded();
    Tensor all = bounded ? operands[1].filled(-1) : operands[1];
    Tensor indices = all.reshape(all.shape().size());
    Tensor positions = tracer.iota(indices.shape(), 0);
    TensorType byRow = TensorType.of(DataType.INT32, operands[0].shape().extent(0));
    Tensor stays = tracer.constant(byRow, -1).scatterSet(indices, positions);
    Tensor last = stays.gather(indices).eq(positions).reshape(all.shape().extents());
    return overRows(bounded ? last.bounded() : last);
  }

  private Tensor greatest(int position) {
    Tensor indices = operands[1];
    Tensor values = operands[0].eq(y);
    Tensor rows = operands[2].eq(y.gather(indices)).and(inside());
    Tensor counted =
        values
            .select(one(y.type()), zero(y))
            .scatterAdd(indices, rows.select(one(operands[2].type()), zero(operands[2])));
    Tensor share = g.div(counted);
    return position == 0
        ? values.select(share, zero(y))
        : rows.select(share.gather(indices), zero(operands[2]));
  }

  private TensorType initial(int axis) {
    return new TensorType(y.dataType(), Operators.without(y.shape(), List.of(axis)));
  }

  /** The result one index earlier, the given value (with the axis gone) at the first. */
  private Tensor before(int axis, Tensor first) {
    int count = y.shape().extent(axis);
    if (count == 0) {
      return y;
    }
    if (axis == 0 && y.type().isBounded()) {
      Tensor rows = y.filled(0).slice(0, 0, count - 1);
      return tracer.concatenate(0, first.reshape(one(0)), rows).bounded();
    }
    return tracer.concatenate(axis, first.reshape(one(axis)), y.slice(axis, 0, count - 1));
  }

  /** Extents of the result, one along an axis. */
  private int[] one(int axis) {
    int[] extents = y.shape().extents();
    extents[axis] = 1;
    return extents;
  }

  /** {@code h[t] = g[t] + a[t + 1] h[t + 1]}: the cotangents of all later results, gathered. */
  private Tensor backwards(int axis, Tensor a) {
    int count = a.shape().extent(axis);
    if (count == 0) {
      return g;
    }
    boolean rows = axis == 0 && a.type().isBounded();
    Shape last = rows ? Shape.of(one(axis)) : a.shape().like(one(axis));
    Tensor end = tracer.constant(new TensorType(a.dataType(), last), 0);
    Tensor all = rows ? a.filled(0) : a;
    Tensor joined = tracer.concatenate(axis, all.slice(axis, 1, count), end);
    Tensor next = rows ? joined.bounded() : joined;
    Tensor none = tracer.constant(initial(axis), 0);
    return tracer.linearRecurrence(axis, next.reverse(axis), g.reverse(axis), none).reverse(axis);
  }

  private Tensor recurrence(int axis, int position) {
    Tensor h = backwards(axis, operands[0]);
    if (position == 1) {
      return h;
    }
    if (position == 0) {
      return h.mul(before(axis, operands[2]));
    }
    if (y.shape().extent(axis) == 0) {
      return zero(operands[2]);
    }
    boolean rows = axis == 0 && y.type().isBounded();
    Tensor a = rows ? operands[0].filled(0) : operands[0];
    Tensor all = rows ? h.filled(0) : h;
    Tensor first = a.slice(axis, 0, 1).mul(all.slice(axis, 0, 1));
    return first.reshape(operands[2].shape().extents());
  }
}
