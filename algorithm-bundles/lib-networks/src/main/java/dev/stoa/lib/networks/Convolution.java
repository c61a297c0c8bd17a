package dev.stoa.lib.networks;

import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.Objects;

/**
 * A two-dimensional convolution (as the field means it: a cross-correlation) with square kernels:
 * all windows are gathered and multiplied with the kernels in one product. Images are {@code
 * [batch, height, width, channels]}: with channels last a window is whole rows of pixels, and the
 * product's result is an image again, so nothing is transposed between layers. Along each axis
 * there are {@code (extent + 2 padding - kernel) / stride + 1} windows, rounded down. Parameters
 * {@code name/weight} {@code [kernel, kernel, inputs, outputs]} and {@code name/bias} {@code
 * [outputs]}, the latter zero at first.
 *
 * @param name first part of the parameters' names
 * @param inputs channels that go in
 * @param outputs channels that come out
 * @param kernel height and width of a window
 * @param stride pixels from window to window
 * @param padding zeros on each side
 * @param weights first values of the kernels
 */
public record Convolution(
    String name, int inputs, int outputs, int kernel, int stride, int padding, Initialiser weights)
    implements Network {
  /** Checks that nothing is missing and the numbers are in range. */
  public Convolution {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(weights, "weights");
    Layers.positive("inputs", inputs);
    Layers.positive("outputs", outputs);
    Layers.positive("pixels of a kernel", kernel);
    Layers.positive("pixels of a stride", stride);
    if (padding < 0) {
      throw new IllegalArgumentException("a margin of " + padding + " pixels");
    }
  }

  @Override
  public ParameterTree parameters() {
    return ParameterTree.of(
        new ParameterSpec(name + "/weight", Shape.of(kernel, kernel, inputs, outputs), weights),
        new ParameterSpec(name + "/bias", Shape.of(outputs), new Initialiser.Constant(0)));
  }

  /** Windows along an axis of so many pixels: the extent of the result. */
  public int windows(int extent) {
    return Patches.count(extent, kernel, stride, padding);
  }

  /**
   * As for every network, on images.
   *
   * @param input {@code [batch, height, width, inputs]}
   * @return {@code [batch, rows, columns, outputs]}
   * @throws IllegalArgumentException when the shape differs or no window fits
   */
  @Override
  public Tensor apply(Tracer tracer, Weights weights, Tensor input) {
    if (input.shape().rank() != 4 || input.shape().extent(3) != inputs) {
      throw new IllegalArgumentException(
          "images are [batch, height, width, " + inputs + "], not " + input.shape());
    }
    Tensor windows = Patches.of(tracer, input, kernel, stride, padding);
    int[] extents = windows.shape().extents();
    int window = kernel * kernel * inputs;
    return Layers.affine(
        windows.reshape(extents[0], extents[1], extents[2], window),
        weights.get(name + "/weight").reshape(window, outputs),
        weights.get(name + "/bias"));
  }
}
