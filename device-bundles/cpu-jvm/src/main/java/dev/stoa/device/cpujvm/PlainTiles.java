package dev.stoa.device.cpujvm;

import java.util.Arrays;

/** Blocks of products in plain loops, for virtual machines without vectors: the same bits. */
final class PlainTiles implements Tiles {
  private static final int WIDTH = 64;
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
      int columns) {
    for (int i = 0; i < rows; i++) {
      int to = cAt + i * cRow;
      Arrays.fill(c, to, to + columns, 0f);
      for (int p = 0; p < inner; p++) {
        add(a[aAt + i * aRow + p * aInner], b, bAt + p * bRow, c, to, columns);
      }
    }
  }

  private static void add(float x, float[] b, int from, float[] c, int to, int n) {
    for (int j = 0; j < n; j++) {
      c[to + j] = Math.fma(x, b[from + j], c[to + j]);
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
