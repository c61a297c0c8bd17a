package dev.stoa.device.compiler;

import java.util.Arrays;

/** Blocks of products in plain loops, for virtual machines without vectors: the same bits. */
final class PlainTiles implements Tiles {
  private static final int WIDTH = 64;

  /** Rows of the left matrix that one copy of rows of the right one serves. */
  private static final int ROWS = 16;

  /** Rows of the right matrix that are taken at once. */
  private static final int DEEP = 4;

  private static final int CHAINS = 16;

  @Override
  public boolean vectors() {
    return false;
  }

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public float[][] room() {
    return new float[ROWS + DEEP][WIDTH];
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
    for (int i = 0; i < rows; i += ROWS) {
      int here = Math.min(ROWS, rows - i);
      for (int r = 0; r < here; r++) {
        Arrays.fill(room[r], 0f);
      }
      int from = aAt + i * aRow;
      for (int p = 0; p < inner; p += DEEP) {
        int deep = Math.min(DEEP, inner - p);
        for (int q = 0; q < deep; q++) {
          System.arraycopy(b, bAt + (p + q) * bRow, room[ROWS + q], 0, columns);
        }
        for (int r = 0; r < here; r++) {
          add(a, from + r * aRow + p * aInner, aInner, deep, room, room[r]);
        }
      }
      for (int r = 0; r < here; r++) {
        System.arraycopy(room[r], 0, c, cAt + (i + r) * cRow, columns);
      }
    }
  }

  private static void add(float[] a, int at, int step, int deep, float[][] room, float[] sum) {
    if (deep == DEEP) {
      add(
          a[at],
          a[at + step],
          a[at + 2 * step],
          a[at + 3 * step],
          room[ROWS],
          room[ROWS + 1],
          room[ROWS + 2],
          room[ROWS + 3],
          sum);
    } else {
      for (int q = 0; q < deep; q++) {
        add(a[at + q * step], room[ROWS + q], sum);
      }
    }
  }

  /** All arrays are indexed alike: the compiler makes vector instructions of it. */
  private static void add(
      float x0,
      float x1,
      float x2,
      float x3,
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      float[] sum) {
    for (int j = 0; j < WIDTH; j++) {
      float first = Math.fma(x1, b1[j], Math.fma(x0, b0[j], sum[j]));
      sum[j] = Math.fma(x3, b3[j], Math.fma(x2, b2[j], first));
    }
  }

  private static void add(float x, float[] row, float[] sum) {
    for (int j = 0; j < WIDTH; j++) {
      sum[j] = Math.fma(x, row[j], sum[j]);
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
    for (int j = 0; j < columns; j += WIDTH) {
      int here = Math.min(WIDTH, columns - j);
      int to = cAt + j;
      panel(a, aAt, aRow, 1, b, bAt + j, columns, inner, c, to, columns, rows, here, room);
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
    for (int z = 0; z < count; z++) {
      int from = aAt + z * inner;
      int with = bAt + z * inner * columns;
      int to = cAt + z * columns;
      panel(a, from, inner, 1, b, with, columns, inner, c, to, columns, 1, columns, room);
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
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int x = aAt + i * inner;
        int y = bAt + j * inner;
        Arrays.fill(chains, 0f);
        for (int p = 0; p < inner; p++) {
          int chain = p % CHAINS;
          chains[chain] = Math.fma(a[x + p], b[y + p], chains[chain]);
        }
        c[cAt + i * columns + j] = Tiles.tree(chains);
      }
    }
  }
}
