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

  /** The type of so many of these along a new first axis. */
  public TensorType stacked(int length) {
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
