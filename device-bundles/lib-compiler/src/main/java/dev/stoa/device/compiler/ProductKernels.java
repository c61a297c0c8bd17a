package dev.stoa.device.compiler;

import dev.stoa.tensor.DataType;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Products that a device computes by kernels of its own, in memory of its own. Used by several
 * threads.
 */
@ConsumerType
public interface ProductKernels {
  /** Whether the device computes a product itself: decided by its shapes alone. */
  boolean takes(Product product);

  /**
   * Memory for a value that its kernels read or write.
   *
   * @throws dev.stoa.device.DeviceException when there is none
   */
  Mirror mirror(DataType type, int elements);

  /** The kernel of a product that it {@linkplain #takes takes}, between mirrors of its own. */
  ProductKernel kernel(Product product, Mirror left, Mirror right, Mirror out);

  /** None: all products are computed by the compiler's code. */
  static ProductKernels none() {
    return new ProductKernels() {
      @Override
      public boolean takes(Product product) {
        return false;
      }

      @Override
      public Mirror mirror(DataType type, int elements) {
        throw new IllegalStateException("there are no kernels that need one");
      }

      @Override
      public ProductKernel kernel(Product product, Mirror left, Mirror right, Mirror out) {
        throw new IllegalStateException("there are none: " + product);
      }
    };
  }
}
