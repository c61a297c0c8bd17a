package dev.stoa.device.cpujvm;

import dev.stoa.device.DeviceContext;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Batched float32 matrix product. Each element of the result is the sum over the inner axis in
 * order, by a multiplication and an addition each (a fused one would be ruinous without hardware
 * for it), so its bits depend on neither blocks nor threads.
 *
 * <p>The right operand is copied, a panel of at most 256 columns at a time, into one array per row:
 * then all arrays of the innermost loop are indexed alike and the compiler turns it into vector
 * instructions. A product with few columns and many rows is computed as its own transpose.
 */
final class DotStep implements Step, IntConsumer {
  private static final int PANEL = 256;
  private static final int ROWS = 64;

  /** Fewer columns than this do not fill the vector loop. */
  private static final int NARROW = 16;

  /** Multiplications from which handing blocks to other threads pays. */
  private static final long WORTH_THREADS = 1L << 22;

  private final DeviceContext context;
  private final Value left;
  private final Value right;
  private final Value out;
  private final int batches;
  private final int rows;
  private final int inner;
  private final int columns;
  private final int leftRow;
  private final int leftInner;
  private final int rightInner;
  private final int rightColumn;
  private final int outRow;
  private final int outColumn;
  private final float[][] packed;
  private final float[][] sums;
  private int batch;
  private int firstColumn;
  private int width;

  DotStep(
      DeviceContext context,
      Operation.Dot dot,
      Shape a,
      Shape result,
      Value left,
      Value right,
      Value out) {
    int rank = result.rank();
    int m = result.extent(rank - 2);
    int n = result.extent(rank - 1);
    int k = a.extent(dot.transposeLeft() ? rank - 2 : rank - 1);
    int aRow = dot.transposeLeft() ? 1 : k;
    int aInner = dot.transposeLeft() ? m : 1;
    int bInner = dot.transposeRight() ? 1 : n;
    int bColumn = dot.transposeRight() ? k : 1;
    boolean swapped = n < NARROW && m > n;
    this.context = context;
    this.left = swapped ? right : left;
    this.right = swapped ? left : right;
    this.out = out;
    this.batches = m * n == 0 ? 0 : result.size() / (m * n);
    this.rows = swapped ? n : m;
    this.columns = swapped ? m : n;
    this.inner = k;
    this.leftRow = swapped ? bColumn : aRow;
    this.leftInner = swapped ? bInner : aInner;
    this.rightInner = swapped ? aInner : bInner;
    this.rightColumn = swapped ? aRow : bColumn;
    this.outRow = swapped ? 1 : n;
    this.outColumn = swapped ? n : 1;
    this.packed = new float[k][Math.min(columns, PANEL)];
    this.sums = new float[2 * blocks()][Math.min(columns, PANEL)];
  }

  /** Bytes of the arrays that it holds besides its operands. */
  long bytes() {
    return 4L * Math.min(columns, PANEL) * (packed.length + sums.length);
  }

  private int blocks() {
    return (rows + ROWS - 1) / ROWS;
  }

  @Override
  public void run() {
    for (batch = 0; batch < batches; batch++) {
      for (firstColumn = 0; firstColumn < columns; firstColumn += PANEL) {
        width = Math.min(PANEL, columns - firstColumn);
        pack();
        if (blocks() > 1 && (long) rows * width * inner >= WORTH_THREADS) {
          context.parallel(blocks(), this);
        } else {
          for (int block = 0; block < blocks(); block++) {
            accept(block);
          }
        }
      }
    }
  }

  private void pack() {
    float[] from = right.floats();
    int base = batch * inner * columns + firstColumn * rightColumn;
    if (rightColumn == 1) {
      for (int p = 0; p < inner; p++) {
        System.arraycopy(from, base + p * rightInner, packed[p], 0, width);
      }
    } else {
      for (int j = 0; j < width; j++) {
        for (int p = 0; p < inner; p++) {
          packed[p][j] = from[base + j * rightColumn + p * rightInner];
        }
      }
    }
  }

  /** Computes a block of rows of the present panel. */
  @Override
  public void accept(int block) {
    float[] first = sums[2 * block];
    float[] second = sums[2 * block + 1];
    int end = Math.min(rows, (block + 1) * ROWS);
    for (int row = block * ROWS; row < end; row += 2) {
      if (row + 1 < end) {
        two(row, first, second);
        store(row + 1, second);
      } else {
        one(row, first);
      }
      store(row, first);
    }
  }

  private void two(int row, float[] first, float[] second) {
    float[] a = left.floats();
    int at = batch * rows * inner + row * leftRow;
    int below = at + leftRow;
    int step = leftInner;
    Arrays.fill(first, 0, width, 0f);
    Arrays.fill(second, 0, width, 0f);
    int p = 0;
    for (; p + 1 < inner; p += 2) {
      int o = p * step;
      add(
          first,
          second,
          packed[p],
          packed[p + 1],
          a[at + o],
          a[at + o + step],
          a[below + o],
          a[below + o + step],
          width);
    }
    if (p < inner) {
      add(first, packed[p], a[at + p * step], width);
      add(second, packed[p], a[below + p * step], width);
    }
  }

  private void one(int row, float[] sum) {
    float[] a = left.floats();
    int at = batch * rows * inner + row * leftRow;
    Arrays.fill(sum, 0, width, 0f);
    int p = 0;
    for (; p + 1 < inner; p += 2) {
      int o = at + p * leftInner;
      add(sum, packed[p], packed[p + 1], a[o], a[o + leftInner], width);
    }
    if (p < inner) {
      add(sum, packed[p], a[at + p * leftInner], width);
    }
  }

  private static void add(
      float[] c0,
      float[] c1,
      float[] b0,
      float[] b1,
      float a00,
      float a01,
      float a10,
      float a11,
      int n) {
    for (int j = 0; j < n; j++) {
      float x = b0[j];
      float y = b1[j];
      c0[j] = c0[j] + a00 * x + a01 * y;
      c1[j] = c1[j] + a10 * x + a11 * y;
    }
  }

  private static void add(float[] c, float[] b0, float[] b1, float a0, float a1, int n) {
    for (int j = 0; j < n; j++) {
      c[j] = c[j] + a0 * b0[j] + a1 * b1[j];
    }
  }

  private static void add(float[] c, float[] b, float a, int n) {
    for (int j = 0; j < n; j++) {
      c[j] = c[j] + a * b[j];
    }
  }

  private void store(int row, float[] sum) {
    float[] to = out.floats();
    int base = batch * rows * columns + row * outRow + firstColumn * outColumn;
    if (outColumn == 1) {
      System.arraycopy(sum, 0, to, base, width);
    } else {
      for (int j = 0; j < width; j++) {
        to[base + j * outColumn] = sum[j];
      }
    }
  }
}
