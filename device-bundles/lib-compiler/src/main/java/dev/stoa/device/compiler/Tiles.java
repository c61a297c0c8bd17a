package dev.stoa.device.compiler;

/**
 * Blocks of float32 matrix products. In {@link #panel} every element is one chain of fused
 * multiply-adds in the order of the inner index, started at zero: neither the size of blocks nor
 * the width of vectors can be seen in its bits. In {@link #dots} it is 16 such chains, inner index
 * {@code p} in chain {@code p % 16}, added as a tree (8, 4, 2, 1).
 */
interface Tiles {
  /** Rows of a panel that stay in the nearest cache while the rows of the left matrix pass. */
  int NEAR_ROWS = 128;

  /**
   * Fewer of a panel that is part of wider rows: where these begin a kilobyte apart, or a multiple
   * of it, they share a quarter of that cache; two kilobytes, an eighth. (Beyond, so few would stay
   * that going on from sums takes longer than fetching rows again.)
   */
  static int nearRows(int row) {
    return row % 256 != 0 || row % 1024 == 0 ? NEAR_ROWS : row % 512 == 0 ? 16 : 32;
  }

  /** Whether Java's vectors are used. */
  boolean vectors();

  /** Columns of the widest panel. */
  int width();

  /** Floats in a vector. */
  int lanes();

  /**
   * A block of a product.
   *
   * @param a element (i, p) of the left matrix is {@code a[aAt + i * aRow + p * aInner]}
   * @param b element (p, j) of the right matrix is {@code b[bAt + p * bRow + j]}
   * @param inner extent of p
   * @param c element (i, j) of the product is {@code c[cAt + i * cRow + j]}
   * @param rows extent of i
   * @param columns extent of j, at least {@link #lanes} and at most {@link #width}
   * @param room from {@link #room}, of the calling thread alone
   */
  void panel(
      float[] a,
      int aAt,
      int aRow,
      int aInner,
      float[] b,
      int bAt,
      int bRow,
      int inner,
      float[] c,
      int cAt,
      int cRow,
      int rows,
      int columns,
      float[][] room);

  /**
   * Products of one row each with a small matrix: {@code c[cAt + z * columns + j]} is the sum over
   * p of {@code a[aAt + z * inner + p] * b[bAt + (z * inner + p) * columns + j]}; the bits are
   * those of {@link #panel}.
   *
   * @param columns at least {@link #lanes} and at most {@link #width}
   * @param count extent of z
   * @param room from {@link #room}
   */
  void each(
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int inner,
      float[] c,
      int cAt,
      int columns,
      int count,
      float[][] room);

  /** Room for one thread's work on panels. */
  float[][] room();

  /**
   * A product of few rows with a large matrix, which vectors read once from its beginning to its
   * end; the bits are those of {@link #panel}.
   *
   * @param a element (i, p) of the left matrix is {@code a[aAt + i * aRow + p]}
   * @param columns extent of j, a multiple of {@link #lanes}; rows of b and c follow one another
   * @param room from {@link #room}, of the calling thread alone
   */
  void stream(
      float[] a,
      int aAt,
      int aRow,
      float[] b,
      int bAt,
      int inner,
      float[] c,
      int cAt,
      int rows,
      int columns,
      float[][] room);

  /**
   * A product of rows with rows: {@code c[cAt + i * columns + j]} is the sum over p of {@code a[aAt
   * + i * inner + p] * b[bAt + j * inner + p]}.
   *
   * @param chains room for 16 sums
   */
  void dots(
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int inner,
      float[] c,
      int cAt,
      int rows,
      int columns,
      float[] chains);

  /** Adds 16 chains as a tree. */
  static float tree(float[] s) {
    float e0 = s[0] + s[8] + (s[4] + s[12]) + (s[2] + s[10] + (s[6] + s[14]));
    float e1 = s[1] + s[9] + (s[5] + s[13]) + (s[3] + s[11] + (s[7] + s[15]));
    return e0 + e1;
  }
}
