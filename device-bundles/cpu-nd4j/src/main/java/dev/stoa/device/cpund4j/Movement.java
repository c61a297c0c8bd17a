package dev.stoa.device.cpund4j;

import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.TensorType;
import java.util.List;

/** Operations that only move elements. */
final class Movement {
  private Movement() {}

  private static Kernel copy(StridedCopy pattern, int operand, NativeArray to) {
    return values -> pattern.run(values[operand], to);
  }

  static Kernel broadcast(TensorType from, TensorType type, int operand, NativeArray to) {
    Shape target = type.shape();
    int[] strides = new int[target.rank()];
    int[] own = from.shape().strides();
    int missing = target.rank() - from.shape().rank();
    for (int axis = missing; axis < target.rank(); axis++) {
      strides[axis] = from.shape().extent(axis - missing) == 1 ? 0 : own[axis - missing];
    }
    return copy(dense(type, 0, strides), operand, to);
  }

  static Kernel transpose(
      Operation.Transpose operation,
      TensorType from,
      TensorType type,
      int operand,
      NativeArray to) {
    int[] own = from.shape().strides();
    int[] strides = operation.permutation().stream().mapToInt(axis -> own[axis]).toArray();
    return copy(dense(type, 0, strides), operand, to);
  }

  static Kernel slice(
      Operation.Slice operation, TensorType from, TensorType type, int operand, NativeArray to) {
    int[] strides = from.shape().strides();
    return copy(dense(type, offset(operation.start(), strides), strides), operand, to);
  }

  private static StridedCopy dense(TensorType to, int first, int[] fromStrides) {
    return new StridedCopy(
        to.dataType().bytes(), to.shape().extents(), first, fromStrides, 0, to.shape().strides());
  }

  /** Zeros around the operand: the array holds zeros, and nothing else writes there. */
  static Kernel pad(
      Operation.Pad operation, TensorType from, TensorType type, int operand, NativeArray to) {
    int[] strides = type.shape().strides();
    StridedCopy inside =
        new StridedCopy(
            from.dataType().bytes(),
            from.shape().extents(),
            0,
            from.shape().strides(),
            offset(operation.before(), strides),
            strides);
    return copy(inside, operand, to);
  }

  private static int offset(List<Integer> start, int[] strides) {
    int offset = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      offset += start.get(axis) * strides[axis];
    }
    return offset;
  }

  static Kernel concatenate(
      Operation.Concatenate operation,
      List<TensorType> parts,
      TensorType type,
      List<Integer> operands,
      NativeArray to) {
    int[] strides = type.shape().strides();
    StridedCopy[] patterns = new StridedCopy[parts.size()];
    int[] nodes = operands.stream().mapToInt(Integer::intValue).toArray();
    int at = 0;
    for (int i = 0; i < patterns.length; i++) {
      Shape part = parts.get(i).shape();
      patterns[i] =
          new StridedCopy(
              type.dataType().bytes(),
              part.extents(),
              0,
              part.strides(),
              at * strides[operation.axis()],
              strides);
      at += part.extent(operation.axis());
    }
    return values -> {
      for (int i = 0; i < patterns.length; i++) {
        patterns[i].run(values[nodes[i]], to);
      }
    };
  }

  /** Rows by index; an index outside is clamped. Rows of nothing stay zero. */
  static Kernel gather(TensorType from, int operand, int indices, NativeArray to) {
    int rows = from.shape().extent(0);
    int row = rows == 0 ? 0 : from.shape().size() / rows;
    if (row == 0) {
      return values -> {};
    }
    int count = to.size() / row;
    int width = from.dataType().bytes();
    if (row == 1 && width == Integer.BYTES) {
      return values -> {
        for (int i = 0; i < count; i++) {
          to.ints.put(i, values[operand].ints.get(clamp(values[indices].ints.get(i), rows)));
        }
      };
    }
    int bytes = row * width;
    return values -> {
      for (int i = 0; i < count; i++) {
        int at = clamp(values[indices].ints.get(i), rows);
        to.bytes.put(i * bytes, values[operand].bytes, at * bytes, bytes);
      }
    };
  }

  private static int clamp(int index, int rows) {
    return Math.max(0, Math.min(rows - 1, index));
  }
}
