package dev.stoa.tensor;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Operation.Unary;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntUnaryOperator;

/**
 * Operations on constants, computed while tracing: those whose results every device agrees on, that
 * is no function that is rounded in a device's own way, no sum whose order matters and no zero
 * whose sign is left open. Constants of one value are folded whatever their size, others up to
 * {@link #LIMIT} elements.
 */
final class Folding {
  /** Elements of a folded constant that is not filled with one value. */
  static final int LIMIT = 64;

  private final Tracer tracer;

  Folding(Tracer tracer) {
    this.tracer = tracer;
  }

  /** The result as a constant; empty when an operand is none, or the result is not certain. */
  Optional<Tensor> fold(Operation operation, TensorType type, Tensor... operands) {
    boolean placed = operation instanceof Operation.DynamicSlice;
    int known = placed ? 1 : operands.length;
    double[][] values = new double[known][];
    boolean uniform = true;
    for (int i = 0; i < known; i++) {
      values[i] = values(operands[i]);
      if (values[i].length == 0) {
        return Optional.empty();
      }
      uniform &= values[i].length == 1;
    }
    if (known == 0 || !uniform && type.shape().size() > LIMIT) {
      return Optional.empty();
    }
    double[] folded =
        isElementwise(operation)
            ? elements(operation, type, values)
            : layout(operation, type, operands[0].shape(), values[0]);
    return folded.length == 0 ? Optional.empty() : Optional.of(constant(type, folded));
  }

  /** The elements of a small constant, one if it is filled with it; none of anything else. */
  private double[] values(Tensor tensor) {
    OptionalDouble uniform = Structures.uniform(tensor);
    if (uniform.isPresent()) {
      return new double[] {uniform.getAsDouble()};
    }
    return tracer.node(tensor.node).operation() instanceof Operation.Constant constant
            && constant.values().size() <= LIMIT
        ? constant.values().stream().mapToDouble(Double::doubleValue).toArray()
        : new double[0];
  }

  private Tensor constant(TensorType type, double[] values) {
    boolean uniform = true;
    for (double each : values) {
      uniform &= Double.compare(each, values[0]) == 0;
    }
    int kept = uniform ? 1 : values.length;
    List<Double> held = Arrays.stream(values).limit(kept).boxed().toList();
    return tracer.add(new Operation.Constant(held), type);
  }

  private static boolean isElementwise(Operation operation) {
    return operation instanceof Unary
        || operation instanceof Binary
        || operation instanceof Compare
        || operation instanceof Operation.Select
        || operation instanceof Operation.Convert
        || operation instanceof Operation.StopGradient;
  }

  /** Nothing when one of the elements is not certain. */
  private static double[] elements(Operation operation, TensorType type, double[][] values) {
    int size = Arrays.stream(values).mapToInt(each -> each.length).max().orElseThrow();
    double[] results = new double[size];
    for (int i = 0; i < size; i++) {
      double[] operands = new double[values.length];
      for (int k = 0; k < operands.length; k++) {
        operands[k] = values[k][values[k].length == 1 ? 0 : i];
      }
      Optional<Double> result = element(operation, type.dataType(), operands);
      if (result.isEmpty()) {
        return new double[0];
      }
      results[i] = result.get();
    }
    return results;
  }

  private static Optional<Double> element(Operation operation, DataType type, double... x) {
    if (operation instanceof Unary unary) {
      return type == DataType.INT32 ? whole(unary, (int) x[0]) : real(unary, type, x[0]);
    }
    if (operation instanceof Binary binary) {
      return type == DataType.INT32
          ? whole(binary, (int) x[0], (int) x[1])
          : real(binary, type, x[0], x[1]);
    }
    if (operation instanceof Compare compare) {
      return Optional.of(compare(compare, x[0], x[1]) ? 1.0 : 0.0);
    }
    if (operation instanceof Operation.Select) {
      return Optional.of(x[0] != 0 ? x[1] : x[2]);
    }
    if (operation instanceof Operation.StopGradient) {
      return Optional.of(x[0]);
    }
    return switch (type) {
      case FLOAT64 -> Optional.of(x[0]);
      // A device that computes in float64 would keep digits that are rounded off here.
      case FLOAT32 ->
          Double.compare((float) x[0], x[0]) == 0 ? Optional.of(x[0]) : Optional.empty();
      case INT32 -> Optional.of((double) (int) x[0]);
      case BOOL -> Optional.of(x[0] != 0 ? 1.0 : 0.0);
    };
  }

  private static Optional<Double> whole(Unary operation, int x) {
    return switch (operation) {
      case NEG -> Optional.of((double) -x);
      case ABS -> Optional.of((double) Math.abs(x));
      case SIGN -> Optional.of((double) Integer.signum(x));
      default -> Optional.empty();
    };
  }

  private static Optional<Double> real(Unary operation, DataType type, double x) {
    return switch (operation) {
      case NEG -> Optional.of(-x);
      case ABS -> Optional.of(Math.abs(x));
      case SIGN -> x == 0 ? Optional.empty() : Optional.of(Math.signum(x));
      case FLOOR -> Optional.of(Math.floor(x));
      case SQRT -> Optional.of(rounded(type, Math.sqrt(x)));
      case IS_FINITE -> Optional.of(Double.isFinite(x) ? 1.0 : 0.0);
      case NOT -> Optional.of(1 - x);
      default -> Optional.empty();
    };
  }

