package dev.stoa.device.cpund4j;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Unary;

/**
 * Element-wise operations, piece by piece.
 *
 * @param <A> array of the operands' element type
 */
final class Elementwise<A> {
  private final Lanes<A> lanes;
  private final A first;
  private final A second;
  private final A result;
  private final byte[] flags = new byte[Lanes.PIECE];

  private Elementwise(Lanes<A> lanes) {
    this.lanes = lanes;
    first = lanes.array(Lanes.PIECE);
    second = lanes.array(Lanes.PIECE);
    result = lanes.array(Lanes.PIECE);
  }

  /** Over operands of a type. */
  static Elementwise<?> of(DataType type) {
    return over(Lanes.of(type));
  }

  private static <A> Elementwise<A> over(Lanes<A> lanes) {
    return new Elementwise<>(lanes);
  }

  private static int piece(int at, int size) {
    return Math.min(Lanes.PIECE, size - at);
  }

  Kernel unary(Unary operation, int operand, NativeArray to) {
    int size = to.size();
    if (operation == Unary.IS_FINITE) {
      return values -> {
        for (int at = 0; at < size; at += Lanes.PIECE) {
          int n = piece(at, size);
          lanes.load(values[operand], at, first, n);
          lanes.isFinite(first, flags, n);
          to.bytes.put(at, flags, 0, n);
        }
      };
    }
    Lanes.Map1<A> map = lanes.unary(operation);
    return values -> {
      for (int at = 0; at < size; at += Lanes.PIECE) {
        int n = piece(at, size);
        lanes.load(values[operand], at, first, n);
        map.apply(first, result, n);
        lanes.store(to, at, result, n);
      }
    };
  }

  Kernel binary(Binary operation, int left, int right, NativeArray to) {
    int size = to.size();
    Lanes.Map2<A> map = lanes.binary(operation);
    return values -> {
      for (int at = 0; at < size; at += Lanes.PIECE) {
        int n = piece(at, size);
        lanes.load(values[left], at, first, n);
        lanes.load(values[right], at, second, n);
        map.apply(first, second, result, n);
        lanes.store(to, at, result, n);
      }
    };
  }

  Kernel compare(Compare operation, int left, int right, NativeArray to) {
    int size = to.size();
    Lanes.Test2<A> test = lanes.compare(operation);
    return values -> {
      for (int at = 0; at < size; at += Lanes.PIECE) {
        int n = piece(at, size);
        lanes.load(values[left], at, first, n);
        lanes.load(values[right], at, second, n);
        test.apply(first, second, flags, n);
        to.bytes.put(at, flags, 0, n);
      }
    };
  }

  Kernel select(int condition, int whereTrue, int whereFalse, NativeArray to) {
    int size = to.size();
    return values -> {
      for (int at = 0; at < size; at += Lanes.PIECE) {
        int n = piece(at, size);
        values[condition].bytes.get(at, flags, 0, n);
        lanes.load(values[whereTrue], at, first, n);
        lanes.load(values[whereFalse], at, second, n);
        lanes.select(flags, first, second, result, n);
        lanes.store(to, at, result, n);
      }
    };
  }

  /** By way of float64, which holds every value of the other types exactly. */
  Kernel convert(int operand, NativeArray to) {
    return convert(operand, to, Lanes.of(to.type().dataType()));
  }

  private <B> Kernel convert(int operand, NativeArray to, Lanes<B> target) {
    int size = to.size();
    double[] wide = new double[Lanes.PIECE];
    B narrow = target.array(Lanes.PIECE);
    return values -> {
      for (int at = 0; at < size; at += Lanes.PIECE) {
        int n = piece(at, size);
        lanes.load(values[operand], at, first, n);
        lanes.widen(first, wide, n);
        target.narrow(wide, narrow, n);
        target.store(to, at, narrow, n);
      }
    };
  }
}
