package dev.stoa.device.cpund4j;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Operation.Unary;
import java.util.Arrays;

/** The loops of int32; arithmetic wraps, a division by zero gives zero. */
final class IntLanes extends Lanes<int[]> {
  @Override
  int[] array(int n) {
    return new int[n];
  }

  @Override
  void load(NativeArray from, int at, int[] to, int n) {
    from.ints.get(at, to, 0, n);
  }

  @Override
  void store(NativeArray to, int at, int[] from, int n) {
    to.ints.put(at, from, 0, n);
  }

  @Override
  Map1<int[]> unary(Unary operation) {
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
              out[i] = Integer.signum(a[i]);
            }
          };
      default -> throw unsupported(operation);
    };
  }

  @Override
  void isFinite(int[] a, byte[] out, int n) {
    throw unsupported(Unary.IS_FINITE);
  }

  @Override
  Map2<int[]> binary(Binary operation) {
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
              out[i] = b[i] == 0 ? 0 : a[i] / b[i];
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
      case POW, AND, OR -> throw unsupported(operation);
    };
  }

  @Override
  Test2<int[]> compare(Compare operation) {
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
  void select(byte[] condition, int[] a, int[] b, int[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = condition[i] != 0 ? a[i] : b[i];
    }
  }

  @Override
  Fold<int[]> fold(Reduction kind) {
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
  void fillNeutral(Reduction kind, int[] array, int n) {
    Arrays.fill(
        array,
        0,
        n,
        switch (kind) {
          case SUM -> 0;
          case PRODUCT -> 1;
          case MAX -> Integer.MIN_VALUE;
          case MIN -> Integer.MAX_VALUE;
        });
  }

  @Override
  void widen(int[] from, double[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = from[i];
    }
  }

  @Override
  void narrow(double[] from, int[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = (int) from[i];
    }
  }
}
