package dev.stoa.device.compiler.loops;

import dev.stoa.tensor.Operation.Reduction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Ends of folds on Java's vectors: the sums, element by element, are those of {@link Support}. */
public final class VectorFolds {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int NAN = Float.floatToRawIntBits(Float.NaN);
  private static final int LANES = SPECIES.length();

  /** 0, 1, 2 ..., one number for each lane. */
  static final float[] POSITIONS = new float[LANES];

  static {
    for (int i = 0; i < LANES; i++) {
      POSITIONS[i] = i;
    }
  }

  private VectorFolds() {}

  /** Lanes of a vector of float32. */
  public static int lanes() {
    return LANES;
  }

  /**
   * As {@link Support#max(float[])}, whose 15 comparisons one by one take 30 ns. Taken of whole
   * numbers that are ordered as the float32 are, with not-a-number above all: the order in which
   * lanes meet cannot be seen.
   */
  static float max(float[] s) {
    return max(s, false);
  }

  /** As {@link Support#min(float[])}. */
  static float min(float[] s) {
    return -max(s, true);
  }

  private static float max(float[] s, boolean negative) {
    FloatVector all = load(s, 0, negative);
    for (int i = LANES; i < Nest.SUMS; i += LANES) {
      all = all.max(load(s, i, negative));
    }
    IntVector bits = all.reinterpretAsInts();
    IntVector ordered =
        bits.lanewise(VectorOperators.ASHR, 31)
            .lanewise(VectorOperators.AND, Integer.MAX_VALUE)
            .lanewise(VectorOperators.XOR, bits);
    VectorMask<Integer> nan = all.compare(VectorOperators.NE, all).cast(INTS);
    int most = ordered.blend(NAN, nan).reduceLanes(VectorOperators.MAX);
    return Float.intBitsToFloat(most ^ (most >> 31 & Integer.MAX_VALUE));
  }

  private static FloatVector load(float[] from, int at, boolean negative) {
    FloatVector vector = FloatVector.fromArray(SPECIES, from, at);
    return negative ? vector.neg() : vector;
  }

  /** Folds 16 rows of sums as a tree and writes the last row out. */
  static void columns(float[] room, int inside, float[] out, int at, int kind) {
    if (kind == Reduction.SUM.ordinal()) {
      for (int rows = Nest.SUMS / 2; rows > 0; rows /= 2) {
        add(room, rows * inside);
      }
      System.arraycopy(room, 0, out, at, inside);
    } else {
      Support.columns(room, inside, out, at, kind);
    }
  }

  private static void add(float[] room, int n) {
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      FloatVector.fromArray(SPECIES, room, i)
          .add(FloatVector.fromArray(SPECIES, room, i + n))
          .intoArray(room, i);
    }
    for (; i < n; i++) {
      room[i] += room[i + n];
    }
  }
}
