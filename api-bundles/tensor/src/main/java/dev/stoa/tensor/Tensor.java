package dev.stoa.tensor;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Operation.Unary;

/**
 * A value of a graph being traced. Operations broadcast their operands by the usual rule; a plain
 * number stands for a constant of the other operand's type.
 */
public final class Tensor {
  final Tracer tracer;
  final int node;
  private final TensorType type;

  Tensor(Tracer tracer, int node, TensorType type) {
    this.tracer = tracer;
    this.node = node;
    this.type = type;
  }

  /** Element type and shape. */
  public TensorType type() {
    return type;
  }

  /** Extents. */
  public Shape shape() {
    return type.shape();
  }

  /** Element type. */
  public DataType dataType() {
    return type.dataType();
  }

  /** Sum. */
  public Tensor add(Tensor other) {
    return tracer.operators().binary(Binary.ADD, this, other);
  }

  /** Sum. */
  public Tensor add(double other) {
    return add(tracer.constant(dataType(), other));
  }

  /** Difference. */
  public Tensor sub(Tensor other) {
    return tracer.operators().binary(Binary.SUB, this, other);
  }

  /** Difference. */
  public Tensor sub(double other) {
    return sub(tracer.constant(dataType(), other));
  }

  /** Product, element by element. */
  public Tensor mul(Tensor other) {
    return tracer.operators().binary(Binary.MUL, this, other);
  }

  /** Product, element by element. */
  public Tensor mul(double other) {
    return mul(tracer.constant(dataType(), other));
  }

  /** Quotient. */
  public Tensor div(Tensor other) {
    return tracer.operators().binary(Binary.DIV, this, other);
  }

  /** Quotient. */
  public Tensor div(double other) {
    return div(tracer.constant(dataType(), other));
  }

  /** Lesser. */
  public Tensor min(Tensor other) {
    return tracer.operators().binary(Binary.MIN, this, other);
  }

  /** Lesser. */
  public Tensor min(double other) {
    return min(tracer.constant(dataType(), other));
  }

  /** Greater. */
  public Tensor max(Tensor other) {
    return tracer.operators().binary(Binary.MAX, this, other);
  }

  /** Greater. */
  public Tensor max(double other) {
    return max(tracer.constant(dataType(), other));
  }

  /** Power. */
  public Tensor pow(Tensor exponent) {
    return tracer.operators().binary(Binary.POW, this, exponent);
  }

  /** Power. */
  public Tensor pow(double exponent) {
    return pow(tracer.constant(dataType(), exponent));
  }

  /** Moved into an interval. */
  public Tensor clip(double low, double high) {
    return max(low).min(high);
  }

  /** Conjunction of bool. */
  public Tensor and(Tensor other) {
    return tracer.operators().binary(Binary.AND, this, other);
  }

  /** Disjunction of bool. */
  public Tensor or(Tensor other) {
    return tracer.operators().binary(Binary.OR, this, other);
  }

  /** Negation of bool. */
  public Tensor not() {
    return tracer.operators().unary(Unary.NOT, this);
  }

  /** Negation. */
  public Tensor neg() {
    return tracer.operators().unary(Unary.NEG, this);
  }

  /** Absolute value. */
  public Tensor abs() {
    return tracer.operators().unary(Unary.ABS, this);
  }

  /** Sign. */
  public Tensor sign() {
    return tracer.operators().unary(Unary.SIGN, this);
  }

  /** Square root. */
  public Tensor sqrt() {
    return tracer.operators().unary(Unary.SQRT, this);
  }

  /** Reciprocal of the square root. */
  public Tensor rsqrt() {
    return tracer.operators().unary(Unary.RSQRT, this);
  }

  /** Square. */
  public Tensor square() {
    return mul(this);
  }

  /** Exponential function. */
  public Tensor exp() {
    return tracer.operators().unary(Unary.EXP, this);
  }

  /** {@code e^x - 1}, without cancellation. */
  public Tensor expm1() {
    return tracer.operators().unary(Unary.EXPM1, this);
  }

  /** {@code log(1 + x)}, without cancellation. */
  public Tensor log1p() {
    return tracer.operators().unary(Unary.LOG1P, this);
  }

  /** Natural logarithm. */
  public Tensor log() {
    return tracer.operators().unary(Unary.LOG, this);
  }

