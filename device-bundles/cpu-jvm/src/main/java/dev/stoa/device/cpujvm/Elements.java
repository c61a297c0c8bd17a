package dev.stoa.device.cpujvm;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Unary;
import dev.stoa.tensor.math.Elementary;
import dev.stoa.tensor.math.Special;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/** Element-wise steps of all types but the float32 arithmetic of {@link Floats}. */
final class Elements {
  private Elements() {}

  static Step unary(Unary operation, Value a, Value out) {
    int n = out.size();
    if (operation == Unary.NOT) {
      return () -> not(a.booleans(), out.booleans(), n);
    }
    if (operation == Unary.IS_FINITE) {
      return a.dataType() == DataType.FLOAT32
          ? () -> finite(a.floats(), out.booleans(), n)
          : () -> finite(a.doubles(), out.booleans(), n);
    }
    if (a.dataType() == DataType.INT32) {
      IntUnaryOperator whole =
          switch (operation) {
            case NEG -> x -> -x;
            case ABS -> x -> x < 0 ? -x : x;
            case SIGN -> Integer::signum;
            default -> throw new IllegalStateException(operation + " of int32");
          };
      return () -> apply(whole, a.ints(), out.ints(), n);
    }
    if (a.dataType() == DataType.FLOAT32) {
      Floats.One kernel = Floats.unary(operation);
      return () -> kernel.apply(a.floats(), out.floats(), n);
    }
    DoubleUnaryOperator real = real(operation);
    return () -> apply(real, a.doubles(), out.doubles(), n);
  }

  private static DoubleUnaryOperator real(Unary operation) {
    return switch (operation) {
      case NEG -> x -> -x;
      case ABS -> Math::abs;
      case SIGN -> Math::signum;
      case SQRT -> Math::sqrt;
      case RSQRT -> Special::rsqrt;
      case EXPM1 -> Special::expm1;
      case LOG1P -> Special::log1p;
      case ERF -> Special::erf;
      case LGAMMA -> Special::lgamma;
      case DIGAMMA -> Special::digamma;
      case EXP -> Elementary::exp;
      case LOG -> Elementary::log;
      case TANH -> Elementary::tanh;
      case SIN -> Elementary::sin;
      case COS -> Elementary::cos;
      case FLOOR -> Math::floor;
      case IS_FINITE, NOT -> throw new IllegalStateException(operation + " does not give float64");
    };
  }

  static Step binary(Binary operation, Value a, Value b, Value out) {
    int n = out.size();
    return switch (a.dataType()) {
      case FLOAT32 -> {
        Floats.Two kernel = Floats.binary(operation);
        yield () -> kernel.apply(a.floats(), b.floats(), out.floats(), n);
      }
      case FLOAT64 -> {
        DoubleBinaryOperator real = real(operation);
        yield () -> apply(real, a.doubles(), b.doubles(), out.doubles(), n);
      }
      case INT32 -> {
        IntBinaryOperator whole = whole(operation);
        yield () -> apply(whole, a.ints(), b.ints(), out.ints(), n);
      }
      case BOOL ->
          operation == Binary.AND
              ? () -> and(a.booleans(), b.booleans(), out.booleans(), n)
              : () -> or(a.booleans(), b.booleans(), out.booleans(), n);
    };
  }

  private static DoubleBinaryOperator real(Binary operation) {
    return switch (operation) {
      case ADD -> Double::sum;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case DIV -> (x, y) -> x / y;
      case MIN -> Math::min;
      case MAX -> Math::max;
      case POW -> Special::pow;
      case AND, OR -> throw new IllegalStateException(operation + " of float64");
    };
  }

  private static IntBinaryOperator whole(Binary operation) {
    return switch (operation) {
      case ADD -> Integer::sum;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case DIV -> (x, y) -> y == 0 ? 0 : x / y;
      case MIN -> Math::min;
      case MAX -> Math::max;
      case POW, AND, OR -> throw new IllegalStateException(operation + " of int32");
    };
  }

