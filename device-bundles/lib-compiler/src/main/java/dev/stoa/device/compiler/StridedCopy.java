package dev.stoa.device.compiler;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Copies a block between two arrays in which it lies at different strides: broadcast, transpose,
 * slice, pad and concatenate are all this.
 */
final class StridedCopy implements Step {
  private final Value in;
  private final Value out;
  private final int inOffset;
  private final int outOffset;
  private final int[] extents;
  private final int[] inStrides;
  private final int[] outStrides;
  private final boolean empty;

  /** One axis: its extent and the elements between neighbours on both sides. */
  private record Axis(int extent, int inStride, int outStride) {}

  StridedCopy(
      Value in,
      int inOffset,
      int[] inStrides,
      Value out,
      int outOffset,
      int[] outStrides,
      Shape block) {
    this.in = in;
    this.out = out;
    this.inOffset = inOffset;
    this.outOffset = outOffset;
    this.empty = block.size() == 0;
    List<Axis> axes = merged(block.extents(), inStrides, outStrides);
    this.extents = axes.stream().mapToInt(Axis::extent).toArray();
    this.inStrides = axes.stream().mapToInt(Axis::inStride).toArray();
    this.outStrides = axes.stream().mapToInt(Axis::outStride).toArray();
  }

  /** Neighbouring axes that both sides walk through without a jump become one. */
  private static List<Axis> merged(int[] extents, int[] inStrides, int[] outStrides) {
    List<Axis> axes = new ArrayList<>();
    for (int i = 0; i < extents.length; i++) {
      if (extents[i] == 1) {
        continue;
      }
      Axis axis = new Axis(extents[i], inStrides[i], outStrides[i]);
      Axis last = axes.isEmpty() ? null : axes.get(axes.size() - 1);
      if (last != null
          && last.inStride() == axis.inStride() * axis.extent()
          && last.outStride() == axis.outStride() * axis.extent()) {
        axes.set(
            axes.size() - 1,
            new Axis(last.extent() * axis.extent(), axis.inStride(), axis.outStride()));
      } else {
        axes.add(axis);
      }
    }
    if (axes.isEmpty()) {
      axes.add(new Axis(1, 1, 1));
    }
    return axes;
  }

  @Override
  public void run() {
    if (!empty) {
      copy(0, inOffset, outOffset);
    }
  }

  /** As {@link #run}, with both blocks so many elements further on. */
  void run(int inShift, int outShift) {
    if (!empty) {
      copy(0, inOffset + inShift, outOffset + outShift);
    }
  }

  private void copy(int axis, int from, int to) {
    int n = extents[axis];
    if (axis == extents.length - 2
        && in.dataType() == DataType.FLOAT32
        && inStrides[axis + 1] == 1
        && outStrides[axis + 1] == 1) {
      int length = extents[axis + 1];
      rows(in.floats(), from, inStrides[axis], out.floats(), to, outStrides[axis], n, length);
    } else if (axis < extents.length - 1) {
      for (int i = 0; i < n; i++) {
        copy(axis + 1, from + i * inStrides[axis], to + i * outStrides[axis]);
      }
    } else if (inStrides[axis] == 1 && outStrides[axis] == 1) {
      System.arraycopy(in.array(), from, out.array(), to, n);
    } else if (inStrides[axis] == 0 && outStrides[axis] == 1) {
      fill(from, to, n);
    } else {
      scatter(from, inStrides[axis], to, outStrides[axis], n);
    }
  }

  /** The heads of an attention are such rows, and short ones: the arrays' type must be known. */
  private static void rows(
      float[] a, int from, int step, float[] b, int to, int stride, int rows, int length) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(a, from + i * step, b, to + i * stride, length);
    }
  }

  private void fill(int from, int to, int n) {
    switch (in.dataType()) {
      case FLOAT32 -> Arrays.fill(out.floats(), to, to + n, in.floats()[from]);
      case FLOAT64 -> Arrays.fill(out.doubles(), to, to + n, in.doubles()[from]);
      case INT32 -> Arrays.fill(out.ints(), to, to + n, in.ints()[from]);
      case BOOL -> Arrays.fill(out.booleans(), to, to + n, in.booleans()[from]);
    }
  }

  private void scatter(int from, int inStride, int to, int outStride, int n) {
    switch (in.dataType()) {
      case FLOAT32 -> copy(in.floats(), from, inStride, out.floats(), to, outStride, n);
      case FLOAT64 -> copy(in.doubles(), from, inStride, out.doubles(), to, outStride, n);
      case INT32 -> copy(in.ints(), from, inStride, out.ints(), to, outStride, n);
      case BOOL -> copy(in.booleans(), from, inStride, out.booleans(), to, outStride, n);
    }
  }

  private static void copy(float[] a, int from, int step, float[] b, int to, int stride, int n) {
    for (int i = 0; i < n; i++) {
      b[to + i * stride] = a[from + i * step];
    }
  }

  private static void copy(double[] a, int from, int step, double[] b, int to, int stride, int n) {
    for (int i = 0; i < n; i++) {
      b[to + i * stride] = a[from + i * step];
    }
  }

  private static void copy(int[] a, int from, int step, int[] b, int to, int stride, int n) {
    for (int i = 0; i < n; i++) {
      b[to + i * stride] = a[from + i * step];
    }
  }

  private static void copy(
      boolean[] a, int from, int step, boolean[] b, int to, int stride, int n) {
    for (int i = 0; i < n; i++) {
      b[to + i * stride] = a[from + i * step];
    }
  }
}
