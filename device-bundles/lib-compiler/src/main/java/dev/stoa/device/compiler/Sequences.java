package dev.stoa.device.compiler;

import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.math.StableSort;

/**
 * Steps along an axis in order, over {@code [outer, count, inner]}: element {@code (o, e, i)}
 * stands at {@code (o * count + e) * inner + i}. Sums are made one after the other, so their order
 * is that of the indices.
 */
final class Sequences {
  private final int outer;
  private final int count;
  private final int inner;

  Sequences(Shape shape, int axis) {
    int before = 1;
    for (int i = 0; i < axis; i++) {
      before *= shape.extent(i);
    }
    outer = before;
    count = shape.extent(axis);
    inner = shape.strides()[axis];
  }

  Step argSort(Operation.ArgSort operation, Value in, Value out) {
    double[] keys = new double[count];
    int[] order = new int[count];
    int[] scratch = new int[count];
    return () -> {
      int[] to = out.ints();
      for (int o = 0; o < outer; o++) {
        for (int i = 0; i < inner; i++) {
          for (int e = 0; e < count; e++) {
            keys[e] = Elements.get(in, (o * count + e) * inner + i);
          }
          StableSort.sort(keys, count, operation.descending(), order, scratch);
          for (int e = 0; e < operation.count(); e++) {
            to[(o * operation.count() + e) * inner + i] = order[e];
          }
        }
      }
    };
  }

  /** What {@link #argSort} holds besides its operands. */
  long sortBytes() {
    return (Double.BYTES + 2L * Integer.BYTES) * count;
  }

  Step cumulate(Reduction kind, Value in, Value out) {
    boolean sum = kind == Reduction.SUM;
    return switch (in.dataType()) {
      case FLOAT32 -> () -> cumulate(sum, in.floats(), out.floats());
      case FLOAT64 -> () -> cumulate(sum, in.doubles(), out.doubles());
      case INT32 -> () -> cumulate(sum, in.ints(), out.ints());
      case BOOL -> throw new IllegalStateException("cumulative " + kind + " of bool");
    };
  }

  private void cumulate(boolean sum, float[] in, float[] out) {
    for (int o = 0; o < outer; o++) {
      int from = o * count * inner;
      int end = from + count * inner;
      System.arraycopy(in, from, out, from, Math.min(inner, end - from));
      for (int at = from + inner; at < end; at++) {
        float before = out[at - inner];
        out[at] = sum ? before + in[at] : before * in[at];
      }
    }
  }

  private void cumulate(boolean sum, double[] in, double[] out) {
    for (int o = 0; o < outer; o++) {
      int from = o * count * inner;
      int end = from + count * inner;
      System.arraycopy(in, from, out, from, Math.min(inner, end - from));
      for (int at = from + inner; at < end; at++) {
        double before = out[at - inner];
        out[at] = sum ? before + in[at] : before * in[at];
      }
    }
  }

  private void cumulate(boolean sum, int[] in, int[] out) {
    for (int o = 0; o < outer; o++) {
      int from = o * count * inner;
      int end = from + count * inner;
      System.arraycopy(in, from, out, from, Math.min(inner, end - from));
      for (int at = from + inner; at < end; at++) {
        int before = out[at - inner];
        out[at] = sum ? before + in[at] : before * in[at];
      }
    }
  }

  Step recurrence(Value a, Value b, Value initial, Value out) {
    return switch (out.dataType()) {
      case FLOAT32 -> () -> recurrence(a.floats(), b.floats(), initial.floats(), out.floats());
      case FLOAT64 -> () -> recurrence(a.doubles(), b.doubles(), initial.doubles(), out.doubles());
      case INT32, BOOL -> throw new IllegalStateException("recurrence of " + out.dataType());
    };
  }

  private void recurrence(float[] a, float[] b, float[] initial, float[] out) {
    for (int o = 0; o < outer; o++) {
      int from = o * count * inner;
      for (int i = 0; i < inner; i++) {
        float y = initial[o * inner + i];
        for (int e = 0; e < count; e++) {
          int at = from + e * inner + i;
          y = a[at] * y + b[at];
          out[at] = y;
        }
      }
    }
  }

  private void recurrence(double[] a, double[] b, double[] initial, double[] out) {
    for (int o = 0; o < outer; o++) {
      int from = o * count * inner;
      for (int i = 0; i < inner; i++) {
        double y = initial[o * inner + i];
        for (int e = 0; e < count; e++) {
          int at = from + e * inner + i;
          y = a[at] * y + b[at];
          out[at] = y;
        }
      }
    }
  }
}
