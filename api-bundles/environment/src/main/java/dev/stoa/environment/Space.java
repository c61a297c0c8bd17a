package dev.stoa.environment;

import java.util.Arrays;

/**
 * What an observation or an action may be. A batch of points lies flat in one array: {@code
 * float[]} for a {@link Box}, {@code int[]} for a {@link Discrete}.
 */
public sealed interface Space {
  /** Numbers per point in a flat array. */
  int flatSize();

  /**
   * Whole numbers 0 to {@code n - 1}.
   *
   * @param n at least 1
   */
  record Discrete(int n) implements Space {
    /** Checks the count. */
    public Discrete {
      if (n < 1) {
        throw new IllegalArgumentException("a discrete space has at least one point, got " + n);
      }
    }

    @Override
    public int flatSize() {
      return 1;
    }

    @Override
    public String toString() {
      return "Discrete(" + n + ")";
    }
  }

  /** Real vectors (or arrays, row-major) with bounds per element; a bound may be infinite. */
  final class Box implements Space {
    private final int[] shape;
    private final float[] low;
    private final float[] high;

    /**
     * A box.
     *
     * @param low lower bounds, one per element
     * @param high upper bounds, one per element
     * @param shape extents; without any the box is one-dimensional
     */
    public Box(float[] low, float[] high, int... shape) {
      this.low = low.clone();
      this.high = high.clone();
      this.shape = shape.length == 0 ? new int[] {low.length} : shape.clone();
      int size = 1;
      for (int extent : this.shape) {
        size *= extent;
      }
      if (low.length != high.length || low.length != size) {
        throw new IllegalArgumentException(
            "box of shape "
                + Arrays.toString(this.shape)
                + " needs "
                + size
                + " bounds, got "
                + low.length
                + " lower and "
                + high.length
                + " upper");
      }
    }

    /** Lower bounds, one per element; a copy. */
    public float[] low() {
      return low.clone();
    }

    /** Upper bounds, one per element; a copy. */
    public float[] high() {
      return high.clone();
    }

    /** Extents; a copy. */
    public int[] shape() {
      return shape.clone();
    }

    @Override
    public int flatSize() {
      return low.length;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Box that
          && Arrays.equals(shape, that.shape)
          && Arrays.equals(low, that.low)
          && Arrays.equals(high, that.high);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(shape) + 31 * Arrays.hashCode(low) + 17 * Arrays.hashCode(high);
    }

    @Override
    public String toString() {
      return "Box("
          + Arrays.toString(low)
          + ", "
          + Arrays.toString(high)
          + ", "
          + Arrays.toString(shape)
          + ")";
    }
  }
}