  /** Hyperbolic tangent. */
  public Tensor tanh() {
    return tracer.operators().unary(Unary.TANH, this);
  }

  /** Sine. */
  public Tensor sin() {
    return tracer.operators().unary(Unary.SIN, this);
  }

  /** Cosine. */
  public Tensor cos() {
    return tracer.operators().unary(Unary.COS, this);
  }

  /** Greatest whole number not above. */
  public Tensor floor() {
    return tracer.operators().unary(Unary.FLOOR, this);
  }

  /** Error function. */
  public Tensor erf() {
    return tracer.operators().unary(Unary.ERF, this);
  }

  /** Logarithm of the gamma function's absolute value. */
  public Tensor lgamma() {
    return tracer.operators().unary(Unary.LGAMMA, this);
  }

  /** Derivative of {@link #lgamma}. */
  public Tensor digamma() {
    return tracer.operators().unary(Unary.DIGAMMA, this);
  }

  /** Whether finite. */
  public Tensor isFinite() {
    return tracer.operators().unary(Unary.IS_FINITE, this);
  }

  /** Equality; bool. */
  public Tensor eq(Tensor other) {
    return tracer.operators().compare(Compare.EQ, this, other);
  }

  /** Inequality; bool. */
  public Tensor ne(Tensor other) {
    return tracer.operators().compare(Compare.NE, this, other);
  }

  /** Less; bool. */
  public Tensor lt(Tensor other) {
    return tracer.operators().compare(Compare.LT, this, other);
  }

  /** Less or equal; bool. */
  public Tensor le(Tensor other) {
    return tracer.operators().compare(Compare.LE, this, other);
  }

  /** Greater; bool. */
  public Tensor gt(Tensor other) {
    return tracer.operators().compare(Compare.GT, this, other);
  }

  /** Greater; bool. */
  public Tensor gt(double other) {
    return gt(tracer.constant(dataType(), other));
  }

  /** Less; bool. */
  public Tensor lt(double other) {
    return lt(tracer.constant(dataType(), other));
  }

  /** Greater or equal; bool. */
  public Tensor ge(Tensor other) {
    return tracer.operators().compare(Compare.GE, this, other);
  }

  /** With this (bool) as condition: the first where true, the second where false. */
  public Tensor select(Tensor whereTrue, Tensor whereFalse) {
    return tracer.operators().select(this, whereTrue, whereFalse);
  }

  /** The same values in another element type. */
  public Tensor convert(DataType to) {
    return tracer.operators().convert(this, to);
  }

  /** Matrix product {@code [B..., m, k] x [B..., k, n]}; leading axes must be equal. */
  public Tensor dot(Tensor other) {
    return tracer.operators().dot(this, other, false, false);
  }

  /** Matrix product with either operand's last two axes exchanged first. */
  public Tensor dot(Tensor other, boolean transposeThis, boolean transposeOther) {
    return tracer.operators().dot(this, other, transposeThis, transposeOther);
  }

  /** Sum over axes (over all without any), which disappear. */
  public Tensor sum(int... axes) {
    return tracer.operators().reduce(Reduction.SUM, this, axes);
  }

  /**
   * Mean over axes (over all without any), which disappear. Over a bounded axis it is that of the
   * rows that exist, not-a-number if there are none.
   */
  public Tensor mean(int... axes) {
    Tensor sum = sum(axes);
    if (type.isBounded() && !sum.type().isBounded()) {
      int each = shape().size() / Math.max(1, shape().extent(0) * sum.shape().size());
      return sum.div(tracer.length().convert(dataType()).mul(each));
    }
    return sum.mul((double) sum.shape().size() / shape().size());
  }

  /** Greatest over axes (over all without any), which disappear. */
  public Tensor maximum(int... axes) {
    return tracer.operators().reduce(Reduction.MAX, this, axes);
  }

  /** Least over axes (over all without any), which disappear. */
  public Tensor minimum(int... axes) {
    return tracer.operators().reduce(Reduction.MIN, this, axes);
  }

  /** Product over axes (over all without any), which disappear. */
  public Tensor product(int... axes) {
    return tracer.operators().reduce(Reduction.PRODUCT, this, axes);
  }

