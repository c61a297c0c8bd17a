package dev.stoa.lib.distributions;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;

/** What several distributions are made of. */
final class Densities {
  private Densities() {}

  /** Checks a tensor's shape at the door. */
  static void shaped(String what, Tensor tensor, Shape shape) {
    if (!tensor.shape().equals(shape)) {
      throw new IllegalArgumentException(what + " are " + shape + ", not " + tensor.shape());
    }
  }

  /** Independent Gumbel numbers {@code -log(-log u)} from uniform ones. */
  static Tensor gumbel(Tensor uniform, DataType type) {
    return uniform.log().neg().log().neg().convert(type);
  }

  /** Standard normal numbers by Box and Muller's method from two uniform ones each. */
  static Tensor normal(Tensor first, Tensor second, DataType type) {
    Tensor radius = first.log().mul(-2).sqrt();
    return radius.mul(second.mul(2 * Math.PI).cos()).convert(type);
  }
}
