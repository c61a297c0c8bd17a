package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** Sums, extremes, products and the index of the greatest, against plain loops. */
final class ReductionCases {
  private static final int[][][] SHAPES_AND_AXES = {
    {{7}, {0}},
    {{1}, {0}},
    {{0}, {0}},
    {{16}, {0}},
    {{17}, {0}},
    {{1000}, {0}},
    {{3, 5}, {0}},
    {{3, 5}, {1}},
    {{3, 5}, {0, 1}},
    {{40, 3}, {0}},
    {{3, 40}, {1}},
    {{2, 3, 5}, {1}},
    {{2, 3, 5}, {0, 2}},
    {{2, 35, 5}, {1}},
    {{4, 3, 2, 5}, {1, 3}},
    {{0, 3}, {0}},
    {{3, 0}, {1}},
    {{3, 0}, {0}},
    {{1, 1, 1}, {0, 2}}
  };

  private final List<Case> cases = new ArrayList<>();

  static List<Case> all() {
    ReductionCases suite = new ReductionCases();
    for (int[][] each : SHAPES_AND_AXES) {
      for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.INT32)) {
        suite.reductions(type, each[0], each[1]);
      }
    }
    suite.argMax();
    return suite.cases;
  }

  private void reductions(DataType type, int[] shape, int... axes) {
    boolean whole = type == DataType.INT32;
    int n = Numbers.size(shape);
    double[] x = Numbers.random(n, 0.5, 1.5, 6);
    double[] in = whole ? Numbers.of(n, i -> i % 7 - 3) : x;
    Graph graph =
        Graph.trace(
            "reduce",
            t -> {
              Tensor a = t.input("x", TensorType.of(type, shape));
              t.output("sum", a.sum(axes));
              t.output("maximum", a.maximum(axes));
              t.output("minimum", a.minimum(axes));
              t.output("product", a.product(axes));
            });
    double least = whole ? Integer.MIN_VALUE : Double.NEGATIVE_INFINITY;
    double most = whole ? Integer.MAX_VALUE : Double.POSITIVE_INFINITY;
    DoubleBinaryOperator times = whole ? (a, b) -> (int) a * (int) b : (a, b) -> a * b;
    cases.add(
        new Case(
            "reductions of " + TensorType.of(type, shape) + " over " + Arrays.toString(axes),
            graph,
            List.of(in),
            List.of(
                reduce(in, shape, axes, 0, Double::sum),
                reduce(in, shape, axes, least, Math::max),
                reduce(in, shape, axes, most, Math::min),
                reduce(in, shape, axes, 1, times)),
            type == DataType.FLOAT64 ? 1e-13 : 2e-5));
  }

  private static double[] reduce(
      double[] in, int[] shape, int[] axes, double start, DoubleBinaryOperator operator) {
    int kept = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      kept *= contains(axes, axis) ? 1 : shape[axis];
    }
    double[] out = Numbers.of(kept, i -> start);
    int[] strides = Shape.of(shape).strides();
    for (int e = 0; e < in.length; e++) {
      int to = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        if (!contains(axes, axis)) {
          to = to * shape[axis] + e / strides[axis] % shape[axis];
        }
      }
      out[to] = operator.applyAsDouble(out[to], in[e]);
    }
    return out;
  }

  private static boolean contains(int[] axes, int axis) {
    return Arrays.stream(axes).anyMatch(each -> each == axis);
  }

  /** By hand; the first of equals. */
  private void argMax() {
    double[] x = {1, 5, 5, -2, -1, -1};
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.INT32)) {
      Graph graph =
          Graph.trace(
              "argMax",
              t -> {
                Tensor a = t.input("x", TensorType.of(type, 2, 3));
                t.output("rows", a.argMax(1));
                t.output("columns", a.argMax(0));
              });
      cases.add(
          new Case(
              "index of the greatest of " + type,
              graph,
              List.of(x),
              List.of(new double[] {1, 1}, new double[] {0, 0, 0}),
              0));
    }
  }
}
