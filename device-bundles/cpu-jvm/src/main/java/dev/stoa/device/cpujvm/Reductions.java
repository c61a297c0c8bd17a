package dev.stoa.device.cpujvm;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Reduction;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntBinaryOperator;

/**
 * Reductions of {@code [outer, count, inner]} over the middle axis. The order of additions is fixed
 * whatever the path: element {@code e} of a set goes to virtual lane {@code e % 16} in order, and
 * the lanes are combined as a tree (8, 4, 2, 1).
 */
final class Reductions {
  private static final int LANES = 16;

  private final Reduction kind;
  private final int outer;
  private final int count;
  private final int inner;
  private final int lanes;

  Reductions(Reduction kind, int outer, int count, int inner) {
    this.kind = kind;
    this.outer = outer;
    this.count = count;
    this.inner = inner;
    this.lanes = Math.min(LANES, Math.max(1, count));
  }

  Step step(Value in, Value out) {
    if (in.dataType() == DataType.FLOAT64) {
      double[] sums = new double[LANES];
      DoubleBinaryOperator operator = real();
      return () -> reduce(operator, in.doubles(), sums, out.doubles());
    }
    if (in.dataType() == DataType.INT32) {
      IntBinaryOperator operator = whole();
      return () -> reduce(operator, in.ints(), out.ints());
    }
    if (inner == 1) {
      float[] sums = new float[LANES];
      return kind == Reduction.SUM
          ? () -> sumRows(in.floats(), sums, out.floats())
          : () -> rows(in.floats(), sums, out.floats());
    }
    float[][] sums = new float[lanes][inner];
    float[] row = new float[inner];
    Floats.Two kernel = Floats.binary(operation());
    return () -> columns(kernel, in.floats(), row, sums, out.floats());
  }

  private Binary operation() {
    return switch (kind) {
      case SUM -> Binary.ADD;
      case MAX -> Binary.MAX;
      case MIN -> Binary.MIN;
      case PRODUCT -> Binary.MUL;
    };
  }

  private DoubleBinaryOperator real() {
    return switch (kind) {
      case SUM -> Double::sum;
      case MAX -> Math::max;
      case MIN -> Math::min;
      case PRODUCT -> (a, b) -> a * b;
    };
  }

  private IntBinaryOperator whole() {
    return switch (kind) {
      case SUM -> Integer::sum;
      case MAX -> Math::max;
      case MIN -> Math::min;
      case PRODUCT -> (a, b) -> a * b;
    };
  }

  private float start() {
    return switch (kind) {
      case SUM -> 0f;
      case MAX -> Float.NEGATIVE_INFINITY;
      case MIN -> Float.POSITIVE_INFINITY;
      case PRODUCT -> 1f;
    };
  }

  private void sumRows(float[] in, float[] sums, float[] out) {
    int whole = count - count % LANES;
    for (int o = 0; o < outer; o++) {
      int base = o * count;
      Arrays.fill(sums, 0f);
      for (int e = base; e < base + whole; e += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
          sums[lane] += in[e + lane];
        }
      }
      for (int e = whole; e < count; e++) {
        sums[e - whole] += in[base + e];
      }
      out[o] = tree(sums);
    }
  }

  private void rows(float[] in, float[] sums, float[] out) {
    for (int o = 0; o < outer; o++) {
      int base = o * count;
      Arrays.fill(sums, start());
      for (int e = 0; e < count; e++) {
        int lane = e % LANES;
        sums[lane] = combine(sums[lane], in[base + e]);
      }
      out[o] = tree(sums);
    }
  }

  private float combine(float a, float b) {
    return switch (kind) {
      case SUM -> a + b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case PRODUCT -> a * b;
    };
  }

  /** Lanes that no element reached are neutral and left out. */
  private float tree(float[] sums) {
    for (int width = LANES / 2; width > 0; width /= 2) {
      for (int lane = 0; lane < width && lane + width < lanes; lane++) {
        sums[lane] = combine(sums[lane], sums[lane + width]);
      }
    }
    return sums[0];
  }

  private void columns(Floats.Two kernel, float[] in, float[] row, float[][] sums, float[] out) {
    for (int o = 0; o < outer; o++) {
      for (float[] sum : sums) {
        Arrays.fill(sum, start());
      }
      for (int e = 0; e < count; e++) {
        // The copy lets all arrays of the kernel's loop be indexed alike.
        System.arraycopy(in, (o * count + e) * inner, row, 0, inner);
        float[] sum = sums[e % LANES];
        kernel.apply(sum, row, sum, inner);
      }
      for (int width = LANES / 2; width > 0; width /= 2) {
        for (int lane = 0; lane < width && lane + width < lanes; lane++) {
          kernel.apply(sums[lane], sums[lane + width], sums[lane], inner);
        }
      }
      System.arraycopy(sums[0], 0, out, o * inner, inner);
    }
  }

  private void reduce(DoubleBinaryOperator operator, double[] in, double[] sums, double[] out) {
    for (int to = 0; to < out.length; to++) {
      int base = to / inner * count * inner + to % inner;
      Arrays.fill(sums, start());
      for (int e = 0; e < count; e++) {
        int lane = e % LANES;
        sums[lane] = operator.applyAsDouble(sums[lane], in[base + e * inner]);
      }
      for (int width = LANES / 2; width > 0; width /= 2) {
        for (int lane = 0; lane < width && lane + width < lanes; lane++) {
          sums[lane] = operator.applyAsDouble(sums[lane], sums[lane + width]);
        }
      }
      out[to] = sums[0];
    }
  }

  /** Whole numbers wrap: their order does not matter. */
  private void reduce(IntBinaryOperator operator, int[] in, int[] out) {
    int start =
        switch (kind) {
          case SUM -> 0;
          case MAX -> Integer.MIN_VALUE;
          case MIN -> Integer.MAX_VALUE;
          case PRODUCT -> 1;
        };
    for (int to = 0; to < out.length; to++) {
      int base = to / inner * count * inner + to % inner;
      int result = start;
      for (int e = 0; e < count; e++) {
        result = operator.applyAsInt(result, in[base + e * inner]);
      }
      out[to] = result;
    }
  }
}
