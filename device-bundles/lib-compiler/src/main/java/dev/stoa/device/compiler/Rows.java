package dev.stoa.device.compiler;

import dev.stoa.tensor.DataType;

/**
 * How many rows bounded tensors have in a run: one for all steps of a plan and of those in it,
 * which read it when they run.
 */
final class Rows {
  private final int[] length = new int[1];
  private final Value value = new Value(DataType.INT32, 1);

  Rows() {
    value.bind(length);
  }

  /** For the run to come. */
  void set(int rows) {
    length[0] = rows;
  }

  int get() {
    return length[0];
  }

  /** The length as a scalar. */
  Value value() {
    return value;
  }
}
