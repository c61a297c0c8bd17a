package dev.stoa.lib.networks;

import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.Objects;

/**
 * Layer normalisation (Ba, Kiros, Hinton: "Layer normalization", 2016): along the last axis {@code
 * gain (x - mean) / sqrt(variance + epsilon) + bias}, the variance over n. Parameters {@code
 * name/gain} {@code [size]}, one at first, and {@code name/bias} {@code [size]}, zero at first.
 *
 * @param name first part of the parameters' names
 * @param size numbers per row
 * @param epsilon added to the variance, above 0
 */
public record LayerNorm(String name, int size, double epsilon) implements Network {
  /** Checks the ranges. */
  public LayerNorm {
    Objects.requireNonNull(name, "name");
    Layers.positive("numbers per row", size);
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("the epsilon of a norm is above 0, got " + epsilon);
    }
  }

  /** With the usual epsilon 1e-5. */
  public LayerNorm(String name, int size) {
    this(name, size, 1e-5);
  }

  @Override
  public ParameterTree parameters() {
    return ParameterTree.of(
        new ParameterSpec(name + "/gain", Shape.of(size), new Initialiser.Constant(1)),
        new ParameterSpec(name + "/bias", Shape.of(size), new Initialiser.Constant(0)));
  }

  @Override
  public Tensor apply(Tracer tracer, Weights weights, Tensor input) {
    int[] kept = input.shape().extents();
    if (kept.length == 0 || kept[kept.length - 1] != size) {
      throw new IllegalArgumentException(
          "rows of " + size + " numbers, not shape " + input.shape());
    }
    kept[kept.length - 1] = 1;
    Tensor centred = input.sub(input.mean(-1).reshape(kept));
    Tensor scale = centred.square().mean(-1).add(epsilon).rsqrt().reshape(kept);
    return centred.mul(scale).mul(weights.get(name + "/gain")).add(weights.get(name + "/bias"));
  }
}