  /** Index of the greatest along an axis, which disappears; int32. */
  public Tensor argMax(int axis) {
    return tracer.operators().argMax(this, axis);
  }

  /** Stretched to a shape. */
  public Tensor broadcast(Shape to) {
    return tracer.operators().broadcast(this, to);
  }

  /** The same elements under other extents; one of them may be -1 and is inferred. */
  public Tensor reshape(int... extents) {
    return tracer.operators().reshape(this, extents);
  }

  /** Axes reordered; without arguments the last two are exchanged. */
  public Tensor transpose(int... permutation) {
    return tracer.operators().transpose(this, permutation);
  }

  /** The part from {@code start} (inclusive) to {@code end} (exclusive) along one axis. */
  public Tensor slice(int axis, int start, int end) {
    return tracer.operators().slice(this, axis, start, end);
  }

  /** Rows of this, {@code [n, ...]}, by int32 indices {@code [k...]}. */
  public Tensor gather(Tensor indices) {
    return tracer.operators().gather(this, indices);
  }

  /** This, {@code [n, ...]}, with rows {@code [k..., ...]} added at int32 {@code [k...]}. */
  public Tensor scatterAdd(Tensor indices, Tensor rows) {
    return tracer.operators().scatter(new Operation.ScatterAdd(), this, indices, rows);
  }

  /** As {@link #scatterAdd}, but the rows replace; the last of duplicate indices stays. */
  public Tensor scatterSet(Tensor indices, Tensor rows) {
    return tracer.operators().scatter(new Operation.ScatterSet(), this, indices, rows);
  }

  /** As {@link #scatterAdd}, but the greatest stays. */
  public Tensor scatterMax(Tensor indices, Tensor rows) {
    return tracer.operators().scatter(new Operation.ScatterMax(), this, indices, rows);
  }

  /** The part of these extents from a start, int32 {@code [rank]}, clamped so that it fits. */
  public Tensor dynamicSlice(Tensor start, int... extents) {
    return tracer.sequences().dynamicSlice(this, start, Shape.of(extents));
  }

  /** This with the part from a start, int32 {@code [rank]}, replaced; clamped so that it fits. */
  public Tensor dynamicUpdate(Tensor start, Tensor part) {
    return tracer.sequences().dynamicUpdate(this, start, part);
  }

  /** In opposite order along axes. */
  public Tensor reverse(int... axes) {
    return tracer.sequences().reverse(this, axes);
  }

  /** Running sum along an axis, each element included. */
  public Tensor cumulativeSum(int axis) {
    return tracer.sequences().cumulate(Reduction.SUM, this, axis);
  }

  /** Running product along an axis, each element included. */
  public Tensor cumulativeProduct(int axis) {
    return tracer.sequences().cumulate(Reduction.PRODUCT, this, axis);
  }

  /** Indices that sort along an axis; int32, stable, not-a-number as the greatest. */
  public Tensor argSort(int axis, boolean descending) {
    return tracer.sequences().argSort(this, axis, descending, shape().extent(axis));
  }

  /** Indices of the k greatest along an axis, the greatest first, of equals the first; int32. */
  public Tensor topK(int axis, int k) {
    return tracer.sequences().argSort(this, axis, true, k);
  }

  /** Elements by int32 index along an axis, clamped: those that {@link #argSort} points to. */
  public Tensor takeAlong(int axis, Tensor indices) {
    return tracer.sequences().takeAlong(this, axis, indices);
  }

  /**
   * This bounded tensor with as many rows as its capacity, no longer bounded: the rows beyond the
   * length are {@code value}.
   *
   * @throws ShapeException when it is not bounded
   */
  public Tensor filled(double value) {
    return tracer.operators().fill(this, value);
  }

  /**
   * The first rows of this, as many as the length: a bounded tensor, whose capacity is the extent
   * of the first axis.
   *
   * @throws ShapeException when it has no axis, is bounded already, or the graph's bounded tensors
   *     have another capacity
   */
  public Tensor bounded() {
    return tracer.operators().bound(this);
  }

  /** The same value, whose derivative is taken to be zero. */
  public Tensor stopGradient() {
    return tracer.add(new Operation.StopGradient(), type, this);
  }

  @Override
  public String toString() {
    return "%" + node + " : " + type;
  }
}
