package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows and parts by index for shapes that hurt: one row, many, rows of one element, of none, odd
 * lengths. Indices repeat, and some lie outside. Small whole numbers, so that all is exact.
 */
final class RowCases {
  private static final int[][] SHAPES = {
    {1}, {7}, {129}, {3, 5}, {2, 0}, {1, 1}, {65, 1}, {1, 33}, {4, 1, 33}, {17, 3, 5}, {5, 1103}
  };

  private static final int[][] LONG = {{100_003}, {257, 1031}, {70_001, 3}};

  private final List<Case> cases = new ArrayList<>();

  static List<Case> all() {
    RowCases suite = new RowCases();
    List<int[]> shapes = new ArrayList<>(List.of(SHAPES));
    if (Extent.full()) {
      shapes.addAll(List.of(LONG));
    }
    for (int[] shape : shapes) {
      for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.INT32)) {
        suite.rows(type, shape);
        suite.greatest(type, shape);
      }
      for (DataType type : DataType.values()) {
        suite.parts(type, shape);
      }
    }
    return suite.cases;
  }

  /** Every other row twice, one index below and one beyond. */
  private static int[] indices(int rows) {
    int[] indices = new int[rows + 3];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = i * 2 % (rows + 2) - 1;
    }
    return indices;
  }

  private void rows(DataType type, int... shape) {
    TensorType in = TensorType.of(type, shape);
    int n = shape[0];
    int width = in.shape().size() / n;
    int[] at = indices(n);
    int[] rowsShape = shape.clone();
    rowsShape[0] = at.length;
    double[] x = ShapeCases.values(type, n * width, 1);
    double[] rows = ShapeCases.values(type, at.length * width, 2);
    double[] gathered = new double[rows.length];
    double[] sum = x.clone();
    double[] set = x.clone();
    double[] most = x.clone();
    for (int e = 0; e < rows.length; e++) {
      int index = at[e / width];
      gathered[e] = x[Math.max(0, Math.min(n - 1, index)) * width + e % width];
      if (index >= 0 && index < n) {
        int place = index * width + e % width;
        sum[place] += rows[e];
        set[place] = rows[e];
        most[place] = Math.max(most[place], rows[e]);
      }
    }
    Graph graph =
        Graph.trace(
            "rows",
            t -> {
              Tensor values = t.input("x", in);
              Tensor index = t.input("at", TensorType.of(DataType.INT32, at.length));
              Tensor more = t.input("rows", TensorType.of(type, rowsShape));
              t.output("gathered", values.gather(index));
              t.output("sum", values.scatterAdd(index, more));
              t.output("set", values.scatterSet(index, more));
              t.output("most", values.scatterMax(index, more));
            });
    cases.add(
        new Case(
            "rows by index of " + in,
            graph,
            List.of(x, Arrays.stream(at).asDoubleStream().toArray(), rows),
            List.of(gathered, sum, set, most),
            0));
  }

  /** Along every axis, the first of the greatest. */
  private void greatest(DataType type, int... shape) {
    TensorType in = TensorType.of(type, shape);
    double[] x = ShapeCases.values(type, in.shape().size(), 3);
    int[] strides = in.shape().strides();
    List<double[]> expected = new ArrayList<>();
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] == 0) {
        continue;
      }
      int stride = strides[axis];
      int extent = shape[axis];
      expected.add(
          Numbers.of(
              x.length / extent,
              e -> {
                int base = e / stride * stride * extent + e % stride;
                int best = 0;
                for (int i = 1; i < extent; i++) {
                  best = x[base + i * stride] > x[base + best * stride] ? i : best;
                }
                return best;
              }));
    }
    Graph graph =
        Graph.trace(
            "greatest",
            t -> {
              Tensor value = t.input("x", in);
              for (int axis = 0; axis < shape.length; axis++) {
                if (shape[axis] > 0) {
                  t.output("axis" + axis, value.argMax(axis));
                }
              }
            });
    cases.add(new Case("place of the greatest along all of " + in, graph, List.of(x), expected, 0));
  }

  /** A part one shorter along each axis, from the second element on, and put back at the first. */
  private void parts(DataType type, int... shape) {
    TensorType in = TensorType.of(type, shape);
    int[] part =
        Arrays.stream(shape).map(extent -> Math.max(Math.min(1, extent), extent - 1)).toArray();
    int size = Shape.of(part).size();
    double[] x = ShapeCases.values(type, in.shape().size(), 4);
    int[] from = in.shape().strides();
    int[] to = Shape.of(part).strides();
    double[] cut = new double[size];
    double[] put = x.clone();
    for (int e = 0; e < size; e++) {
      int source = 0;
      int target = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        int index = e / to[axis] % part[axis];
        // Beyond the end by far: clamped.
        source += (index + shape[axis] - part[axis]) * from[axis];
        target += index * from[axis];
      }
      cut[e] = x[source];
      put[target] = x[source];
    }
    Graph graph =
        Graph.trace(
            "parts",
            t -> {
              Tensor value = t.input("x", in);
              TensorType place = TensorType.of(DataType.INT32, shape.length);
              Tensor cutOut = value.dynamicSlice(t.input("far", place), part);
              t.output("part", cutOut);
              t.output("put", value.dynamicUpdate(t.input("near", place), cutOut));
            });
    double[] far = Numbers.of(shape.length, i -> Integer.MAX_VALUE);
    double[] near = Numbers.of(shape.length, i -> -1);
    cases.add(
        new Case("a part moved within " + in, graph, List.of(x, far, near), List.of(cut, put), 0));
  }
}
