package dev.stoa.device.compiler;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Blocks of rows by vectors whose sums stay in registers: each method computes {@code c = a x b}
 * for its number of rows and vectors, with the arguments of {@link Tiles#panel}. Of two vectors the
 * second one stands {@code next} columns after the first one: where a row is no whole vectors, they
 * overlap, and what both compute is the same.
 */
final class RegisterTiles {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private RegisterTiles() {}

  static void tile4x4(
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
      int cRow) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c23 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c32 = FloatVector.zero(SPECIES);
    FloatVector c33 = FloatVector.zero(SPECIES);
    int a1 = aAt + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    for (int p = 0; p < inner; p++) {
      int at = bAt + p * bRow;
      int q = p * aInner;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * LANES);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, at + 3 * LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[aAt + q]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = FloatVector.broadcast(SPECIES, a[a1 + q]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      x = FloatVector.broadcast(SPECIES, a[a2 + q]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      c23 = x.fma(b3, c23);
      x = FloatVector.broadcast(SPECIES, a[a3 + q]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      c33 = x.fma(b3, c33);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + LANES);
    c02.intoArray(c, cAt + 2 * LANES);
    c03.intoArray(c, cAt + 3 * LANES);
    c10.intoArray(c, cAt + cRow);
    c11.intoArray(c, cAt + cRow + LANES);
    c12.intoArray(c, cAt + cRow + 2 * LANES);
    c13.intoArray(c, cAt + cRow + 3 * LANES);
    c20.intoArray(c, cAt + 2 * cRow);
    c21.intoArray(c, cAt + 2 * cRow + LANES);
    c22.intoArray(c, cAt + 2 * cRow + 2 * LANES);
    c23.intoArray(c, cAt + 2 * cRow + 3 * LANES);
    c30.intoArray(c, cAt + 3 * cRow);
    c31.intoArray(c, cAt + 3 * cRow + LANES);
    c32.intoArray(c, cAt + 3 * cRow + 2 * LANES);
    c33.intoArray(c, cAt + 3 * cRow + 3 * LANES);
  }

  /**
   * Goes on from sums, which are those that the product holds. They come as arguments of their own:
   * loading them from what is stored to at the end makes the compiler's code half as fast.
   */
  static void more4x4(
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
      float[] s,
      int sAt,
      int sRow) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, s, sAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, s, sAt + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, s, sAt + 2 * LANES);
    FloatVector c03 = FloatVector.fromArray(SPECIES, s, sAt + 3 * LANES);
    FloatVector c10 = FloatVector.fromArray(SPECIES, s, sAt + sRow);
    FloatVector c11 = FloatVector.fromArray(SPECIES, s, sAt + sRow + LANES);
    FloatVector c12 = FloatVector.fromArray(SPECIES, s, sAt + sRow + 2 * LANES);
    FloatVector c13 = FloatVector.fromArray(SPECIES, s, sAt + sRow + 3 * LANES);
    FloatVector c20 = FloatVector.fromArray(SPECIES, s, sAt + 2 * sRow);
    FloatVector c21 = FloatVector.fromArray(SPECIES, s, sAt + 2 * sRow + LANES);
    FloatVector c22 = FloatVector.fromArray(SPECIES, s, sAt + 2 * sRow + 2 * LANES);
    FloatVector c23 = FloatVector.fromArray(SPECIES, s, sAt + 2 * sRow + 3 * LANES);
    FloatVector c30 = FloatVector.fromArray(SPECIES, s, sAt + 3 * sRow);
    FloatVector c31 = FloatVector.fromArray(SPECIES, s, sAt + 3 * sRow + LANES);
    FloatVector c32 = FloatVector.fromArray(SPECIES, s, sAt + 3 * sRow + 2 * LANES);
    FloatVector c33 = FloatVector.fromArray(SPECIES, s, sAt + 3 * sRow + 3 * LANES);
    int a1 = aAt + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    for (int p = 0; p < inner; p++) {
      int at = bAt + p * bRow;
      int q = p * aInner;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * LANES);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, at + 3 * LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[aAt + q]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
      x = FloatVector.broadcast(SPECIES, a[a1 + q]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      c13 = x.fma(b3, c13);
      x = FloatVector.broadcast(SPECIES, a[a2 + q]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      c23 = x.fma(b3, c23);
      x = FloatVector.broadcast(SPECIES, a[a3 + q]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      c33 = x.fma(b3, c33);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + LANES);
    c02.intoArray(c, cAt + 2 * LANES);
    c03.intoArray(c, cAt + 3 * LANES);
    c10.intoArray(c, cAt + cRow);
    c11.intoArray(c, cAt + cRow + LANES);
    c12.intoArray(c, cAt + cRow + 2 * LANES);
    c13.intoArray(c, cAt + cRow + 3 * LANES);
    c20.intoArray(c, cAt + 2 * cRow);
    c21.intoArray(c, cAt + 2 * cRow + LANES);
    c22.intoArray(c, cAt + 2 * cRow + 2 * LANES);
    c23.intoArray(c, cAt + 2 * cRow + 3 * LANES);
    c30.intoArray(c, cAt + 3 * cRow);
    c31.intoArray(c, cAt + 3 * cRow + LANES);
    c32.intoArray(c, cAt + 3 * cRow + 2 * LANES);
    c33.intoArray(c, cAt + 3 * cRow + 3 * LANES);
  }

  static void tile4x2(
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
      int next) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    int a1 = aAt + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    for (int p = 0; p < inner; p++) {
      int at = bAt + p * bRow;
      int q = p * aInner;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + next);
      FloatVector x = FloatVector.broadcast(SPECIES, a[aAt + q]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[a1 + q]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[a2 + q]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[a3 + q]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + next);
    c10.intoArray(c, cAt + cRow);
    c11.intoArray(c, cAt + cRow + next);
    c20.intoArray(c, cAt + 2 * cRow);
    c21.intoArray(c, cAt + 2 * cRow + next);
    c30.intoArray(c, cAt + 3 * cRow);
    c31.intoArray(c, cAt + 3 * cRow + next);
  }

  static void tile4x1(
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
      int cRow) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    int a1 = aAt + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    for (int p = 0; p < inner; p++) {
      int at = bAt + p * bRow;
      int q = p * aInner;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector x = FloatVector.broadcast(SPECIES, a[aAt + q]);
      c00 = x.fma(b0, c00);
      x = FloatVector.broadcast(SPECIES, a[a1 + q]);
      c10 = x.fma(b0, c10);
      x = FloatVector.broadcast(SPECIES, a[a2 + q]);
      c20 = x.fma(b0, c20);
      x = FloatVector.broadcast(SPECIES, a[a3 + q]);
      c30 = x.fma(b0, c30);
    }
    c00.intoArray(c, cAt);
    c10.intoArray(c, cAt + cRow);
    c20.intoArray(c, cAt + 2 * cRow);
    c30.intoArray(c, cAt + 3 * cRow);
  }

  static void tile1x4(
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
      int cRow) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    for (int p = 0; p < inner; p++) {
      int at = bAt + p * bRow;
      int q = p * aInner;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * LANES);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, at + 3 * LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[aAt + q]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      c03 = x.fma(b3, c03);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + LANES);
    c02.intoArray(c, cAt + 2 * LANES);
    c03.intoArray(c, cAt + 3 * LANES);
  }

  static void tile1x2(
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
      int next) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    for (int p = 0; p < inner; p++) {
      int at = bAt + p * bRow;
      int q = p * aInner;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + next);
      FloatVector x = FloatVector.broadcast(SPECIES, a[aAt + q]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + next);
  }

  static void tile1x1(
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
      int cRow) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    for (int p = 0; p < inner; p++) {
      int at = bAt + p * bRow;
      int q = p * aInner;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector x = FloatVector.broadcast(SPECIES, a[aAt + q]);
      c00 = x.fma(b0, c00);
    }
    c00.intoArray(c, cAt);
  }
}
