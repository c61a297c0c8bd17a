package dev.stoa.lib.networks;

import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.List;

/** The windows of images that convolutions and pooling look at. */
final class Patches {
  private Patches() {}

  /** Windows along an axis. */
  static int count(int extent, int kernel, int stride, int padding) {
    int count = Math.floorDiv(extent + 2 * padding - kernel, stride) + 1;
    if (count < 1) {
      throw new IllegalArgumentException(
          "a window of " + kernel + " in " + extent + " pixels with a margin of " + padding);
    }
    return count;
  }

  /**
   * All windows, by one gather of pixels.
   *
   * @param images {@code [batch, height, width, channels]}
   * @param padding zeros on each side
   * @return {@code [batch, rows, columns, kernel * kernel, channels]}
   */
  static Tensor of(Tracer tracer, Tensor images, int kernel, int stride, int padding) {
    Shape shape = images.shape();
    if (shape.rank() != 4) {
      throw new IllegalArgumentException(
          "images are [batch, height, width, channels], not " + shape);
    }
    int rows = count(shape.extent(1), kernel, stride, padding);
    int columns = count(shape.extent(2), kernel, stride, padding);
    List<Integer> margin = List.of(0, padding, padding, 0);
    Tensor padded = padding == 0 ? images : tracer.pad(images, margin, margin);
    int height = padded.shape().extent(1);
    int width = padded.shape().extent(2);
    int channels = shape.extent(3);
    Shape windows = Shape.of(shape.extent(0), rows, columns, kernel, kernel);
    Tensor y = tracer.iota(windows, 1).mul(stride).add(tracer.iota(windows, 3));
    Tensor x = tracer.iota(windows, 2).mul(stride).add(tracer.iota(windows, 4));
    Tensor pixel = tracer.iota(windows, 0).mul(height).add(y).mul(width).add(x);
    return padded
        .reshape(-1, channels)
        .gather(pixel)
        .reshape(shape.extent(0), rows, columns, kernel * kernel, channels);
  }
}
