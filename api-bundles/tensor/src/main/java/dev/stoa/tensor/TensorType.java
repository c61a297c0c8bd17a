package dev.stoa.tensor;

import java.util.Objects;

/**
 * Element type and shape.
 *
 * @param dataType element type
 * @param shape extents
 */
public record TensorType(DataType dataType, Shape shape) {
  /** Checks that both are there. */
  public TensorType {
    Objects.requireNonNull(dataType, "dataType");
    Objects.requireNonNull(shape, "shape");
  }

  /** A type from its extents. */
  public static TensorType of(DataType dataType, int... extents) {
    return new TensorType(dataType, Shape.of(extents));
  }

  /** A type whose first axis is bounded, from the capacity and the extents of a row. */
  public static TensorType bounded(DataType dataType, int capacity, int... row) {
    return new TensorType(dataType, Shape.bounded(capacity, row));
  }

  /** Whether the first axis is bounded. */
  public boolean isBounded() {
    return shape.isBounded();
  }

  /** The same, the first axis not bounded: what a buffer holds. */
  public TensorType unbounded() {
    return isBounded() ? new TensorType(dataType, shape.unbounded()) : this;
  }

  /**
   * The type of so many of these along a new first axis.
   *
   * @throws ShapeException when this is bounded: a bounded axis is the first
   */
  public TensorType stacked(int length) {
    if (isBounded()) {
      throw new ShapeException(
          "no axis of " + length + " can be put before the bounded one of " + this);
    }
    int[] extents = new int[shape.rank() + 1];
    extents[0] = length;
    System.arraycopy(shape.extents(), 0, extents, 1, shape.rank());
    return of(dataType, extents);
  }

  /** Bytes of all elements. */
  public long bytes() {
    return (long) shape.size() * dataType.bytes();
  }

  @Override
  public String toString() {
    return dataType + shape.toString();
  }
}
