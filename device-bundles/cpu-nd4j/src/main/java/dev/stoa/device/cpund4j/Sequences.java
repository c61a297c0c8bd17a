package dev.stoa.device.cpund4j;

import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.math.StableSort;

/**
 * Steps along an axis in order, over {@code [outer, count, inner]}: the order of additions is that
 * of the indices. Rows of {@code inner} elements are combined at once; single elements are read
 * where they stand.
 *
 * @param <A> array of the element type
 */
final class Sequences<A> {
  private final Lanes<A> lanes;
  private final int outer;
  private final int count;
  private final int inner;

  private Sequences(Lanes<A> lanes, Shape shape, int axis) {
    this.lanes = lanes;
    int before = 1;
    for (int i = 0; i < axis; i++) {
      before *= shape.extent(i);
    }
    outer = before;
    count = shape.extent(axis);
    inner = shape.strides()[axis];
  }

  /** Along an axis of a tensor of a type. */
  static <A> Sequences<A> over(Lanes<A> lanes, Shape shape, int axis) {
    return new Sequences<>(lanes, shape, axis);
  }

  Kernel argSort(Operation.ArgSort operation, int operand, NativeArray to) {
    A column = lanes.array(count);
    A element = lanes.array(1);
    double[] keys = new double[count];
    int[] order = new int[count];
    int[] scratch = new int[count];
    double[] key = new double[1];
    return values -> {
      for (int o = 0; o < outer; o++) {
        for (int i = 0; i < inner; i++) {
          if (inner == 1) {
            lanes.load(values[operand], o * count, column, count);
            lanes.widen(column, keys, count);
          } else {
            for (int e = 0; e < count; e++) {
              lanes.load(values[operand], (o * count + e) * inner + i, element, 1);
              lanes.widen(element, key, 1);
              keys[e] = key[0];
            }
          }
          StableSort.sort(keys, count, operation.descending(), order, scratch);
          for (int e = 0; e < operation.count(); e++) {
            to.ints.put((o * operation.count() + e) * inner + i, order[e]);
          }
        }
      }
    };
  }

  Kernel cumulate(Reduction kind, int operand, NativeArray to) {
    Lanes.Map2<A> map = lanes.binary(kind == Reduction.SUM ? Binary.ADD : Binary.MUL);
    int width = Math.min(inner, Lanes.PIECE);
    A running = lanes.array(width);
    A next = lanes.array(width);
    return values -> {
      for (int o = 0; o < outer; o++) {
        for (int column = 0; column < inner; column += Lanes.PIECE) {
          int n = Math.min(Lanes.PIECE, inner - column);
          for (int e = 0; e < count; e++) {
            int at = (o * count + e) * inner + column;
            lanes.load(values[operand], at, e == 0 ? running : next, n);
            if (e > 0) {
              map.apply(running, next, running, n);
            }
            lanes.store(to, at, running, n);
          }
        }
      }
    };
  }

  Kernel recurrence(int factor, int added, int initial, NativeArray to) {
    Lanes.Map2<A> product = lanes.binary(Binary.MUL);
    Lanes.Map2<A> sum = lanes.binary(Binary.ADD);
    int width = Math.min(inner, Lanes.PIECE);
    A running = lanes.array(width);
    A next = lanes.array(width);
    return values -> {
      for (int o = 0; o < outer; o++) {
        for (int column = 0; column < inner; column += Lanes.PIECE) {
          int n = Math.min(Lanes.PIECE, inner - column);
          lanes.load(values[initial], o * inner + column, running, n);
          for (int e = 0; e < count; e++) {
            int at = (o * count + e) * inner + column;
            lanes.load(values[factor], at, next, n);
            product.apply(next, running, running, n);
            lanes.load(values[added], at, next, n);
            sum.apply(running, next, running, n);
            lanes.store(to, at, running, n);
          }
        }
      }
    };
  }
}
