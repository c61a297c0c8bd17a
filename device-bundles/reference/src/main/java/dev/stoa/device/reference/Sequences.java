package dev.stoa.device.reference;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Operations about order along an axis, and about places known at run time. */
final class Sequences {
  private Sequences() {}

  /** Whether the operation was one of these. */
  static boolean compute(Graph graph, Node node, double[][] operands, double[] out) {
    Operation operation = node.operation();
    Shape shape = node.type().shape();
    boolean whole = node.type().dataType() == DataType.INT32;
    if (operation instanceof Operation.Reverse reverse) {
      reverse(reverse.axes(), shape, operands[0], out);
    } else if (operation instanceof Operation.Cumulate cumulate) {
      cumulate(cumulate, whole, shape, operands[0], out);
    } else if (operation instanceof Operation.LinearRecurrence recurrence) {
      recurrence(shape, recurrence.axis(), operands, out);
    } else if (operation instanceof Operation.ArgSort sort) {
      argSort(sort, shape(graph, node, 0), operands[0], out);
    } else if (operation instanceof Operation.DynamicSlice) {
      List<Integer> start = start(operands[1], shape(graph, node, 0), shape);
      Layouts.part(start, shape, shape(graph, node, 0), out, operands[0], false);
    } else if (operation instanceof Operation.DynamicUpdate) {
      System.arraycopy(operands[0], 0, out, 0, out.length);
      Shape part = shape(graph, node, 1);
      Layouts.part(start(operands[2], shape, part), part, shape, operands[1], out, true);
    } else if (operation instanceof Operation.ScatterSet
        || operation instanceof Operation.ScatterMax) {
      scatter(operation instanceof Operation.ScatterMax, shape, operands, out);
    } else {
      return false;
    }
    return true;
  }

  private static Shape shape(Graph graph, Node node, int operand) {
    return graph.nodes().get(node.operands().get(operand)).type().shape();
  }

  private static void reverse(List<Integer> axes, Shape shape, double[] in, double[] out) {
    int[] strides = shape.strides();
    for (int e = 0; e < out.length; e++) {
      int[] index = Layouts.index(shape, e);
      int from = 0;
      for (int axis = 0; axis < index.length; axis++) {
        int last = shape.extent(axis) - 1;
        from += (axes.contains(axis) ? last - index[axis] : index[axis]) * strides[axis];
      }
      out[e] = in[from];
    }
  }

  private static void cumulate(
      Operation.Cumulate operation, boolean whole, Shape shape, double[] in, double[] out) {
    int stride = shape.strides()[operation.axis()];
    for (int e = 0; e < out.length; e++) {
      boolean first = Layouts.index(shape, e)[operation.axis()] == 0;
      out[e] = first ? in[e] : Interpreter.combine(operation.kind(), whole, out[e - stride], in[e]);
    }
  }

  private static void recurrence(Shape shape, int axis, double[][] operands, double[] out) {
    int stride = shape.strides()[axis];
    for (int e = 0; e < out.length; e++) {
      int[] index = Layouts.index(shape, e);
      double before =
          index[axis] == 0
              ? operands[2][Layouts.without(shape, index, List.of(axis))]
              : out[e - stride];
      double product = operands[0][e] * before;
      out[e] = product + operands[1][e];
    }
  }

  private static void argSort(Operation.ArgSort operation, Shape from, double[] in, double[] out) {
    int axis = operation.axis();
    int stride = from.strides()[axis];
    int[] extents = from.extents();
    extents[axis] = operation.count();
    int[] toStrides = Shape.of(extents).strides();
    for (int e = 0; e < in.length; e++) {
      int[] index = Layouts.index(from, e);
      if (index[axis] != 0) {
        continue;
      }
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < from.extent(axis); i++) {
        order.add(i);
      }
      int base = e;
      Comparator<Integer> ascending =
          (i, j) -> compare(in[base + i * stride], in[base + j * stride]);
      order.sort(operation.descending() ? ascending.reversed() : ascending);
      int to = 0;
      for (int i = 0; i < index.length; i++) {
        to += index[i] * toStrides[i];
      }
      for (int i = 0; i < operation.count(); i++) {
        out[to + i * toStrides[axis]] = order.get(i);
      }
    }
  }

  /** Not-a-number is greater than all; 0 and -0 are equal. */
  private static int compare(double a, double b) {
    if (a < b || a > b) {
      return a < b ? -1 : 1;
    }
    return Boolean.compare(Double.isNaN(a), Double.isNaN(b));
  }

  private static List<Integer> start(double[] wanted, Shape large, Shape part) {
    List<Integer> start = new ArrayList<>();
    for (int axis = 0; axis < large.rank(); axis++) {
      int last = large.extent(axis) - part.extent(axis);
      start.add((int) Math.max(0, Math.min(last, wanted[axis])));
    }
    return start;
  }

  private static void scatter(boolean greatest, Shape values, double[][] operands, double[] out) {
    System.arraycopy(operands[0], 0, out, 0, out.length);
    double[] indices = operands[1];
    int width = operands[2].length / Math.max(1, indices.length);
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] >= 0 && indices[i] < values.extent(0)) {
        for (int j = 0; j < width; j++) {
          int to = (int) indices[i] * width + j;
          double row = operands[2][i * width + j];
          out[to] = greatest ? Math.max(out[to], row) : row;
        }
      }
    }
  }
}
