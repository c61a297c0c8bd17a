package dev.stoa.device.cpund4j;

import dev.stoa.device.compiler.Product;
import dev.stoa.tensor.DataType;

/**
 * Which products OpenBLAS computes, and in which blocks: by their shapes alone, so that bits depend
 * on nothing else. The measurements are in docs/nd4j.md.
 */
final class ProductChoice {
  /**
   * Multiplications for each element that is copied to or from OpenBLAS's memory, from which on its
   * products of float32 take about the time of the compiler's on vectors, copies included, and less
   * where several products read one matrix: {@code [192, 192] x [192, 192]} has so many.
   */
  private static final long WORTH_COPIES = 64;

  /** The same for float64, which the compiler computes by plain loops: multiplications alone. */
  private static final long WORTH_CALL = 512;

  /** Rows of a block from which cutting costs some hundredths: each packs the right matrix anew. */
  private static final int BLOCK = 384;

  private static final int MOST_BLOCKS = 8;

  /** Rows of OpenBLAS's own tiles divide it. */
  private static final int ROUND = 48;

  private ProductChoice() {}

  /** Whether OpenBLAS computes it. */
  static boolean byOpenBlas(Product product) {
    long m = product.rows();
    long k = product.inner();
    long n = product.columns();
    long work = m * k * n;
    return product.type() == DataType.FLOAT64
        ? work >= WORTH_CALL
        : work >= WORTH_COPIES * (m * k + k * n + m * n);
  }

  /** Rows of the left matrix that one call multiplies. */
  static int blockRows(Product product) {
    int blocks = Math.max(1, Math.min(MOST_BLOCKS, product.rows() / BLOCK));
    int rows = (product.rows() + blocks - 1) / blocks;
    return blocks == 1 ? rows : (rows + ROUND - 1) / ROUND * ROUND;
  }
}
