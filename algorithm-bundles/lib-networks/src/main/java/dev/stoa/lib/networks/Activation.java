package dev.stoa.lib.networks;

import dev.stoa.tensor.Functions;
import dev.stoa.tensor.Tensor;

/** Element-wise non-linearities between layers. */
public enum Activation {
  /** Hyperbolic tangent. */
  TANH,
  /** The greater of the value and zero. */
  RELU,
  /** Logistic function. */
  SIGMOID,
  /** Gaussian error linear unit, see {@link Functions#gelu}. */
  GELU,
  /** The value times its logistic function, see {@link Functions#silu}. */
  SILU;

  /** This function of a tensor, element by element. */
  public Tensor apply(Tensor value) {
    return switch (this) {
      case TANH -> value.tanh();
      case RELU -> value.max(0);
      case SIGMOID -> Functions.sigmoid(value);
      case GELU -> Functions.gelu(value);
      case SILU -> Functions.silu(value);
    };
  }
}
