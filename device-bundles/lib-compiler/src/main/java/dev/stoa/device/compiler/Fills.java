package dev.stoa.device.compiler;

import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import java.util.Arrays;

/** Rows beyond the length, filled with a number. */
final class Fills {
  private Fills() {}

  /** Copies the rows that exist and fills the others. */
  static Step fill(Operation.Fill fill, Shape shape, Rows rows, Value in, Value out) {
    int row = shape.size() / shape.extent(0);
    return () -> {
      int end = rows.get() * row;
      System.arraycopy(in.array(), 0, out.array(), 0, end);
      set(out, end, out.size(), fill.value());
    };
  }

  /**
   * Fills the rows beyond the length in blocks that lie one behind the other.
   *
   * @param capacity rows of each block
   * @param row elements of a row
   */
  static Step blocks(int capacity, int row, Rows rows, Value values, double number) {
    return () -> {
      for (int start = 0; start < values.size(); start += capacity * row) {
        set(values, start + rows.get() * row, start + capacity * row, number);
      }
    };
  }

  private static void set(Value values, int from, int to, double number) {
    switch (values.dataType()) {
      case FLOAT32 -> Arrays.fill(values.floats(), from, to, (float) number);
      case FLOAT64 -> Arrays.fill(values.doubles(), from, to, number);
      case INT32 -> Arrays.fill(values.ints(), from, to, (int) number);
      case BOOL -> Arrays.fill(values.booleans(), from, to, number != 0);
    }
  }
}
