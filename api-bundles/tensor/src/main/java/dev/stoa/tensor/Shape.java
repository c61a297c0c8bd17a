package dev.stoa.tensor;

import java.util.Arrays;

/**
 * Extents of a tensor, row-major; immutable. The empty shape is that of a scalar.
 *
 * <p>The first extent may be bounded: it is the capacity then, and a run has from none to that many
 * rows; those beyond the run's length do not exist. All bounded tensors of a graph have one
 * capacity and one length. Sizes and strides are those of the capacity.
 */
public final class Shape {
  /** The shape of a scalar. */
  public static final Shape SCALAR = new Shape(new int[0], false);

  private final int[] extents;
  private final boolean bounded;

  private Shape(int[] extents, boolean bounded) {
    this.extents = extents;
    this.bounded = bounded;
  }

  /**
   * A shape.
   *
   * @throws ShapeException for a negative extent or more than 2^31 - 1 elements
   */
  public static Shape of(int... extents) {
    long size = 1;
    for (int extent : extents) {
      if (extent < 0) {
        throw new ShapeException("negative extent in shape " + Arrays.toString(extents));
      }
      size *= extent;
      if (size > Integer.MAX_VALUE) {
        throw new ShapeException("too many elements in shape " + Arrays.toString(extents));
      }
    }
    return extents.length == 0 ? SCALAR : new Shape(extents.clone(), false);
  }

  /**
   * A shape whose first axis is bounded.
   *
   * @param capacity most rows
   * @param row extents of a row
   * @throws ShapeException as {@link #of}
   */
  public static Shape bounded(int capacity, int... row) {
    int[] extents = new int[row.length + 1];
    extents[0] = capacity;
    System.arraycopy(row, 0, extents, 1, row.length);
    return new Shape(of(extents).extents, true);
  }

  /** Whether the first axis is bounded. */
  public boolean isBounded() {
    return bounded;
  }

  /** The same extents, the first one not bounded. */
  public Shape unbounded() {
    return bounded ? new Shape(extents, false) : this;
  }

  /** Other extents, the first one bounded if that of this shape is. */
  Shape like(int... others) {
    return new Shape(of(others).extents, bounded);
  }

  /** Number of axes. */
  public int rank() {
    return extents.length;
  }

  /** Extent of an axis; a negative axis counts from the end. */
  public int extent(int axis) {
    return extents[axis(axis)];
  }

  /**
   * An axis counted from the front.
   *
   * @throws ShapeException when there is no such axis
   */
  public int axis(int axis) {
    int counted = axis < 0 ? axis + extents.length : axis;
    if (counted < 0 || counted >= extents.length) {
      throw new ShapeException("axis " + axis + " of shape " + this);
    }
    return counted;
  }

  /** Number of elements. */
  public int size() {
    int size = 1;
    for (int extent : extents) {
      size *= extent;
    }
    return size;
  }

  /** The extents; a copy. */
  public int[] extents() {
    return extents.clone();
  }

  /** Elements between neighbours along each axis, row-major. */
  public int[] strides() {
    int[] strides = new int[extents.length];
    int stride = 1;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= extents[axis];
    }
    return strides;
  }

  /**
   * The common shape of two, by the usual rule: aligned at the last axis, an extent of 1 (or a
   * missing axis) stretches. A bounded axis does not stretch, and meets only its like.
   *
   * @throws ShapeException naming both, when they do not fit
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] result = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.extents[a.rank() - i] : 1;
      int y = i <= b.rank() ? b.extents[b.rank() - i] : 1;
      if (x != y && x != 1 && y != 1 || !meets(a, i, y, b) || !meets(b, i, x, a)) {
        throw new ShapeException("shapes " + a + " and " + b + " do not broadcast");
      }
      result[rank - i] = x == 1 ? y : x;
    }
    return a.bounded ? a.like(result) : b.like(result);
  }

  /** Whether a bounded axis, if it is this one, may meet an extent of another shape. */
  private static boolean meets(Shape shape, int fromEnd, int extent, Shape other) {
    if (!shape.bounded || fromEnd != shape.rank()) {
      return true;
    }
    boolean same = other.bounded && other.rank() == shape.rank();
    return same ? extent == shape.extents[0] : extent == 1 && other.rank() <= shape.rank();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that
        && bounded == that.bounded
        && Arrays.equals(extents, that.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents) * 2 + (bounded ? 1 : 0);
  }

  @Override
  public String toString() {
    String plain = Arrays.toString(extents);
    return bounded ? "[<=" + plain.substring(1) : plain;
  }
}
