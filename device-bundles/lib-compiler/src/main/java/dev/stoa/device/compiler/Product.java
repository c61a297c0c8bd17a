package dev.stoa.device.compiler;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.TensorType;

/**
 * The shapes of a batched matrix product {@code [batches, rows, inner] x [batches, inner,
 * columns]}, row-major. Of an axis with a bound these are the capacities.
 *
 * @param type of all three, float32 or float64
 * @param leftTransposed whether the left matrices lie as {@code [inner, rows]}
 * @param rightTransposed whether the right matrices lie as {@code [columns, inner]}
 */
public record Product(
    DataType type,
    int batches,
    int rows,
    int inner,
    int columns,
    boolean leftTransposed,
    boolean rightTransposed) {

  static Product of(Operation.Dot dot, Shape left, TensorType result) {
    int rows = result.shape().extent(-2);
    int columns = result.shape().extent(-1);
    int inner = left.extent(dot.transposeLeft() ? -2 : -1);
    int size = result.shape().size();
    int batches = size == 0 ? 0 : size / (rows * columns);
    return new Product(
        result.dataType(),
        batches,
        rows,
        inner,
        columns,
        dot.transposeLeft(),
        dot.transposeRight());
  }
}
