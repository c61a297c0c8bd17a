package dev.stoa.device.compiler;

import dev.stoa.tensor.DataType;
import java.util.ArrayList;
import java.util.List;

/** All mirrors of a plan and of those in it. */
final class Mirrors {
  private final ProductKernels kernels;
  private final List<Mirror> all = new ArrayList<>();
  private long bytes;

  Mirrors(ProductKernels kernels) {
    this.kernels = kernels;
  }

  ProductKernels kernels() {
    return kernels;
  }

  Mirror make(DataType type, int elements) {
    Mirror mirror = kernels.mirror(type, elements);
    all.add(mirror);
    bytes += (long) type.bytes() * elements;
    return mirror;
  }

  /** What they hold. */
  long bytes() {
    return bytes;
  }

  void close() {
    all.forEach(Mirror::close);
    all.clear();
  }
}
