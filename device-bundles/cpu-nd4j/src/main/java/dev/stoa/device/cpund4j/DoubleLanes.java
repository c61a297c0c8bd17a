package dev.stoa.device.cpund4j;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Operation.Unary;
import dev.stoa.tensor.math.Elementary;
import dev.stoa.tensor.math.Special;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** The loops of float64. */
final class DoubleLanes extends Lanes<double[]> {
  @Override
  double[] array(int n) {
    return new double[n];
  }

  @Override
  void load(NativeArray from, int at, double[] to, int n) {
    from.doubles.get(at, to, 0, n);
  }

  @Override
  void store(NativeArray to, int at, double[] from, int n) {
    to.doubles.put(at, from, 0, n);
  }

  @Override
  Map1<double[]> unary(Unary operation) {
    return switch (operation) {
      case NEG ->
          (a, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = -a[i];
            }
          };
      case ABS ->
          (a, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = Math.abs(a[i]);
            }
          };
      case SIGN ->
          (a, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = Math.signum(a[i]);
            }
          };
      case SQRT ->
          (a, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = Math.sqrt(a[i]);
            }
          };
      case FLOOR ->
          (a, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = Math.floor(a[i]);
            }
          };
      case EXP -> each(Elementary::exp);
      case LOG -> each(Elementary::log);
      case TANH -> each(Elementary::tanh);
      case SIN -> each(Elementary::sin);
      case COS -> each(Elementary::cos);
      case RSQRT -> each(Special::rsqrt);
      case EXPM1 -> each(Special::expm1);
      case LOG1P -> each(Special::log1p);
      case ERF -> each(Special::erf);
      case LGAMMA -> each(Special::lgamma);
      case DIGAMMA -> each(Special::digamma);
      case IS_FINITE, NOT -> throw unsupported(operation);
    };
  }

  private static Map1<double[]> each(DoubleUnaryOperator function) {
    return (a, out, n) -> {
      for (int i = 0; i < n; i++) {
        out[i] = function.applyAsDouble(a[i]);
      }
    };
  }

  @Override
  void isFinite(double[] a, byte[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = (byte) (Double.isFinite(a[i]) ? 1 : 0);
    }
  }

  @Override
  Map2<double[]> binary(Binary operation) {
    return switch (operation) {
      case ADD ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = a[i] + b[i];
            }
          };
      case SUB ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = a[i] - b[i];
            }
          };
      case MUL ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = a[i] * b[i];
            }
          };
      case DIV ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = a[i] / b[i];
            }
          };
      case MIN ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = Math.min(a[i], b[i]);
            }
          };
      case MAX ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = Math.max(a[i], b[i]);
            }
          };
      case POW ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = Special.pow(a[i], b[i]);
            }
          };
      case AND, OR -> throw unsupported(operation);
    };
  }

  @Override
  Test2<double[]> compare(Compare operation) {
    return switch (operation) {
      case EQ ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = (byte) (a[i] == b[i] ? 1 : 0);
            }
          };
      case NE ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = (byte) (a[i] != b[i] ? 1 : 0);
            }
          };
      case LT ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = (byte) (a[i] < b[i] ? 1 : 0);
            }
          };
      case LE ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = (byte) (a[i] <= b[i] ? 1 : 0);
            }
          };
      case GT ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = (byte) (a[i] > b[i] ? 1 : 0);
            }
          };
      case GE ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = (byte) (a[i] >= b[i] ? 1 : 0);
            }
          };
    };
  }

  @Override
  void select(byte[] condition, double[] a, double[] b, double[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = condition[i] != 0 ? a[i] : b[i];
    }
  }

  @Override
  Fold<double[]> fold(Reduction kind) {
    return switch (kind) {
      case SUM ->
          (into, to, from, at, n) -> {
            for (int i = 0; i < n; i++) {
              into[to + i] = into[to + i] + from[at + i];
            }
          };
      case PRODUCT ->
          (into, to, from, at, n) -> {
            for (int i = 0; i < n; i++) {
              into[to + i] = into[to + i] * from[at + i];
            }
          };
      case MAX ->
          (into, to, from, at, n) -> {
            for (int i = 0; i < n; i++) {
              into[to + i] = Math.max(into[to + i], from[at + i]);
            }
          };
      case MIN ->
          (into, to, from, at, n) -> {
            for (int i = 0; i < n; i++) {
              into[to + i] = Math.min(into[to + i], from[at + i]);
            }
          };
    };
  }

  @Override
  void fillNeutral(Reduction kind, double[] array, int n) {
    Arrays.fill(
        array,
        0,
        n,
        switch (kind) {
          case SUM -> 0;
          case PRODUCT -> 1;
          case MAX -> Double.NEGATIVE_INFINITY;
          case MIN -> Double.POSITIVE_INFINITY;
        });
  }

  @Override
  void widen(double[] from, double[] to, int n) {
    System.arraycopy(from, 0, to, 0, n);
  }

  @Override
  void narrow(double[] from, double[] to, int n) {
    System.arraycopy(from, 0, to, 0, n);
  }
}
