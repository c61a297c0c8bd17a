package dev.stoa.device.compiler;

import dev.stoa.tensor.Operation;
import java.util.Arrays;

/** Elements that are known when a graph is compiled. */
final class Constants {
  private Constants() {}

  static void fill(Operation operation, Value out) {
    for (int i = 0; i < out.size(); i++) {
      Elements.set(out, i, element(operation, i));
    }
  }

  private static double element(Operation operation, int i) {
    if (operation instanceof Operation.Iota iota) {
      return i / iota.shape().strides()[iota.axis()] % iota.shape().extent(iota.axis());
    }
    Operation.Constant constant = (Operation.Constant) operation;
    return constant.values().get(constant.values().size() == 1 ? 0 : i);
  }

  static void fill(Value out, double number) {
    switch (out.dataType()) {
      case FLOAT32 -> Arrays.fill(out.floats(), (float) number);
      case FLOAT64 -> Arrays.fill(out.doubles(), number);
      case INT32 -> Arrays.fill(out.ints(), (int) number);
      case BOOL -> Arrays.fill(out.booleans(), number != 0);
    }
  }
}
