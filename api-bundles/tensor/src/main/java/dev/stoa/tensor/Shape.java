package dev.stoa.tensor;

import java.util.Arrays;

/** Extents of a tensor, row-major; immutable. The empty shape is that of a scalar. */
public final class Shape {
  /** The shape of a scalar. */
  public static final Shape SCALAR = new Shape(new int[0]);

  private final int[] extents;

  private Shape(int[] extents) {
    this.extents = extents;
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
    return extents.length == 0 ? SCALAR : new Shape(extents.clone());
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
   * missing axis) stretches.
   *
   * @throws ShapeException naming both, when they do not fit
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] result = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.extents[a.rank() - i] : 1;
      int y = i <= b.rank() ? b.extents[b.rank() - i] : 1;
      if (x != y && x != 1 && y != 1) {
        throw new ShapeException("shapes " + a + " and " + b + " do not broadcast");
      }
      result[rank - i] = x == 1 ? y : x;
    }
    return of(result);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(extents, that.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  @Override
  public String toString() {
    return Arrays.toString(extents);
  }
}
