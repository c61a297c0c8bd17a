package dev.stoa.device.cpujvm;

import dev.stoa.device.cpujvm.loops.Kernels;
import dev.stoa.device.cpujvm.loops.VectorFolds;

/**
 * What this virtual machine offers: matrix kernels and generated loops, on Java's vectors where the
 * module {@code jdk.incubator.vector} is there, in plain loops with the same bits elsewhere.
 *
 * @param tiles blocks of products
 * @param kernels generated loops
 */
record Machine(Tiles tiles, Kernels kernels) {
  /** The best that there is here. */
  static Machine present() {
    return vectors() ? new Machine(new VectorTiles(), new Kernels(VectorFolds.lanes())) : plain();
  }

  /** Plain loops. */
  static Machine plain() {
    return new Machine(new PlainTiles(), new Kernels(0));
  }

  /** Whether there are vectors of at least four and at most 16 float32. */
  private static boolean vectors() {
    try {
      int lanes = VectorFolds.lanes();
      return lanes >= 4 && lanes <= 16;
    } catch (LinkageError e) {
      // The module is not there, or the bundle was wired without it.
      return false;
    }
  }
}
