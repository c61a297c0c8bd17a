package dev.stoa.device.compiler;

/** Single elements of values of any type. */
final class Elements {
  private Elements() {}

  /** Copies all elements, unless both are one array: an input that is replaced in its place. */
  static void copy(Value in, Value out) {
    if (in.array() != out.array()) {
      System.arraycopy(in.array(), 0, out.array(), 0, out.size());
    }
  }

  /** Every element type fits into float64 exactly. */
  static double get(Value value, int i) {
    return switch (value.dataType()) {
      case FLOAT32 -> value.floats()[i];
      case FLOAT64 -> value.doubles()[i];
      case INT32 -> value.ints()[i];
      case BOOL -> value.booleans()[i] ? 1 : 0;
    };
  }

  static void set(Value value, int i, double element) {
    switch (value.dataType()) {
      case FLOAT32 -> value.floats()[i] = (float) element;
      case FLOAT64 -> value.doubles()[i] = element;
      case INT32 -> value.ints()[i] = (int) element;
      case BOOL -> value.booleans()[i] = element != 0;
    }
  }
}