  private static Optional<Double> whole(Binary operation, int a, int b) {
    return switch (operation) {
      case ADD -> Optional.of((double) (a + b));
      case SUB -> Optional.of((double) (a - b));
      case MUL -> Optional.of((double) (a * b));
      case DIV -> Optional.of(b == 0 ? 0.0 : a / b);
      case MIN -> Optional.of((double) Math.min(a, b));
      case MAX -> Optional.of((double) Math.max(a, b));
      case POW, AND, OR -> Optional.empty();
    };
  }

  private static Optional<Double> real(Binary operation, DataType type, double a, double b) {
    boolean open = a == b && Double.compare(a, b) != 0;
    return switch (operation) {
      case ADD -> Optional.of(rounded(type, a + b));
      case SUB -> Optional.of(rounded(type, a - b));
      case MUL -> Optional.of(rounded(type, a * b));
      case DIV -> Optional.of(rounded(type, a / b));
      case MIN -> open ? Optional.empty() : Optional.of(Math.min(a, b));
      case MAX -> open ? Optional.empty() : Optional.of(Math.max(a, b));
      case AND -> Optional.of(Math.min(a, b));
      case OR -> Optional.of(Math.max(a, b));
      case POW -> Optional.empty();
    };
  }

  /** Rounding a float64 result to float32 gives the float32 result of these operations. */
  private static double rounded(DataType type, double value) {
    return type == DataType.FLOAT32 ? (float) value : value;
  }

  private static boolean compare(Compare operation, double a, double b) {
    return switch (operation) {
      case EQ -> a == b;
      case NE -> a != b;
      case LT -> a < b;
      case LE -> a <= b;
      case GT -> a > b;
      case GE -> a >= b;
    };
  }

  private static double[] layout(
      Operation operation, TensorType type, Shape from, double[] values) {
    if (from.isBounded() && alongRows(operation)) {
      return new double[0];
    }
    if (operation instanceof Operation.Reduce reduce) {
      return values.length == 1 ? reduce(reduce, type, from, values[0]) : new double[0];
    }
    boolean moves =
        operation instanceof Operation.Broadcast
            || operation instanceof Operation.Reshape
            || operation instanceof Operation.Transpose
            || operation instanceof Operation.Slice
            || operation instanceof Operation.Reverse;
    if (values.length == 1) {
      return moves || operation instanceof Operation.DynamicSlice ? values : new double[0];
    }
    if (!moves) {
      return new double[0];
    }
    if (operation instanceof Operation.Reshape) {
      return values;
    }
    return moved(operation, type.shape(), from, values);
  }

  /** Whether a result depends on how many rows there are. */
  private static boolean alongRows(Operation operation) {
    return operation instanceof Operation.Reduce reduce && reduce.axes().contains(0)
        || operation instanceof Operation.Reverse reverse && reverse.axes().contains(0);
  }

  private static double[] moved(Operation operation, Shape to, Shape from, double[] values) {
    int[] steps = to.strides();
    int[] strides = from.strides();
    double[] results = new double[to.size()];
    for (int e = 0; e < results.length; e++) {
      int element = e;
      IntUnaryOperator index = axis -> element / steps[axis] % to.extent(axis);
      int source = 0;
      for (int axis = 0; axis < from.rank(); axis++) {
        source += place(operation, to, from, axis, index) * strides[axis];
      }
      results[e] = values[source];
    }
    return results;
  }

  /** Where along an axis of the operand an element of the result comes from. */
  private static int place(
      Operation operation, Shape to, Shape from, int axis, IntUnaryOperator index) {
    if (operation instanceof Operation.Broadcast) {
      return from.extent(axis) == 1 ? 0 : index.applyAsInt(to.rank() - from.rank() + axis);
    }
    if (operation instanceof Operation.Transpose transpose) {
      return index.applyAsInt(transpose.permutation().indexOf(axis));
    }
    if (operation instanceof Operation.Slice slice) {
      return slice.start().get(axis) + index.applyAsInt(axis);
    }
    boolean reversed = ((Operation.Reverse) operation).axes().contains(axis);
    return reversed ? from.extent(axis) - 1 - index.applyAsInt(axis) : index.applyAsInt(axis);
  }

  /** Of equal numbers: the greatest and least are they, and a sum is certain if all parts are. */
  private static double[] reduce(
      Operation.Reduce reduce, TensorType type, Shape from, double value) {
    long count = 1;
    for (int axis : reduce.axes()) {
      count *= from.extent(axis);
    }
    boolean whole = type.dataType() == DataType.INT32;
    boolean extreme = reduce.kind() == Reduction.MAX || reduce.kind() == Reduction.MIN;
    if (count > 0 && extreme) {
      return new double[] {value};
    }
    if (count > 0 && reduce.kind() == Reduction.SUM) {
      double limit = type.dataType() == DataType.FLOAT64 ? 0x1p53 : 0x1p24;
      boolean negativeZero = Double.compare(value, -0.0) == 0;
      boolean exact = Math.rint(value) == value && Math.abs(value * count) <= limit;
      if (whole) {
        return new double[] {(int) ((int) value * count)};
      }
      return exact && !negativeZero ? new double[] {value * count} : new double[0];
    }
    return new double[0];
  }

  /** Whether a tensor is a constant filled with exactly this value, the sign of a zero included. */
  boolean isFilled(Tensor tensor, double value) {
    OptionalDouble uniform = Structures.uniform(tensor);
    return uniform.isPresent() && Double.compare(uniform.getAsDouble(), value) == 0;
  }
}
