package dev.stoa.device.compiler;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Four products of a row with a small matrix at a time, whose sums stay in registers: the chains of
 * one alone would wait for each other. Arguments are those of {@link Tiles#each}.
 */
final class EachTiles {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private EachTiles() {}

  /** By one vector of columns. */
  static void each4x1(
      float[] a, int aAt, float[] b, int bAt, int inner, float[] c, int cAt, int columns) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    int a1 = aAt + inner;
    int a2 = a1 + inner;
    int a3 = a2 + inner;
    int b1 = bAt + inner * columns;
    int b2 = b1 + inner * columns;
    int b3 = b2 + inner * columns;
    for (int p = 0; p < inner; p++) {
      int q = p * columns;
      FloatVector x = FloatVector.broadcast(SPECIES, a[aAt + p]);
      c00 = FloatVector.fromArray(SPECIES, b, bAt + q).fma(x, c00);
      x = FloatVector.broadcast(SPECIES, a[a1 + p]);
      c10 = FloatVector.fromArray(SPECIES, b, b1 + q).fma(x, c10);
      x = FloatVector.broadcast(SPECIES, a[a2 + p]);
      c20 = FloatVector.fromArray(SPECIES, b, b2 + q).fma(x, c20);
      x = FloatVector.broadcast(SPECIES, a[a3 + p]);
      c30 = FloatVector.fromArray(SPECIES, b, b3 + q).fma(x, c30);
    }
    c00.intoArray(c, cAt);
    c10.intoArray(c, cAt + columns);
    c20.intoArray(c, cAt + 2 * columns);
    c30.intoArray(c, cAt + 3 * columns);
  }

  /** By two vectors of columns, the second one {@code next} columns after the first one. */
  static void each4x2(
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int inner,
      float[] c,
      int cAt,
      int columns,
      int next) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    int a1 = aAt + inner;
    int a2 = a1 + inner;
    int a3 = a2 + inner;
    int b1 = bAt + inner * columns;
    int b2 = b1 + inner * columns;
    int b3 = b2 + inner * columns;
    for (int p = 0; p < inner; p++) {
      int q = p * columns;
      FloatVector x = FloatVector.broadcast(SPECIES, a[aAt + p]);
      c00 = FloatVector.fromArray(SPECIES, b, bAt + q).fma(x, c00);
      c01 = FloatVector.fromArray(SPECIES, b, bAt + q + next).fma(x, c01);
      x = FloatVector.broadcast(SPECIES, a[a1 + p]);
      c10 = FloatVector.fromArray(SPECIES, b, b1 + q).fma(x, c10);
      c11 = FloatVector.fromArray(SPECIES, b, b1 + q + next).fma(x, c11);
      x = FloatVector.broadcast(SPECIES, a[a2 + p]);
      c20 = FloatVector.fromArray(SPECIES, b, b2 + q).fma(x, c20);
      c21 = FloatVector.fromArray(SPECIES, b, b2 + q + next).fma(x, c21);
      x = FloatVector.broadcast(SPECIES, a[a3 + p]);
      c30 = FloatVector.fromArray(SPECIES, b, b3 + q).fma(x, c30);
      c31 = FloatVector.fromArray(SPECIES, b, b3 + q + next).fma(x, c31);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + next);
    c10.intoArray(c, cAt + columns);
    c11.intoArray(c, cAt + columns + next);
    c20.intoArray(c, cAt + 2 * columns);
    c21.intoArray(c, cAt + 2 * columns + next);
    c30.intoArray(c, cAt + 3 * columns);
    c31.intoArray(c, cAt + 3 * columns + next);
  }
}
