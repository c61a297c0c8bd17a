package dev.stoa.lib.networks;

import dev.stoa.tensor.Tensor;

/** Element-wise non-linearities between layers. */
public enum Activation {
  /** Hyperbolic tangent. */
  TANH,
  /** The greater of the value and zero. */
  RELU;

  /** This function of a tensor, element by element. */
  public Tensor apply(Tensor value) {
    return switch (this) {
      case TANH -> value.tanh();
      case RELU -> value.max(0);
    };
  }
}
