package dev.stoa.device.cpund4j;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Operation.Unary;

/**
 * The loops of one element type over Java arrays, into which pieces of tensors are copied: the JIT
 * vectorises loops over arrays, not over foreign memory. An ND4J operation costs 1 to 7 us before
 * it computes anything, a piece of 1024 elements here 0.2 us.
 *
 * @param <A> array of the element type: {@code float[]}, {@code double[]}, {@code int[]}, {@code
 *     byte[]} (bool as 0 or 1)
 */
abstract sealed class Lanes<A> permits FloatLanes, DoubleLanes, IntLanes, BoolLanes {
  /** Elements in one piece. */
  static final int PIECE = 1024;

  /** {@code out[i] = f(a[i])} for the first n. */
  @FunctionalInterface
  interface Map1<A> {
    void apply(A a, A out, int n);
  }

  /** {@code out[i] = f(a[i], b[i])} for the first n. */
  @FunctionalInterface
  interface Map2<A> {
    void apply(A a, A b, A out, int n);
  }

  /** {@code out[i] = a[i] ? b[i]} for the first n, as 0 or 1. */
  @FunctionalInterface
  interface Test2<A> {
    void apply(A a, A b, byte[] out, int n);
  }

  /** {@code into[to + i] = f(into[to + i], from[at + i])} for n elements. */
  @FunctionalInterface
  interface Fold<A> {
    void apply(A into, int to, A from, int at, int n);
  }

  /** The loops of an element type. */
  static Lanes<?> of(DataType type) {
    return switch (type) {
      case FLOAT32 -> new FloatLanes();
      case FLOAT64 -> new DoubleLanes();
      case INT32 -> new IntLanes();
      case BOOL -> new BoolLanes();
    };
  }

  /** An array of n elements. */
  abstract A array(int n);

  /** Copies n elements out of a tensor. */
  abstract void load(NativeArray from, int at, A to, int n);

  /** Copies n elements into a tensor. */
  abstract void store(NativeArray to, int at, A from, int n);

  /** Element-wise, one operand; all but {@link Unary#IS_FINITE}. */
  abstract Map1<A> unary(Unary operation);

  /** Whether finite, as 0 or 1. */
  abstract void isFinite(A a, byte[] out, int n);

  /** Element-wise, two operands. */
  abstract Map2<A> binary(Binary operation);

  /** Comparison. */
  abstract Test2<A> compare(Compare operation);

  /** {@code out[i] = condition[i] != 0 ? a[i] : b[i]}. */
  abstract void select(byte[] condition, A a, A b, A out, int n);

  /** The combining step of a reduction. */
  abstract Fold<A> fold(Reduction kind);

  /** Fills the first n with the neutral element of a reduction. */
  abstract void fillNeutral(Reduction kind, A array, int n);

  /** To float64, exactly. */
  abstract void widen(A from, double[] to, int n);

  /** From float64, by the rule of {@link dev.stoa.tensor.Operation.Convert}. */
  abstract void narrow(double[] from, A to, int n);

  final UnsupportedOperationException unsupported(Object operation) {
    return new UnsupportedOperationException(operation + " by " + getClass().getSimpleName());
  }
}
