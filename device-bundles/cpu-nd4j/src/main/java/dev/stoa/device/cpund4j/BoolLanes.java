package dev.stoa.device.cpund4j;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Operation.Unary;

/** The loops of bool: bytes of 0 and 1. */
final class BoolLanes extends Lanes<byte[]> {
  @Override
  byte[] array(int n) {
    return new byte[n];
  }

  @Override
  void load(NativeArray from, int at, byte[] to, int n) {
    from.bytes.get(at, to, 0, n);
  }

  @Override
  void store(NativeArray to, int at, byte[] from, int n) {
    to.bytes.put(at, from, 0, n);
  }

  @Override
  Map1<byte[]> unary(Unary operation) {
    if (operation != Unary.NOT) {
      throw unsupported(operation);
    }
    return (a, out, n) -> {
      for (int i = 0; i < n; i++) {
        out[i] = (byte) (a[i] ^ 1);
      }
    };
  }

  @Override
  void isFinite(byte[] a, byte[] out, int n) {
    throw unsupported(Unary.IS_FINITE);
  }

  @Override
  Map2<byte[]> binary(Binary operation) {
    return switch (operation) {
      case AND ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = (byte) (a[i] & b[i]);
            }
          };
      case OR ->
          (a, b, out, n) -> {
            for (int i = 0; i < n; i++) {
              out[i] = (byte) (a[i] | b[i]);
            }
          };
      default -> throw unsupported(operation);
    };
  }

  @Override
  Test2<byte[]> compare(Compare operation) {
    return (a, b, out, n) -> {
      for (int i = 0; i < n; i++) {
        int order = a[i] - b[i];
        boolean holds =
            switch (operation) {
              case EQ -> order == 0;
              case NE -> order != 0;
              case LT -> order < 0;
              case LE -> order <= 0;
              case GT -> order > 0;
              case GE -> order >= 0;
            };
        out[i] = (byte) (holds ? 1 : 0);
      }
    };
  }

  @Override
  void select(byte[] condition, byte[] a, byte[] b, byte[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = condition[i] != 0 ? a[i] : b[i];
    }
  }

  @Override
  Fold<byte[]> fold(Reduction kind) {
    throw unsupported(kind);
  }

  @Override
  void fillNeutral(Reduction kind, byte[] array, int n) {
    throw unsupported(kind);
  }

  @Override
  void widen(byte[] from, double[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = from[i];
    }
  }

  @Override
  void narrow(double[] from, byte[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = (byte) (from[i] != 0 ? 1 : 0);
    }
  }
}
