package dev.stoa.tensor;

import java.util.Arrays;

/**
 * Usual functions made of the primitives, in forms that neither overflow nor lose their derivative
 * to any order. All keep the element type; unless said otherwise they act element by element.
 */
public final class Functions {
  private Functions() {}

  /**
   * The logistic function {@code 1 / (1 + exp(-x))}, by {@code exp(-|x|)}: relatively exact in both
   * tails.
   */
  public static Tensor sigmoid(Tensor x) {
    Tensor power = magnitude(x).neg().exp();
    Tensor one = x.tracer.constant(x.type(), 1);
    return x.lt(0).select(power, one).div(power.add(1));
  }

  /** {@code log(1 + exp(x))}, as {@code max(x, 0) + log1p(exp(-|x|))}. */
  public static Tensor softplus(Tensor x) {
    return x.max(0).add(magnitude(x).neg().exp().log1p());
  }

  /** By a choice: abs would have slope 0 at 0, and what is made of it a wrong derivative there. */
  private static Tensor magnitude(Tensor x) {
    return x.lt(0).select(x.neg(), x);
  }

  /** Logarithm of the logistic function: {@code -softplus(-x)}. */
  public static Tensor logSigmoid(Tensor x) {
    return softplus(x.neg()).neg();
  }

  /** {@code x sigmoid(x)} (Elfwing, Uchibe, Doya 2017), also named swish. */
  public static Tensor silu(Tensor x) {
    return x.mul(sigmoid(x));
  }

  /**
   * {@code x Phi(x)} with the normal distribution's cdf (Hendrycks, Gimpel: "Gaussian error linear
   * units", 2016), by the error function, not by its approximation with a hyperbolic tangent.
   */
  public static Tensor gelu(Tensor x) {
    return x.mul(x.mul(Math.sqrt(0.5)).erf().add(1)).mul(0.5);
  }

  /**
   * {@code log(sum(exp(x)))} along an axis, which disappears. Every row has a finite element, and
   * none that is positive infinity.
   */
  public static Tensor logSumExp(Tensor x, int axis) {
    // The greatest element cancels, in value and derivative: it only keeps the exponentials in
    // range.
    Tensor greatest = x.maximum(axis).stopGradient();
    return greatest.add(x.sub(kept(greatest, x, axis)).exp().sum(axis).log());
  }

  /** {@code x - logSumExp(x)} along an axis: logarithms of the {@link #softmax}. */
  public static Tensor logSoftmax(Tensor x, int axis) {
    Tensor shifted = x.sub(kept(x.maximum(axis).stopGradient(), x, axis));
    return shifted.sub(kept(shifted.exp().sum(axis).log(), x, axis));
  }

  /** {@code exp(x) / sum(exp(x))} along an axis. */
  public static Tensor softmax(Tensor x, int axis) {
    Tensor powers = x.sub(kept(x.maximum(axis).stopGradient(), x, axis)).exp();
    return powers.div(kept(powers.sum(axis), x, axis));
  }

  /** A reduced tensor with the axis that disappeared, of extent 1. */
  private static Tensor kept(Tensor reduced, Tensor x, int axis) {
    int[] extents = x.shape().extents();
    extents[x.shape().axis(axis)] = 1;
    return reduced.reshape(extents);
  }

  /**
   * A last axis that is 1 at each index and 0 elsewhere; only 0 for an index outside.
   *
   * @param indices int32 {@code [...]}
   * @param n extent of the new axis
   * @param type element type of the result, {@code [..., n]}
   */
  public static Tensor oneHot(Tensor indices, int n, DataType type) {
    int rank = indices.shape().rank();
    int[] extents = Arrays.copyOf(indices.shape().extents(), rank + 1);
    extents[rank] = 1;
    Tensor wanted = indices.reshape(extents);
    extents[rank] = n;
    Tracer tracer = indices.tracer;
    Tensor hit = tracer.iota(indices.shape().like(extents), rank).eq(wanted);
    return hit.select(tracer.constant(type, 1), tracer.constant(type, 0));
  }
}
