package dev.stoa.device.reference;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Operation.Unary;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.math.Special;
import dev.stoa.tensor.random.Philox;
import java.util.Arrays;

/** What each operation means, written for reading; truth values are 0 and 1. */
final class Interpreter {
  private Interpreter() {}

  static void compute(Graph graph, Node node, double[][] operands, double[] out) {
    Operation operation = node.operation();
    TensorType type = node.type();
    if (operation instanceof Operation.Constant constant) {
      for (int i = 0; i < out.length; i++) {
        out[i] = constant.values().get(constant.values().size() == 1 ? 0 : i);
      }
    } else if (operation instanceof Unary unary) {
      boolean whole = type.dataType() == DataType.INT32;
      for (int i = 0; i < out.length; i++) {
        double value = unary(unary, operands[0][i]);
        out[i] = whole ? (int) (long) value : value;
      }
    } else if (operation instanceof Binary binary) {
      boolean whole = type.dataType() == DataType.INT32;
      for (int i = 0; i < out.length; i++) {
        double a = operands[0][i];
        double b = operands[1][i];
        out[i] = whole ? whole(binary, (int) a, (int) b) : real(binary, a, b);
      }
    } else if (operation instanceof Compare compare) {
      for (int i = 0; i < out.length; i++) {
        out[i] = compare(compare, operands[0][i], operands[1][i]) ? 1 : 0;
      }
    } else if (operation instanceof Operation.Select) {
      for (int i = 0; i < out.length; i++) {
        out[i] = operands[0][i] != 0 ? operands[1][i] : operands[2][i];
      }
    } else if (operation instanceof Operation.Convert convert) {
      for (int i = 0; i < out.length; i++) {
        out[i] = convert(convert.to(), operands[0][i]);
      }
    } else if (operation instanceof Operation.RandomBits random) {
      random(random, operands[0], operands[1], out);
    } else {
      Layouts.compute(graph, node, operands, out);
    }
  }

  private static double unary(Unary operation, double x) {
    return switch (operation) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case EXP -> StrictMath.exp(x);
      case EXPM1 -> StrictMath.expm1(x);
      case LOG -> StrictMath.log(x);
      case LOG1P -> StrictMath.log1p(x);
      case ERF -> Special.erf(x);
      case LGAMMA -> Special.lgamma(x);
      case DIGAMMA -> Special.digamma(x);
      case TANH -> StrictMath.tanh(x);
      case SIN -> StrictMath.sin(x);
      case COS -> StrictMath.cos(x);
      case FLOOR -> Math.floor(x);
      case IS_FINITE -> Double.isFinite(x) ? 1 : 0;
      case NOT -> 1 - x;
    };
  }

  private static double real(Binary operation, double a, double b) {
    return switch (operation) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case POW -> StrictMath.pow(a, b);
      case MIN, AND -> Math.min(a, b);
      case MAX, OR -> Math.max(a, b);
    };
  }

  private static int whole(Binary operation, int a, int b) {
    return switch (operation) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> b == 0 ? 0 : a / b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case POW, AND, OR -> throw new IllegalStateException(operation + " of int32");
    };
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

  private static double convert(DataType to, double x) {
    return switch (to) {
      case FLOAT32, FLOAT64 -> x;
      case INT32 -> (int) x;
      case BOOL -> x != 0 ? 1 : 0;
    };
  }

  private static void random(
      Operation.RandomBits operation, double[] key, double[] counter, double[] out) {
    long seed = word(key[1]) << 32 | word(key[0]);
    long index = word(counter[1]) << 32 | word(counter[0]);
    int[] block = new int[4];
    for (int i = 0; i < out.length; i++) {
      Philox.block(seed, index, operation.purpose(), i / 4, block, 0);
      out[i] = block[i % 4];
    }
  }

  private static long word(double value) {
    return (int) value & 0xFFFFFFFFL;
  }

  /** Combines one more element into a reduction. */
  static double combine(Reduction kind, boolean whole, double sum, double x) {
    double result =
        switch (kind) {
          case SUM -> sum + x;
          case MAX -> Math.max(sum, x);
          case MIN -> Math.min(sum, x);
          case PRODUCT -> sum * x;
        };
    if (!whole) {
      return result;
    }
    return kind == Reduction.PRODUCT ? (int) sum * (int) x : (int) (long) result;
  }

  /** What a reduction starts with. */
  static void start(Reduction kind, boolean whole, double[] out) {
    Arrays.fill(
        out,
        switch (kind) {
          case SUM -> 0;
          case MAX -> whole ? Integer.MIN_VALUE : Double.NEGATIVE_INFINITY;
          case MIN -> whole ? Integer.MAX_VALUE : Double.POSITIVE_INFINITY;
          case PRODUCT -> 1;
        });
  }
}
