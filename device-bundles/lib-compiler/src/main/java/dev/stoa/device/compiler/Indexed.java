package dev.stoa.device.compiler;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.random.Philox;

/** Steps that look elements up, float64 products and random bits. */
final class Indexed {
  /** Elements of a row up to which a loop beats a call of the system's copy. */
  private static final int SHORT_ROW = 8;

  private Indexed() {}

  static Step argMax(int axis, Shape shape, Value in, Value out) {
    int count = shape.extent(axis);
    int inner = shape.strides()[axis];
    return () -> {
      int[] to = out.ints();
      for (int o = 0; o < to.length; o++) {
        int base = o / inner * count * inner + o % inner;
        int best = 0;
        double greatest = Double.NEGATIVE_INFINITY;
        for (int e = 0; e < count; e++) {
          double x = Elements.get(in, base + e * inner);
          // Not-a-number counts as greatest; the first one wins.
          if (x > greatest || x != x && greatest == greatest) {
            greatest = x;
            best = e;
          }
        }
        to[o] = best;
      }
    };
  }

  static Step gather(Shape values, Value in, Value indices, Value out) {
    int rows = values.extent(0);
    if (rows == 0) {
      return () -> Constants.fill(out, 0);
    }
    int width = values.size() / rows;
    if (in.dataType() == DataType.FLOAT32 && width <= SHORT_ROW) {
      return () -> gather(in.floats(), rows, width, indices.ints(), out.floats());
    }
    if (in.dataType() == DataType.INT32 && width <= SHORT_ROW) {
      return () -> gather(in.ints(), rows, width, indices.ints(), out.ints());
    }
    return () -> {
      int[] index = indices.ints();
      for (int i = 0; i < index.length; i++) {
        System.arraycopy(in.array(), row(index[i], rows) * width, out.array(), i * width, width);
      }
    };
  }

  private static int row(int index, int rows) {
    return Math.max(0, Math.min(rows - 1, index));
  }

  private static void gather(float[] in, int rows, int width, int[] index, float[] out) {
    for (int i = 0; i < index.length; i++) {
      int from = row(index[i], rows) * width;
      for (int j = 0; j < width; j++) {
        out[i * width + j] = in[from + j];
      }
    }
  }

  private static void gather(int[] in, int rows, int width, int[] index, int[] out) {
    for (int i = 0; i < index.length; i++) {
      int from = row(index[i], rows) * width;
      for (int j = 0; j < width; j++) {
        out[i * width + j] = in[from + j];
      }
    }
  }

  static Step randomBits(Operation.RandomBits operation, Value key, Value counter, Value out) {
    int purpose = operation.purpose();
    int[] block = new int[4];
    return () -> {
      long seed = pair(key.ints());
      long index = pair(counter.ints());
      int[] to = out.ints();
      for (int at = 0; at < to.length; at += 4) {
        Philox.block(seed, index, purpose, at / 4, block, 0);
        System.arraycopy(block, 0, to, at, Math.min(4, to.length - at));
      }
    };
  }

  private static long pair(int[] words) {
    return (long) words[1] << 32 | words[0] & 0xFFFFFFFFL;
  }

  /** Batched float64 product, each element summed in order. */
  static Step dot(Operation.Dot dot, Shape a, Shape result, Value left, Value right, Value out) {
    int rank = result.rank();
    int m = result.extent(rank - 2);
    int n = result.extent(rank - 1);
    int k = a.extent(dot.transposeLeft() ? rank - 2 : rank - 1);
    int leftRow = dot.transposeLeft() ? 1 : k;
    int leftInner = dot.transposeLeft() ? m : 1;
    int rightInner = dot.transposeRight() ? 1 : n;
    int rightColumn = dot.transposeRight() ? k : 1;
    return () -> {
      double[] x = left.doubles();
      double[] y = right.doubles();
      double[] to = out.doubles();
      for (int e = 0; e < to.length; e++) {
        int batch = e / (m * n);
        int from = batch * m * k + e / n % m * leftRow;
        int with = batch * k * n + e % n * rightColumn;
        double sum = 0;
        for (int p = 0; p < k; p++) {
          sum += x[from + p * leftInner] * y[with + p * rightInner];
        }
        to[e] = sum;
      }
    };
  }
}
