package dev.stoa.device.compiler;

import dev.stoa.device.DeviceContext;
import dev.stoa.device.compiler.loops.Rehearsal;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Batched float32 product {@code [B..., m, k] x [B..., k, n]}. What is chosen here follows from the
 * shapes alone:
 *
 * <ul>
 *   <li>few columns (or few rows against a transposed matrix) as sums of products along the inner
 *       axis,
 *   <li>few columns of a product whose left matrix is transposed as its own transpose,
 *   <li>many single rows with a small matrix each several at a time,
 *   <li>the rest panel by panel; the right matrix is copied into panels when it is transposed, when
 *       its rows do not fill a vector, or when it is so large that its rows lie far apart.
 * </ul>
 */
final class ProductStep implements Step, IntConsumer {
  /** Up to so many columns, vectors along the inner axis do better than vectors along columns. */
  private static final int NARROW = 4;

  /** Least rows of a block that stays in a near cache or is given to a thread. */
  private static final int BLOCK = 60;

  /** Multiplications from which handing blocks to other threads pays. */
  private static final long WORTH_THREADS = 1L << 22;

  /** Elements per row of the right matrix from which copying it into panels pays. */
  private static final int WIDE = 128;

  /** Elements per row of the right matrix from which few rows of the left one stream over it. */
  private static final int FAR = 512;

  private static final int FEW = 8;

  /** Elements of the left matrix that stay in a near cache while panels pass. */
  private static final int NEAR = 1 << 17;

  private static final int CHAINS = 16;

  private enum Way {
    PANELS,
    DOTS,
    STREAM,
    EACH
  }

  private final Tiles tiles;
  private final List<Rehearsal> rehearsals;
  private final DeviceContext context;
  private final Value left;
  private final Value right;
  private final Value out;
  private final Way way;
  private int batches;
  private int rows;
  private int inner;
  private int columns;
  private final int leftRow;
  private final int leftInner;
  private final int rightInner;
  private final int rightColumn;

  /** The product is computed as its transpose, into {@link #product}. */
  private final boolean swapped;

  /**
   * The right matrix in panels (or, for dots, its columns as rows); null where it is used as is.
   */
  private final float[] packed;

  /** The product where it cannot be computed in its place; null else. */
  private final float[] product;

  /** Rows are computed in an array of their own, filled up to whole vectors. */
  private final boolean padded;

  /** Columns that are computed: all, or with those that fill whole vectors. */
  private int wide;

  private final int block;
  private final float[][][] rooms;
  private final float[] chains = new float[CHAINS];

  /** What computes: plain loops until the vectors' are compiled. */
  private Tiles now;

  private int batch;

  ProductStep(
      Machine machine,
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
    this.tiles = machine.tiles();
    this.now = machine.first();
    this.context = context;
    this.out = out;
    this.inner = k;
    this.batches = m * n == 0 ? 0 : result.size() / (m * n);
    int lanes = tiles.lanes();
    boolean narrow = n <= NARROW;
    boolean dots =
        !dot.transposeLeft() && (narrow || dot.transposeRight() && m <= NARROW) && k >= CHAINS;
    boolean stream =
        tiles.vectors()
            && !dot.transposeLeft()
            && !dot.transposeRight()
            && m <= FEW
            && n >= FAR
            && n % lanes == 0;
    boolean each =
        m == 1
            && batches > 1
            && !dot.transposeRight()
            && tiles.vectors()
            && n >= lanes
            && n <= tiles.width();
    this.way = dots ? Way.DOTS : stream ? Way.STREAM : each ? Way.EACH : Way.PANELS;
    this.swapped = !dots && narrow && m > n;
    this.left = swapped ? right : left;
    this.right = swapped ? left : right;
    this.rows = swapped ? n : m;
    this.columns = swapped ? m : n;
    this.leftRow = swapped ? bColumn : aRow;
    this.leftInner = swapped ? bInner : aInner;
    this.rightInner = swapped ? aInner : bInner;
    this.rightColumn = swapped ? aRow : bColumn;
    this.block = Math.max(BLOCK, Math.min(rows, NEAR / Math.max(1, k) / 12 * 12));
    this.rooms = new float[(rows + block - 1) / block][][];
    Arrays.setAll(rooms, block -> now.room());
    this.padded = swapped || columns < lanes;
    this.wide = wide(columns);
    if (way == Way.STREAM || way == Way.EACH) {
      packed = null;
      product = null;
    } else if (dots) {
      packed = rightInner == 1 || columns == 1 ? null : new float[k * columns];
      product = null;
    } else {
      boolean far = columns >= WIDE && rows >= BLOCK;
      boolean copied = rightColumn != 1 || columns < lanes || swapped && wide != columns || far;
      packed = copied ? new float[k * whole(columns)] : null;
      product = padded ? new float[rows * wide] : null;
    }
    this.rehearsals = rehearsals(machine.rehearsals());
  }

  private int whole(int columns) {
    return (columns + tiles.lanes() - 1) / tiles.lanes() * tiles.lanes();
  }

  private int wide(int columns) {
    return padded ? whole(columns) : columns;
  }

  private List<Rehearsal> rehearsals(TileRehearsals all) {
    return switch (way) {
      case DOTS -> List.of(all.of(TileRehearsals.Kind.DOTS));
      case STREAM -> List.of(all.of(TileRehearsals.Kind.STREAM));
      case EACH -> List.of(all.of(TileRehearsals.Kind.EACH));
      case PANELS -> all.panels(wide, inner, packed == null ? rightInner : tiles.width());
    };
  }

  @Override
  public List<Rehearsal> rehearsals() {
    return now == tiles ? List.of() : rehearsals;
  }

