package dev.stoa.device.compiler;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Blocks of products on Java's vectors, sums held in registers. */
final class VectorTiles implements Tiles {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Vectors side by side: with four rows, 16 sums need the 32 registers that wide vectors have. */
  private static final int SIDE = LANES >= 16 ? 4 : 2;

  /** Rows of the left matrix from which a piece of a panel is used often. */
  private static final int OFTEN = 16;

  private static final int CHAINS = 16;

  @Override
  public boolean vectors() {
    return true;
  }

  @Override
  public int width() {
    return SIDE * LANES;
  }

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public float[][] room() {
    return new float[0][];
  }

  @Override
  public void panel(
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
      float[][] room) {
    for (int done = 0; done < columns; ) {
      int left = columns - done;
      int wide = left >= SIDE * LANES ? SIDE : left > LANES ? 2 : 1;
      int first = Math.min(done, columns - LANES);
      int with = bAt + first;
      int to = cAt + first;
      int near = rows < OFTEN ? NEAR_ROWS : Tiles.nearRows(bRow);
      int whole = wide == 4 && inner > near ? rows - rows % 4 : 0;
      deep(a, aAt, aRow, aInner, b, with, bRow, inner, c, to, cRow, whole, near);
      int from = aAt + whole * aRow;
      int rest = rows - whole;
      int next = Math.min(LANES, left - LANES);
      to += whole * cRow;
      strip(a, from, aRow, aInner, b, with, bRow, inner, c, to, cRow, rest, wide, next);
      done += wide * LANES;
    }
  }

  /** A piece of the panel after the other, which stays in the nearest cache for all rows. */
  private static void deep(
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
      int near) {
    for (int p = 0; p < inner && rows > 0; p += near) {
      int here = Math.min(near, inner - p);
      int from = aAt + p * aInner;
      int with = bAt + p * bRow;
      for (int i = 0; i < rows; i += 4) {
        int x = from + i * aRow;
        int y = cAt + i * cRow;
        if (p == 0) {
          RegisterTiles.tile4x4(a, x, aRow, aInner, b, with, bRow, here, c, y, cRow);
        } else {
          RegisterTiles.more4x4(a, x, aRow, aInner, b, with, bRow, here, c, y, cRow, c, y, cRow);
        }
      }
    }
  }

  private static void strip(
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
      int wide,
      int next) {
    int i = 0;
    for (; i + 3 < rows; i += 4) {
      int from = aAt + i * aRow;
      int to = cAt + i * cRow;
      switch (wide) {
        case 4 -> RegisterTiles.tile4x4(a, from, aRow, aInner, b, bAt, bRow, inner, c, to, cRow);
        case 2 ->
            RegisterTiles.tile4x2(a, from, aRow, aInner, b, bAt, bRow, inner, c, to, cRow, next);
        default -> RegisterTiles.tile4x1(a, from, aRow, aInner, b, bAt, bRow, inner, c, to, cRow);
      }
    }
    for (; i < rows; i++) {
      int from = aAt + i * aRow;
      int to = cAt + i * cRow;
      switch (wide) {
        case 4 -> RegisterTiles.tile1x4(a, from, aRow, aInner, b, bAt, bRow, inner, c, to, cRow);
        case 2 ->
            RegisterTiles.tile1x2(a, from, aRow, aInner, b, bAt, bRow, inner, c, to, cRow, next);
        default -> RegisterTiles.tile1x1(a, from, aRow, aInner, b, bAt, bRow, inner, c, to, cRow);
      }
    }
  }

  @Override
  public void each(
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int inner,
      float[] c,
      int cAt,
      int columns,
      int count,
      float[][] room) {
    int matrix = inner * columns;
    int z = 0;
    for (; z + 3 < count; z += 4) {
      for (int done = 0; done < columns; ) {
        int left = columns - done;
        int first = Math.min(done, columns - LANES);
        int from = aAt + z * inner;
        int with = bAt + z * matrix + first;
        int to = cAt + z * columns + first;
        if (left > LANES) {
          int next = Math.min(LANES, left - LANES);
          EachTiles.each4x2(a, from, b, with, inner, c, to, columns, next);
          done += 2 * LANES;
        } else {
          EachTiles.each4x1(a, from, b, with, inner, c, to, columns);
          done += LANES;
        }
      }
    }
    for (; z < count; z++) {
      int from = aAt + z * inner;
      int with = bAt + z * matrix;
      int to = cAt + z * columns;
      panel(a, from, inner, 1, b, with, columns, inner, c, to, columns, 1, columns, room);
    }
  }

  @Override
  public void stream(
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
      float[][] room) {
    Arrays.fill(c, cAt, cAt + rows * columns, 0f);
    int p = 0;
    for (; p + 3 < inner; p += 4) {
      int from = bAt + p * columns;
      int i = 0;
      for (; i + 3 < rows; i += 4) {
        add4x4(a, aAt + i * aRow + p, aRow, b, from, c, cAt + i * columns, columns);
      }
      for (; i < rows; i++) {
        int at = aAt + i * aRow + p;
        add4(a[at], a[at + 1], a[at + 2], a[at + 3], b, from, c, cAt + i * columns, columns);
      }
    }
    for (; p < inner; p++) {
      for (int i = 0; i < rows; i++) {
        add1(a[aAt + i * aRow + p], b, bAt + p * columns, c, cAt + i * columns, columns);
      }
    }
  }

