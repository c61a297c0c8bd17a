package dev.stoa.device.compiler;

import dev.stoa.tensor.DataType;

/** The place of a node's result: the array is given by the plan or, for an input, by each run. */
final class Value {
  private final DataType dataType;
  private final int size;
  private Object array;

  Value(DataType dataType, int size) {
    this.dataType = dataType;
    this.size = size;
  }

  static Object array(DataType dataType, int size) {
    return switch (dataType) {
      case FLOAT32 -> new float[size];
      case FLOAT64 -> new double[size];
      case INT32 -> new int[size];
      case BOOL -> new boolean[size];
    };
  }

  DataType dataType() {
    return dataType;
  }

  /** Number of elements; the array may not be longer. */
  int size() {
    return size;
  }

  void bind(Object elements) {
    array = elements;
  }

  Object array() {
    return array;
  }

  float[] floats() {
    return (float[]) array;
  }

  double[] doubles() {
    return (double[]) array;
  }

  int[] ints() {
    return (int[]) array;
  }

  boolean[] booleans() {
    return (boolean[]) array;
  }
}
