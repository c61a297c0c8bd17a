package dev.stoa.device.compiler;

import dev.stoa.tensor.Shape;
import java.util.List;

/** Operations that only move elements, as strided copies. */
final class Layouts {
  private Layouts() {}

  static Step reverse(List<Integer> axes, Shape shape, Value in, Value out) {
    int[] strides = shape.strides();
    int first = 0;
    for (int axis : axes) {
      first += Math.max(0, shape.extent(axis) - 1) * strides[axis];
      strides[axis] = -strides[axis];
    }
    return new StridedCopy(in, first, strides, out, 0, shape.strides(), shape);
  }

  static Step dynamicSlice(Shape from, Shape part, Value in, Value start, Value out) {
    StridedCopy copy = new StridedCopy(in, 0, from.strides(), out, 0, part.strides(), part);
    return () -> copy.run(shift(start.ints(), from, part), 0);
  }

  static Step dynamicUpdate(Shape shape, Shape part, Value in, Value with, Value start, Value out) {
    StridedCopy copy = new StridedCopy(with, 0, part.strides(), out, 0, shape.strides(), part);
    return () -> {
      Elements.copy(in, out);
      copy.run(0, shift(start.ints(), shape, part));
    };
  }

  /** The element at which a part begins that is moved into range. */
  private static int shift(int[] start, Shape large, Shape part) {
    int shift = 0;
    int stride = 1;
    for (int axis = large.rank() - 1; axis >= 0; axis--) {
      int last = large.extent(axis) - part.extent(axis);
      shift += Math.max(0, Math.min(last, start[axis])) * stride;
      stride *= large.extent(axis);
    }
    return shift;
  }

  /** Copies a part into a larger tensor, where it begins at {@code start}. */
  static Step into(List<Integer> start, Shape part, Shape to, Value in, Value out) {
    return new StridedCopy(in, 0, part.strides(), out, offset(start, to), to.strides(), part);
  }

  private static int offset(List<Integer> start, Shape shape) {
    int offset = 0;
    for (int axis = 0; axis < start.size(); axis++) {
      offset += start.get(axis) * shape.strides()[axis];
    }
    return offset;
  }
}
