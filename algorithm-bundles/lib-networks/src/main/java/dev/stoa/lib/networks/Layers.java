package dev.stoa.lib.networks;

import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import java.util.List;

/** What several networks are made of. */
final class Layers {
  private Layers() {}

  /**
   * {@code x W + b} along the last axis.
   *
   * @param x {@code [..., inputs]}
   * @param weight {@code [inputs, outputs]}
   * @param bias {@code [outputs]}
   * @return {@code [..., outputs]}
   */
  static Tensor affine(Tensor x, Tensor weight, Tensor bias) {
    return product(x, weight).add(bias);
  }

  /** As {@link #affine}, without a bias. */
  static Tensor product(Tensor x, Tensor weight) {
    int[] extents = x.shape().extents();
    int rows = x.shape().size() / Math.max(1, extents[extents.length - 1]);
    Tensor flat = x.reshape(rows, extents[extents.length - 1]).dot(weight);
    extents[extents.length - 1] = weight.shape().extent(1);
    return flat.reshape(extents);
  }

  static void positive(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException("the number of " + what + " is at least 1, got " + number);
    }
  }

  /** Checks a tensor's shape at the door. */
  static void shaped(String what, Tensor tensor, int... extents) {
    if (!tensor.shape().equals(Shape.of(extents))) {
      throw new IllegalArgumentException(
          what + " is " + Shape.of(extents) + ", not " + tensor.shape());
    }
  }

  /** An input {@code [batch, inputs]} and a state of that batch. */
  static void recurrent(RecurrentCell cell, int inputs, Tensor input, List<Tensor> state) {
    int batch = input.shape().rank() == 2 ? input.shape().extent(0) : 0;
    shaped("the input", input, batch, inputs);
    List<Integer> widths = cell.stateWidths();
    if (state.size() != widths.size()) {
      throw new IllegalArgumentException(
          "the state is " + widths.size() + " tensors, not " + state.size());
    }
    for (int i = 0; i < widths.size(); i++) {
      shaped("state " + i, state.get(i), batch, widths.get(i));
    }
  }
}
