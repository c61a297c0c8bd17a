package dev.stoa.device.cpund4j;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Operation.Unary;
import dev.stoa.tensor.math.Elementary;
import dev.stoa.tensor.math.Special;
import java.util.Arrays;

/** The loops of float32. */
final class FloatLanes extends Lanes<float[]> {
  @FunctionalInterface
  private interface Single {
    float of(float x);
  }

  @Override
  float[] array(int n) {
    return new float[n];
  }

  @Override
  void load(NativeArray from, int at, float[] to, int n) {
    from.floats.get(at, to, 0, n);
  }

  @Override
  void store(NativeArray to, int at, float[] from, int n) {
    to.floats.put(at, from, 0, n);
  }

  @Override
  Map1<float[]> unary(Unary operation) {
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
              out[i] = (float) Math.sqrt(a[i]);
            }
          };
      case FLOOR ->
          (a, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = (float) Math.floor(a[i]);
            }
          };
      case EXP -> (a, out, n) -> Elementary.exp(a, 0, out, 0, n);
      case LOG -> (a, out, n) -> Elementary.log(a, 0, out, 0, n);
      case TANH -> (a, out, n) -> Elementary.tanh(a, 0, out, 0, n);
      case SIN -> (a, out, n) -> Elementary.sin(a, 0, out, 0, n);
      case COS -> (a, out, n) -> Elementary.cos(a, 0, out, 0, n);
      case RSQRT -> each(Special::rsqrt);
      case EXPM1 -> each(Special::expm1);
      case LOG1P -> each(Special::log1p);
      case ERF -> each(Special::erf);
      case LGAMMA -> each(Special::lgamma);
      case DIGAMMA -> each(Special::digamma);
      case IS_FINITE, NOT -> throw unsupported(operation);
    };
  }

  private static Map1<float[]> each(Single function) {
    return (a, out, n) -> {
      for (int i = 0; i < n; i++) {
        out[i] = function.of(a[i]);
      }
    };
  }

  @Override
  void isFinite(float[] a, byte[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = (byte) (Float.isFinite(a[i]) ? 1 : 0);
    }
  }

  @Override
  Map2<float[]> binary(Binary operation) {
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
  Test2<float[]> compare(Compare operation) {
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
  void select(byte[] condition, float[] a, float[] b, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = condition[i] != 0 ? a[i] : b[i];
    }
  }

  @Override
  Fold<float[]> fold(Reduction kind) {
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
  void fillNeutral(Reduction kind, float[] array, int n) {
    Arrays.fill(
        array,
        0,
        n,
        switch (kind) {
          case SUM -> 0;
          case PRODUCT -> 1;
          case MAX -> Float.NEGATIVE_INFINITY;
          case MIN -> Float.POSITIVE_INFINITY;
        });
  }

  @Override
  void widen(float[] from, double[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = from[i];
    }
  }

  @Override
  void narrow(double[] from, float[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = (float) from[i];
    }
  }
}
