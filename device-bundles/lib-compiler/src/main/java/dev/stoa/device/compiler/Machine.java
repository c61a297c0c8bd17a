package dev.stoa.device.compiler;

import dev.stoa.device.compiler.loops.Kernels;
import dev.stoa.device.compiler.loops.VectorFolds;

/**
 * What this virtual machine offers: matrix kernels and generated loops, on Java's vectors where the
 * module {@code jdk.incubator.vector} is there, in plain loops with the same bits elsewhere.
 *
 * @param tiles blocks of products
 * @param first blocks of products that are used until those are compiled; the same where they are
 *     used at once
 * @param rehearsals of the former
 * @param kernels generated loops
 */
record Machine(Tiles tiles, Tiles first, TileRehearsals rehearsals, Kernels kernels) {
  /** The best that there is here: plain loops at first, vectors once they are compiled. */
  static Machine present() {
    return vectors() ? of(new VectorTiles(), new PlainTiles(), VectorFolds.lanes()) : plain();
  }

  /** The same with vectors from the first call on. */
  static Machine atOnce() {
    if (!vectors()) {
      return plain();
    }
    Tiles tiles = new VectorTiles();
    return of(tiles, tiles, VectorFolds.lanes());
  }

  /** Plain loops. */
  static Machine plain() {
    Tiles tiles = new PlainTiles();
    return of(tiles, tiles, 0);
  }

  private static Machine of(Tiles tiles, Tiles first, int lanes) {
    Kernels kernels = new Kernels(lanes, tiles != first);
    return new Machine(tiles, first, new TileRehearsals(tiles), kernels);
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
