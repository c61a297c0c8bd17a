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

  static Kernel reverse(Operation.Reverse operation, TensorType type, int operand, NativeArray to) {
    int[] strides = type.shape().strides();
    int first = 0;
    for (int axis : operation.axes()) {
      first += Math.max(0, type.shape().extent(axis) - 1) * strides[axis];
      strides[axis] = -strides[axis];
    }
    return copy(dense(type, first, strides), operand, to);
  }

  static Kernel dynamicSlice(
      TensorType from, TensorType type, int operand, int start, NativeArray to) {
    StridedCopy pattern = dense(type, 0, from.shape().strides());
    return values ->
        pattern.run(values[operand], shift(values[start], from.shape(), type.shape()), to, 0);
  }

  static Kernel dynamicUpdate(
      TensorType part, TensorType type, int operand, int with, int start, NativeArray to) {
    StridedCopy pattern =
        new StridedCopy(
            part.dataType().bytes(),
            part.shape().extents(),
            0,
            part.shape().strides(),
            0,
            type.shape().strides());
    return values -> {
      to.copyFrom(values[operand]);
      pattern.run(values[with], 0, to, shift(values[start], type.shape(), part.shape()));
    };
  }

  /** The element at which a part begins that is moved into range. */
  private static int shift(NativeArray start, Shape large, Shape part) {
    int shift = 0;
    int stride = 1;
    for (int axis = large.rank() - 1; axis >= 0; axis--) {
      int last = large.extent(axis) - part.extent(axis);
      shift += Math.max(0, Math.min(last, start.ints.get(axis))) * stride;
      stride *= large.extent(axis);
    }
    return shift;
  }

  /** Rows replaced in index order; an index outside is dropped. */
  static Kernel scatterSet(
      TensorType type, int operand, int indices, int rows, int count, NativeArray to) {
    int targets = type.shape().extent(0);
    int bytes = targets == 0 ? 0 : type.shape().size() / targets * type.dataType().bytes();
    return values -> {
      to.copyFrom(values[operand]);
      for (int i = 0; i < count; i++) {
        int target = values[indices].ints.get(i);
        if (target >= 0 && target < targets) {
          to.bytes.put(target * bytes, values[rows].bytes, i * bytes, bytes);
        }
      }
    };
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
