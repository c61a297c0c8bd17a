package dev.stoa.device.cpujvm;

import java.util.Arrays;

/** Blocks of products in plain loops, for virtual machines without vectors: the same bits. */
final class PlainTiles implements Tiles {
  private static final int WIDTH = 64;

  /** Rows of the left matrix that one copy of a row of the right one serves. */
  private static final int ROWS = 8;

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
    return new float[ROWS + 1][WIDTH];
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
    float[] row = room[ROWS];
    for (int i = 0; i < rows; i += ROWS) {
      int here = Math.min(ROWS, rows - i);
      for (int r = 0; r < here; r++) {
        Arrays.fill(room[r], 0f);
      }
      for (int p = 0; p < inner; p++) {
        System.arraycopy(b, bAt + p * bRow, row, 0, columns);
        int at = aAt + i * aRow + p * aInner;
        for (int r = 0; r < here; r++) {
          add(a[at + r * aRow], row, room[r]);
        }
      }
      for (int r = 0; r < here; r++) {
        System.arraycopy(room[r], 0, c, cAt + (i + r) * cRow, columns);
      }
    }
  }

  /** All arrays are indexed alike: the compiler makes vector instructions of it. */
  private static void add(float x, float[] row, float[] sum) {
    for (int j = 0; j < WIDTH; j++) {
      sum[j] = Math.fma(x, row[j], sum[j]);
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