  static Step compare(Compare operation, Value a, Value b, Value out) {
    int n = out.size();
    return switch (a.dataType()) {
      case FLOAT32 -> () -> compare(operation, a.floats(), b.floats(), out.booleans(), n);
      case FLOAT64 -> () -> compare(operation, a.doubles(), b.doubles(), out.booleans(), n);
      case INT32 -> () -> compare(operation, a.ints(), b.ints(), out.booleans(), n);
      case BOOL -> () -> compare(operation, a.booleans(), b.booleans(), out.booleans(), n);
    };
  }

  private static void compare(Compare operation, float[] a, float[] b, boolean[] out, int n) {
    switch (operation) {
      case EQ -> {
        for (int i = 0; i < n; i++) {
          out[i] = a[i] == b[i];
        }
      }
      case NE -> {
        for (int i = 0; i < n; i++) {
          out[i] = a[i] != b[i];
        }
      }
      case LT -> {
        for (int i = 0; i < n; i++) {
          out[i] = a[i] < b[i];
        }
      }
      case LE -> {
        for (int i = 0; i < n; i++) {
          out[i] = a[i] <= b[i];
        }
      }
      case GT -> compare(Compare.LT, b, a, out, n);
      case GE -> compare(Compare.LE, b, a, out, n);
    }
  }

  private static void compare(Compare operation, double[] a, double[] b, boolean[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = holds(operation, a[i], b[i]);
    }
  }

  private static void compare(Compare operation, int[] a, int[] b, boolean[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = holds(operation, a[i], b[i]);
    }
  }

  private static void compare(Compare operation, boolean[] a, boolean[] b, boolean[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = holds(operation, a[i] ? 1 : 0, b[i] ? 1 : 0);
    }
  }

  private static boolean holds(Compare operation, double a, double b) {
    return switch (operation) {
      case EQ -> a == b;
      case NE -> a != b;
      case LT -> a < b;
      case LE -> a <= b;
      case GT -> a > b;
      case GE -> a >= b;
    };
  }

  static Step select(Value condition, Value a, Value b, Value out) {
    int n = out.size();
    return switch (out.dataType()) {
      case FLOAT32 -> () -> select(condition.booleans(), a.floats(), b.floats(), out.floats(), n);
      case FLOAT64 ->
          () -> select(condition.booleans(), a.doubles(), b.doubles(), out.doubles(), n);
      case INT32 -> () -> select(condition.booleans(), a.ints(), b.ints(), out.ints(), n);
      case BOOL ->
          () -> select(condition.booleans(), a.booleans(), b.booleans(), out.booleans(), n);
    };
  }

  private static void select(boolean[] c, float[] a, float[] b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = c[i] ? a[i] : b[i];
    }
  }

  private static void select(boolean[] c, double[] a, double[] b, double[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = c[i] ? a[i] : b[i];
    }
  }

  private static void select(boolean[] c, int[] a, int[] b, int[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = c[i] ? a[i] : b[i];
    }
  }

  private static void select(boolean[] c, boolean[] a, boolean[] b, boolean[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = c[i] ? a[i] : b[i];
    }
  }

  static Step convert(Value a, Value out) {
    int n = out.size();
    return () -> {
      for (int i = 0; i < n; i++) {
        set(out, i, get(a, i));
      }
    };
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

  private static void not(boolean[] a, boolean[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = !a[i];
    }
  }

  private static void and(boolean[] a, boolean[] b, boolean[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = a[i] & b[i];
    }
  }

  private static void or(boolean[] a, boolean[] b, boolean[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = a[i] | b[i];
    }
  }

  private static void finite(float[] a, boolean[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = Float.isFinite(a[i]);
    }
  }

  private static void finite(double[] a, boolean[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = Double.isFinite(a[i]);
    }
  }

  private static void apply(DoubleUnaryOperator f, double[] a, double[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = f.applyAsDouble(a[i]);
    }
  }

  private static void apply(IntUnaryOperator f, int[] a, int[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = f.applyAsInt(a[i]);
    }
  }

  private static void apply(DoubleBinaryOperator f, double[] a, double[] b, double[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = f.applyAsDouble(a[i], b[i]);
    }
  }

  private static void apply(IntBinaryOperator f, int[] a, int[] b, int[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = f.applyAsInt(a[i], b[i]);
    }
  }
}
