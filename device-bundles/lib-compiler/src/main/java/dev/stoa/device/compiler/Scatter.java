package dev.stoa.device.compiler;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;

/** Rows written by index, in index order; an index outside is dropped. */
final class Scatter {
  private Scatter() {}

  /** Combines n elements of rows into the result. */
  @FunctionalInterface
  private interface Rows {
    void apply(Value rows, int from, Value out, int to, int n);
  }

  static Step of(Operation kind, Shape values, Value in, Value indices, Value rows, Value out) {
    int count = values.extent(0);
    int width = count == 0 ? 0 : values.size() / count;
    if (kind instanceof Operation.ScatterSet && width == 1 && in.dataType() == DataType.FLOAT32) {
      return () -> {
        Elements.copy(in, out);
        set(rows.floats(), indices.ints(), out.floats());
      };
    }
    Rows combine = rows(kind);
    return () -> {
      int[] index = indices.ints();
      Elements.copy(in, out);
      for (int i = 0; i < index.length; i++) {
        if (index[i] >= 0 && index[i] < count) {
          combine.apply(rows, i * width, out, index[i] * width, width);
        }
      }
    };
  }

  private static Rows rows(Operation kind) {
    if (kind instanceof Operation.ScatterAdd) {
      return Scatter::add;
    }
    return kind instanceof Operation.ScatterMax ? Scatter::max : Scatter::set;
  }

  /** A call of the system's copy for each number would take as long as some ten of them. */
  private static void set(float[] numbers, int[] index, float[] out) {
    for (int i = 0; i < index.length; i++) {
      if (index[i] >= 0 && index[i] < out.length) {
        out[index[i]] = numbers[i];
      }
    }
  }

  private static void set(Value rows, int from, Value out, int to, int n) {
    System.arraycopy(rows.array(), from, out.array(), to, n);
  }

  private static void add(Value rows, int from, Value out, int to, int n) {
    switch (out.dataType()) {
      case FLOAT32 -> {
        float[] a = rows.floats();
        float[] b = out.floats();
        for (int i = 0; i < n; i++) {
          b[to + i] += a[from + i];
        }
      }
      case FLOAT64 -> {
        double[] a = rows.doubles();
        double[] b = out.doubles();
        for (int i = 0; i < n; i++) {
          b[to + i] += a[from + i];
        }
      }
      case INT32 -> {
        int[] a = rows.ints();
        int[] b = out.ints();
        for (int i = 0; i < n; i++) {
          b[to + i] += a[from + i];
        }
      }
      case BOOL -> {
        boolean[] a = rows.booleans();
        boolean[] b = out.booleans();
        for (int i = 0; i < n; i++) {
          b[to + i] |= a[from + i];
        }
      }
    }
  }

  private static void max(Value rows, int from, Value out, int to, int n) {
    switch (out.dataType()) {
      case FLOAT32 -> {
        float[] a = rows.floats();
        float[] b = out.floats();
        for (int i = 0; i < n; i++) {
          b[to + i] = Math.max(b[to + i], a[from + i]);
        }
      }
      case FLOAT64 -> {
        double[] a = rows.doubles();
        double[] b = out.doubles();
        for (int i = 0; i < n; i++) {
          b[to + i] = Math.max(b[to + i], a[from + i]);
        }
      }
      case INT32 -> {
        int[] a = rows.ints();
        int[] b = out.ints();
        for (int i = 0; i < n; i++) {
          b[to + i] = Math.max(b[to + i], a[from + i]);
        }
      }
      case BOOL -> throw new IllegalStateException("greatest of bool");
    }
  }
}
