package dev.stoa.device.cpujvm.loops;

import dev.stoa.tensor.Operation.Reduction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Ends of folds on Java's vectors: the sums, element by element, are those of {@link Support}. */
public final class VectorFolds {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private VectorFolds() {}

  /** Lanes of a vector of float32. */
  public static int lanes() {
    return LANES;
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
