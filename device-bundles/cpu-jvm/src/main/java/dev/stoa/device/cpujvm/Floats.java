package dev.stoa.device.cpujvm;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Unary;
import dev.stoa.tensor.math.Elementary;
import dev.stoa.tensor.math.Special;

/**
 * Element-wise float32 kernels. All arrays of a loop are indexed alike, one loop per method: what
 * the compiler turns into vector instructions.
 */
final class Floats {
  private Floats() {}

  /** One operand. */
  @FunctionalInterface
  interface One {
    void apply(float[] a, float[] out, int n);
  }

  /** A function of one number. */
  @FunctionalInterface
  private interface Function {
    float of(float x);
  }

  /** Two operands. */
  @FunctionalInterface
  interface Two {
    void apply(float[] a, float[] b, float[] out, int n);
  }

  /** An operand and a number. */
  @FunctionalInterface
  interface WithNumber {
    void apply(float[] a, float b, float[] out, int n);
  }

  static One unary(Unary operation) {
    return switch (operation) {
      case NEG -> Floats::neg;
      case ABS -> Floats::abs;
      case SIGN -> Floats::sign;
      case SQRT -> Floats::sqrt;
      case RSQRT -> each(Special::rsqrt);
      case EXPM1 -> each(Special::expm1);
      case LOG1P -> each(Special::log1p);
      case ERF -> each(Special::erf);
      case LGAMMA -> each(Special::lgamma);
      case DIGAMMA -> each(Special::digamma);
      case EXP -> (a, out, n) -> Elementary.exp(a, 0, out, 0, n);
      case LOG -> (a, out, n) -> Elementary.log(a, 0, out, 0, n);
      case TANH -> (a, out, n) -> Elementary.tanh(a, 0, out, 0, n);
      case SIN -> (a, out, n) -> Elementary.sin(a, 0, out, 0, n);
      case COS -> (a, out, n) -> Elementary.cos(a, 0, out, 0, n);
      case FLOOR -> Floats::floor;
      case IS_FINITE, NOT -> throw new IllegalStateException(operation + " does not give float32");
    };
  }

  private static One each(Function function) {
    return (a, out, n) -> {
      for (int i = 0; i < n; i++) {
        out[i] = function.of(a[i]);
      }
    };
  }

  static Two binary(Binary operation) {
    return switch (operation) {
      case ADD -> Floats::add;
      case SUB -> Floats::sub;
      case MUL -> Floats::mul;
      case DIV -> Floats::div;
      case MIN -> Floats::min;
      case MAX -> Floats::max;
      case POW -> Floats::pow;
      case AND, OR -> throw new IllegalStateException(operation + " of float32");
    };
  }

  static WithNumber withRight(Binary operation) {
    return switch (operation) {
      case ADD -> Floats::add;
      case SUB -> Floats::sub;
      case MUL -> Floats::mul;
      case DIV -> Floats::div;
      case MIN -> Floats::min;
      case MAX -> Floats::max;
      case POW -> Floats::pow;
      case AND, OR -> throw new IllegalStateException(operation + " of float32");
    };
  }

  /** The number stands on the left. */
  static WithNumber withLeft(Binary operation) {
    return switch (operation) {
      case SUB -> Floats::subtractFrom;
      case DIV -> Floats::divideInto;
      case POW -> Floats::powerOf;
      default -> withRight(operation);
    };
  }

  private static void neg(float[] a, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = -a[i];
    }
  }

  private static void abs(float[] a, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = Math.abs(a[i]);
    }
  }

  private static void sign(float[] a, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = Math.signum(a[i]);
    }
  }

  private static void sqrt(float[] a, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = (float) Math.sqrt(a[i]);
    }
  }

  private static void floor(float[] a, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = (float) Math.floor(a[i]);
    }
  }

  private static void add(float[] a, float[] b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = a[i] + b[i];
    }
  }

  private static void sub(float[] a, float[] b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = a[i] - b[i];
    }
  }

  private static void mul(float[] a, float[] b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = a[i] * b[i];
    }
  }

  private static void div(float[] a, float[] b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = a[i] / b[i];
    }
  }

  private static void min(float[] a, float[] b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = Math.min(a[i], b[i]);
    }
  }

  private static void max(float[] a, float[] b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = Math.max(a[i], b[i]);
    }
  }

  private static void add(float[] a, float b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = a[i] + b;
    }
  }

  private static void sub(float[] a, float b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = a[i] - b;
    }
  }

  private static void subtractFrom(float[] a, float b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = b - a[i];
    }
  }

  private static void mul(float[] a, float b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = a[i] * b;
    }
  }

  private static void div(float[] a, float b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = a[i] / b;
    }
  }

  private static void divideInto(float[] a, float b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = b / a[i];
    }
  }

  private static void min(float[] a, float b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = Math.min(a[i], b);
    }
  }

  private static void max(float[] a, float b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = Math.max(a[i], b);
    }
  }

  private static void pow(float[] a, float[] b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = Special.pow(a[i], b[i]);
    }
  }

  private static void pow(float[] a, float b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = Special.pow(a[i], b);
    }
  }

  private static void powerOf(float[] a, float b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = Special.pow(b, a[i]);
    }
  }
}
