package dev.stoa.device.reference;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** Operations that look at where an element stands. */
final class Layouts {
  private Layouts() {}

  static void compute(Graph graph, Node node, double[][] operands, double[] out) {
    Operation operation = node.operation();
    Shape shape = node.type().shape();
    Shape first =
        node.operands().isEmpty()
            ? shape
            : graph.nodes().get(node.operands().get(0)).type().shape();
    if (operation instanceof Operation.Dot dot) {
      dot(dot, first, shape, operands, out);
    } else if (operation instanceof Operation.Reduce reduce) {
      reduce(reduce, node.type().dataType() == DataType.INT32, first, operands[0], out);
    } else if (operation instanceof Operation.ArgMax argMax) {
      argMax(argMax.axis(), first, operands[0], out);
    } else if (operation instanceof Operation.Broadcast) {
      broadcast(first, shape, operands[0], out);
    } else if (operation instanceof Operation.Reshape
        || operation instanceof Operation.StopGradient) {
      System.arraycopy(operands[0], 0, out, 0, out.length);
    } else if (operation instanceof Operation.Transpose transpose) {
      transpose(transpose.permutation(), first, shape, operands[0], out);
    } else if (operation instanceof Operation.Slice slice) {
      part(slice.start(), shape, first, out, operands[0], false);
    } else if (operation instanceof Operation.Pad pad) {
      Arrays.fill(out, 0);
      part(pad.before(), first, shape, operands[0], out, true);
    } else if (operation instanceof Operation.Concatenate concatenate) {
      concatenate(graph, node, concatenate.axis(), operands, out);
    } else if (operation instanceof Operation.Iota iota) {
      for (int i = 0; i < out.length; i++) {
        out[i] = index(shape, i)[iota.axis()];
      }
    } else if (operation instanceof Operation.Gather) {
      gather(first, operands[0], operands[1], out);
    } else if (operation instanceof Operation.ScatterAdd) {
      System.arraycopy(operands[0], 0, out, 0, out.length);
      scatter(shape, node.type().dataType() == DataType.INT32, operands[1], operands[2], out);
    } else if (!Sequences.compute(graph, node, operands, out)) {
      throw new IllegalStateException("device reference: no meaning of " + node);
    }
  }

  /** The index along each axis of an element, counted row-major. */
  static int[] index(Shape shape, int element) {
    int[] index = new int[shape.rank()];
    int rest = element;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      index[axis] = rest % shape.extent(axis);
      rest /= shape.extent(axis);
    }
    return index;
  }

  private static void dot(
      Operation.Dot dot, Shape left, Shape result, double[][] operands, double[] out) {
    int rank = result.rank();
    int m = result.extent(rank - 2);
    int n = result.extent(rank - 1);
    int k = left.extent(dot.transposeLeft() ? rank - 2 : rank - 1);
    for (int e = 0; e < out.length; e++) {
      int batch = e / (m * n);
      int i = e / n % m;
      int j = e % n;
      double sum = 0;
      for (int p = 0; p < k; p++) {
        double a = operands[0][batch * m * k + (dot.transposeLeft() ? p * m + i : i * k + p)];
        double b = operands[1][batch * k * n + (dot.transposeRight() ? j * k + p : p * n + j)];
        sum += a * b;
      }
      out[e] = sum;
    }
  }

  private static void reduce(
      Operation.Reduce reduce, boolean whole, Shape from, double[] in, double[] out) {
    Interpreter.start(reduce.kind(), whole, out);
    for (int e = 0; e < in.length; e++) {
      int to = without(from, index(from, e), reduce.axes());
      out[to] = Interpreter.combine(reduce.kind(), whole, out[to], in[e]);
    }
  }

  private static void argMax(int axis, Shape from, double[] in, double[] out) {
    double[] best = new double[out.length];
    Arrays.fill(best, Double.NEGATIVE_INFINITY);
    Arrays.fill(out, 0);
    for (int e = 0; e < in.length; e++) {
      int[] index = index(from, e);
      int to = without(from, index, List.of(axis));
      // Not-a-number is greater than all, as in the reduction: the first one wins.
      if (in[e] > best[to] || Double.isNaN(in[e]) && !Double.isNaN(best[to])) {
        best[to] = in[e];
        out[to] = index[axis];
      }
    }
  }

  static int without(Shape shape, int[] index, List<Integer> axes) {
    int element = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (!axes.contains(axis)) {
        element = element * shape.extent(axis) + index[axis];
      }
    }
    return element;
  }

  private static void broadcast(Shape from, Shape to, double[] in, double[] out) {
    int lead = to.rank() - from.rank();
    for (int e = 0; e < out.length; e++) {
      int[] index = index(to, e);
      int element = 0;
      for (int axis = 0; axis < from.rank(); axis++) {
        int at = from.extent(axis) == 1 ? 0 : index[lead + axis];
        element = element * from.extent(axis) + at;
      }
      out[e] = in[element];
    }
  }

  private static void transpose(
      List<Integer> permutation, Shape from, Shape to, double[] in, double[] out) {
    int[] strides = from.strides();
    for (int e = 0; e < out.length; e++) {
      int[] index = index(to, e);
      int element = 0;
      for (int axis = 0; axis < index.length; axis++) {
        element += index[axis] * strides[permutation.get(axis)];
      }
      out[e] = in[element];
    }
  }

  /** Copies between a small tensor and the part of a large one that begins at {@code start}. */
  static void part(
      List<Integer> start, Shape small, Shape large, double[] a, double[] b, boolean intoLarge) {
    int[] strides = large.strides();
    for (int e = 0; e < small.size(); e++) {
      int[] index = index(small, e);
      int element = 0;
      for (int axis = 0; axis < index.length; axis++) {
        element += (index[axis] + start.get(axis)) * strides[axis];
      }
      if (intoLarge) {
        b[element] = a[e];
      } else {
        a[e] = b[element];
      }
    }
  }

  private static void concatenate(
      Graph graph, Node node, int axis, double[][] operands, double[] out) {
    Shape shape = node.type().shape();
    int[] start = new int[shape.rank()];
    for (int i = 0; i < operands.length; i++) {
      Shape small = graph.nodes().get(node.operands().get(i)).type().shape();
      List<Integer> from = Arrays.stream(start).boxed().toList();
      part(from, small, shape, operands[i], out, true);
      start[axis] += small.extent(axis);
    }
  }

  private static void gather(Shape values, double[] in, double[] indices, double[] out) {
    int rows = values.extent(0);
    int width = out.length / Math.max(1, indices.length);
    for (int i = 0; i < indices.length && rows > 0; i++) {
      int row = (int) Math.max(0, Math.min(rows - 1, indices[i]));
      System.arraycopy(in, row * width, out, i * width, width);
    }
  }

  private static void scatter(
      Shape values, boolean whole, double[] indices, double[] rows, double[] out) {
    int width = rows.length / Math.max(1, indices.length);
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] >= 0 && indices[i] < values.extent(0)) {
        for (int j = 0; j < width; j++) {
          int to = (int) indices[i] * width + j;
          double sum = out[to] + rows[i * width + j];
          out[to] = whole ? (int) (long) sum : sum;
        }
      }
    }
  }
}