  private static void add4x4(
      float[] a, int aAt, int aRow, float[] b, int bAt, float[] c, int cAt, int n) {
    FloatVector a00 = FloatVector.broadcast(SPECIES, a[aAt]);
    FloatVector a01 = FloatVector.broadcast(SPECIES, a[aAt + 1]);
    FloatVector a02 = FloatVector.broadcast(SPECIES, a[aAt + 2]);
    FloatVector a03 = FloatVector.broadcast(SPECIES, a[aAt + 3]);
    FloatVector a10 = FloatVector.broadcast(SPECIES, a[aAt + aRow]);
    FloatVector a11 = FloatVector.broadcast(SPECIES, a[aAt + aRow + 1]);
    FloatVector a12 = FloatVector.broadcast(SPECIES, a[aAt + aRow + 2]);
    FloatVector a13 = FloatVector.broadcast(SPECIES, a[aAt + aRow + 3]);
    FloatVector a20 = FloatVector.broadcast(SPECIES, a[aAt + 2 * aRow]);
    FloatVector a21 = FloatVector.broadcast(SPECIES, a[aAt + 2 * aRow + 1]);
    FloatVector a22 = FloatVector.broadcast(SPECIES, a[aAt + 2 * aRow + 2]);
    FloatVector a23 = FloatVector.broadcast(SPECIES, a[aAt + 2 * aRow + 3]);
    FloatVector a30 = FloatVector.broadcast(SPECIES, a[aAt + 3 * aRow]);
    FloatVector a31 = FloatVector.broadcast(SPECIES, a[aAt + 3 * aRow + 1]);
    FloatVector a32 = FloatVector.broadcast(SPECIES, a[aAt + 3 * aRow + 2]);
    FloatVector a33 = FloatVector.broadcast(SPECIES, a[aAt + 3 * aRow + 3]);
    for (int j = 0; j < n; j += LANES) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt + j);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + n + j);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, bAt + 2 * n + j);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, bAt + 3 * n + j);
      FloatVector c0 = FloatVector.fromArray(SPECIES, c, cAt + j);
      a03.fma(b3, a02.fma(b2, a01.fma(b1, a00.fma(b0, c0)))).intoArray(c, cAt + j);
      FloatVector c1 = FloatVector.fromArray(SPECIES, c, cAt + n + j);
      a13.fma(b3, a12.fma(b2, a11.fma(b1, a10.fma(b0, c1)))).intoArray(c, cAt + n + j);
      FloatVector c2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * n + j);
      a23.fma(b3, a22.fma(b2, a21.fma(b1, a20.fma(b0, c2)))).intoArray(c, cAt + 2 * n + j);
      FloatVector c3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * n + j);
      a33.fma(b3, a32.fma(b2, a31.fma(b1, a30.fma(b0, c3)))).intoArray(c, cAt + 3 * n + j);
    }
  }

  private static void add4(
      float x0, float x1, float x2, float x3, float[] b, int bAt, float[] c, int cAt, int n) {
    FloatVector y0 = FloatVector.broadcast(SPECIES, x0);
    FloatVector y1 = FloatVector.broadcast(SPECIES, x1);
    FloatVector y2 = FloatVector.broadcast(SPECIES, x2);
    FloatVector y3 = FloatVector.broadcast(SPECIES, x3);
    for (int j = 0; j < n; j += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, c, cAt + j);
      sum = y0.fma(FloatVector.fromArray(SPECIES, b, bAt + j), sum);
      sum = y1.fma(FloatVector.fromArray(SPECIES, b, bAt + n + j), sum);
      sum = y2.fma(FloatVector.fromArray(SPECIES, b, bAt + 2 * n + j), sum);
      sum = y3.fma(FloatVector.fromArray(SPECIES, b, bAt + 3 * n + j), sum);
      sum.intoArray(c, cAt + j);
    }
  }

  private static void add1(float x, float[] b, int bAt, float[] c, int cAt, int n) {
    FloatVector y = FloatVector.broadcast(SPECIES, x);
    for (int j = 0; j < n; j += LANES) {
      y.fma(FloatVector.fromArray(SPECIES, b, bAt + j), FloatVector.fromArray(SPECIES, c, cAt + j))
          .intoArray(c, cAt + j);
    }
  }

  @Override
  public void dots(
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int inner,
      float[] c,
      int cAt,
      int rows,
      int columns,
      float[] chains) {
    int whole = inner - inner % CHAINS;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int x = aAt + i * inner;
        int y = bAt + j * inner;
        for (int chain = 0; chain < CHAINS; chain += LANES) {
          FloatVector sum = FloatVector.zero(SPECIES);
          for (int p = chain; p < whole; p += CHAINS) {
            sum =
                FloatVector.fromArray(SPECIES, a, x + p)
                    .fma(FloatVector.fromArray(SPECIES, b, y + p), sum);
          }
          sum.intoArray(chains, chain);
        }
        for (int p = whole; p < inner; p++) {
          chains[p - whole] = Math.fma(a[x + p], b[y + p], chains[p - whole]);
        }
        c[cAt + i * columns + j] = Tiles.tree(chains);
      }
    }
  }
}