  private boolean compiled() {
    for (int i = 0; i < rehearsals.size(); i++) {
      if (!rehearsals.get(i).ready()) {
        return false;
      }
    }
    return true;
  }

  /** Bytes of the arrays that it holds besides its operands. */
  long bytes() {
    long elements = CHAINS;
    elements += packed == null ? 0 : packed.length;
    elements += product == null ? 0 : product.length;
    return 4 * elements;
  }

  /**
   * Ends the next run sooner: at so many rows of the left matrix, or along the inner axis. How it
   * is computed stays what the capacity decided.
   */
  void end(boolean alongInner, int length) {
    if (alongInner) {
      inner = length;
    } else if (swapped) {
      columns = length;
      wide = wide(length);
    } else {
      rows = length;
    }
  }

  /** Computes so many products of matrices in the next run. */
  void batches(int count) {
    batches = count;
  }

  @Override
  public void run() {
    if (now != tiles && compiled()) {
      now = tiles;
    }
    if (way == Way.EACH) {
      each();
      return;
    }
    for (batch = 0; batch < batches; batch++) {
      switch (way) {
        case DOTS -> dots();
        case STREAM -> stream();
        default -> panels();
      }
    }
  }

  private void dots() {
    float[] b = right.floats();
    int at = batch * inner * columns;
    if (packed != null) {
      for (int p = 0; p < inner; p++) {
        for (int j = 0; j < columns; j++) {
          packed[j * inner + p] = b[at + p * rightInner + j];
        }
      }
      b = packed;
      at = 0;
    }
    int from = batch * rows * inner;
    int to = batch * rows * columns;
    now.dots(left.floats(), from, b, at, inner, out.floats(), to, rows, columns, chains);
  }

  private void stream() {
    int from = batch * rows * inner;
    int with = batch * inner * columns;
    int to = batch * rows * columns;
    float[] c = out.floats();
    float[] b = right.floats();
    now.stream(left.floats(), from, leftRow, b, with, inner, c, to, rows, columns, rooms[0]);
  }

  private void each() {
    float[] a = left.floats();
    now.each(a, 0, right.floats(), 0, inner, out.floats(), 0, columns, batches, rooms[0]);
  }

  private void panels() {
    if (packed != null) {
      pack();
    }
    int blocks = (rows + block - 1) / block;
    boolean shared = (long) rows * columns * inner >= WORTH_THREADS;
    if (blocks > 1 && shared && context.threads() > 1) {
      context.parallel(blocks, this);
    } else {
      for (int each = 0; each < blocks; each++) {
        accept(each);
      }
    }
    if (product != null) {
      unpack();
    }
  }

  /** Computes a block of rows. */
  @Override
  public void accept(int index) {
    block(index * block, Math.min(rows, (index + 1) * block), rooms[index]);
  }

  private void block(int start, int end, float[][] room) {
    float[] a = left.floats();
    int from = batch * rows * inner + start * leftRow;
    float[] c = product == null ? out.floats() : product;
    int row = product == null ? columns : wide;
    int to = (product == null ? batch * rows * columns : 0) + start * row;
    float[] b = packed == null ? right.floats() : packed;
    for (int j = 0; j < wide; j += tiles.width()) {
      int first = first(j);
      int here = Math.min(tiles.width(), wide - first);
      int at = packed == null ? batch * inner * columns + first : j * inner;
      int step = packed == null ? rightInner : here;
      int x = to + first;
      now.panel(
          a, from, leftRow, leftInner, b, at, step, inner, c, x, row, end - start, here, room);
    }
  }

  /** First column of the panel at a column: the last panel has a vector at least. */
  private int first(int column) {
    return Math.min(column, wide - tiles.lanes());
  }

  /** Copies the right matrix into panels, one after the other, each row by row. */
  private void pack() {
    float[] b = right.floats();
    int base = batch * inner * columns;
    for (int j = 0; j < columns; j += tiles.width()) {
      int first = first(j);
      int here = Math.min(tiles.width(), wide - first);
      int filled = Math.min(here, columns - first);
      int to = j * inner;
      if (rightColumn == 1) {
        for (int p = 0; p < inner; p++) {
          System.arraycopy(b, base + p * rightInner + first, packed, to + p * here, filled);
        }
      } else {
        transpose(b, base + first * rightColumn, to, here, filled);
      }
    }
  }

  private void transpose(float[] b, int from, int to, int width, int count) {
    int j = 0;
    for (; j + 3 < count; j += 4) {
      int r0 = from + j * rightColumn;
      int r1 = r0 + rightColumn;
      int r2 = r1 + rightColumn;
      int r3 = r2 + rightColumn;
      for (int p = 0; p < inner; p++) {
        int at = to + p * width + j;
        int q = p * rightInner;
        packed[at] = b[r0 + q];
        packed[at + 1] = b[r1 + q];
        packed[at + 2] = b[r2 + q];
        packed[at + 3] = b[r3 + q];
      }
    }
    for (; j < count; j++) {
      for (int p = 0; p < inner; p++) {
        packed[to + p * width + j] = b[from + j * rightColumn + p * rightInner];
      }
    }
  }

  private void unpack() {
    float[] c = out.floats();
    int base = batch * rows * columns;
    if (!swapped) {
      for (int i = 0; i < rows; i++) {
        System.arraycopy(product, i * wide, c, base + i * columns, columns);
      }
      return;
    }
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        c[base + j * rows + i] = product[i * wide + j];
      }
    }
  }

  @Override
  public String toString() {
    return "product ["
        + rows
        + ", "
        + inner
        + "] x ["
        + inner
        + ", "
        + columns
        + "] by "
        + way
        + (packed == null ? "" : ", packed")
        + (swapped ? ", swapped" : "");
  }
}
