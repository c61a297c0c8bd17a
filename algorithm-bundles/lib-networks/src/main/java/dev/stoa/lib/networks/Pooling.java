package dev.stoa.lib.networks;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;

/** Windows of images brought to one pixel, channel by channel; without margins. */
public final class Pooling {
  private Pooling() {}

  /**
   * The greatest of each window.
   *
   * @param images {@code [batch, height, width, channels]}
   * @param kernel height and width of a window
   * @param stride pixels from window to window
   * @return {@code [batch, rows, columns, channels]}
   */
  public static Tensor maximum(Tracer tracer, Tensor images, int kernel, int stride) {
    return windows(tracer, images, kernel, stride).maximum(3);
  }

  /** The mean of each window; arguments as for {@link #maximum}. */
  public static Tensor mean(Tracer tracer, Tensor images, int kernel, int stride) {
    return windows(tracer, images, kernel, stride).mean(3);
  }

  private static Tensor windows(Tracer tracer, Tensor images, int kernel, int stride) {
    Layers.positive("pixels of a window", kernel);
    Layers.positive("pixels of a stride", stride);
    return Patches.of(tracer, images, kernel, stride, 0);
  }
}
