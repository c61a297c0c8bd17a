package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Order along an axis: reversed, sorted, running sums and products, linear recurrences. */
final class SequenceCases {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final List<DataType> NUMBERS =
      List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.INT32);

  /** Shapes and an axis of each: one element, none, odd lengths, more than one piece and vector. */
  private static final int[][] SHAPES = {
    {1}, {0}, {7}, {3, 5}, {2, 0, 3}, {0, 3}, {4, 1, 33}, {129}, {5, 1100}, {1100, 2}, {2, 3, 4}
  };

  private final List<Case> cases = new ArrayList<>();

  static List<Case> all() {
    SequenceCases suite = new SequenceCases();
    for (int[] shape : SHAPES) {
      for (int axis = 0; axis < shape.length; axis++) {
        for (DataType type : NUMBERS) {
          suite.running(type, axis, shape);
          suite.sorted(type, axis, shape);
        }
        suite.recurrence(DataType.FLOAT32, axis, shape);
        suite.recurrence(DataType.FLOAT64, axis, shape);
      }
    }
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      suite.special(type);
      suite.top(type);
    }
    suite.reversed();
    suite.order();
    suite.wrapping();
    return suite.cases;
  }

  /** How many elements lie between neighbours along an axis. */
  private static int stride(int axis, int... shape) {
    int stride = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      stride *= shape[i];
    }
    return stride;
  }

  private static boolean first(int element, int axis, int... shape) {
    return element / stride(axis, shape) % shape[axis] == 0;
  }

  /** Small whole numbers, whose sums are exact in any order; of products only the first few. */
  private void running(DataType type, int axis, int... shape) {
    int n = Numbers.size(shape);
    int stride = stride(axis, shape);
    double[] x = Numbers.of(n, i -> i * 7 % 11 - 5);
    double[] signs = Numbers.of(n, i -> i * 7 % 3 == 1 ? -1 : 1);
    double[] sums = x.clone();
    double[] products = signs.clone();
    for (int e = 0; e < n; e++) {
      if (!first(e, axis, shape)) {
        sums[e] += sums[e - stride];
        products[e] *= products[e - stride];
      }
    }
    TensorType both = TensorType.of(type, shape);
    Graph graph =
        Graph.trace(
            "running",
            t -> {
              t.output("sum", t.input("x", both).cumulativeSum(axis));
              t.output("product", t.input("signs", both).cumulativeProduct(axis));
            });
    cases.add(
        new Case(
            "running sum and product along " + axis + " of " + both,
            graph,
            List.of(x, signs),
            List.of(sums, products),
            0));
  }

  /** The oracle counts, for each element, those that must stand before it. */
  private void sorted(DataType type, int axis, int... shape) {
    int n = Numbers.size(shape);
    int stride = stride(axis, shape);
    double[] x = Numbers.of(n, i -> i * 7919L % 31 - 15);
    double[] up = new double[n];
    double[] down = new double[n];
    double[] ascending = new double[n];
    for (int e = 0; e < n; e++) {
      int own = e / stride % shape[axis];
      int base = e - own * stride;
      int less = 0;
      int greater = 0;
      for (int i = 0; i < shape[axis]; i++) {
        double other = x[base + i * stride];
        less += other < x[e] || other == x[e] && i < own ? 1 : 0;
        greater += other > x[e] || other == x[e] && i < own ? 1 : 0;
      }
      up[base + less * stride] = own;
      down[base + greater * stride] = own;
      ascending[base + less * stride] = x[e];
    }
    TensorType both = TensorType.of(type, shape);
    Graph graph =
        Graph.trace(
            "sort",
            t -> {
              Tensor in = t.input("x", both);
              Tensor order = in.argSort(axis, false);
              t.output("up", order);
              t.output("down", in.argSort(axis, true));
              if (shape[axis] > 0) {
                t.output("sorted", in.takeAlong(axis, order));
              }
            });
    List<double[]> expected = shape[axis] > 0 ? List.of(up, down, ascending) : List.of(up, down);
    cases.add(new Case("order along " + axis + " of " + both, graph, List.of(x), expected, 0));
  }

  private void recurrence(DataType type, int axis, int... shape) {
    int n = Numbers.size(shape);
    int stride = stride(axis, shape);
    int count = shape[axis];
    int[] rest = new int[shape.length - 1];
    for (int i = 0; i < rest.length; i++) {
      rest[i] = shape[i < axis ? i : i + 1];
    }
    double[] a = Numbers.random(n, -0.9, 0.9, 31);
    double[] b = Numbers.random(n, -1, 1, 32);
    double[] initial = Numbers.random(Numbers.size(rest), -2, 2, 33);
    double[] y = new double[n];
    for (int e = 0; e < n; e++) {
      int place = e / stride / count * stride + e % stride;
      double before = first(e, axis, shape) ? initial[place] : y[e - stride];
      y[e] = a[e] * before + b[e];
    }
    TensorType both = TensorType.of(type, shape);
    Graph graph =
        Graph.trace(
            "recurrence",
            t ->
                t.output(
                    "y",
                    t.linearRecurrence(
                        axis,
                        t.input("a", both),
                        t.input("b", both),
                        t.input("initial", TensorType.of(type, rest)))));
    cases.add(
        new Case(
            "linear recurrence along " + axis + " of " + both,
            graph,
            List.of(a, b, initial),
            List.of(y),
            type == DataType.FLOAT32 ? 2e-6 : 1e-14));
  }

  /** Not-a-number is the greatest, 0 and -0 are equal, equals keep their order; by hand. */
  private void special(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor x = t.input("x", TensorType.of(type, 8));
              t.output("up", x.argSort(0, false));
              t.output("down", x.argSort(-1, true));
              t.output("sum", x.cumulativeSum(0));
              Tensor y = t.input("y", TensorType.of(type, 3));
              t.output("product", y.cumulativeProduct(0));
              Tensor zero = t.constant(y.type(), 0);
              t.output("fades", t.linearRecurrence(0, y, zero, t.constant(type, 2)));
            });
    cases.add(
        new Case(
            "order of special " + type,
            graph,
            List.of(new double[] {0, NAN, -INF, -0.0, INF, NAN, 1, 0}, new double[] {3, 0, INF}),
            List.of(
                new double[] {2, 0, 3, 7, 6, 4, 1, 5},
                new double[] {1, 5, 4, 6, 0, 3, 7, 2},
                new double[] {0, NAN, NAN, NAN, NAN, NAN, NAN, NAN},
                new double[] {3, 0, NAN},
                new double[] {6, 0, NAN}),
            0));
  }

  private void top(DataType type) {
    Graph graph =
        Graph.trace(
            "top",
            t -> {
              Tensor x = t.input("x", TensorType.of(type, 2, 5));
              Tensor best = x.topK(1, 3);
              t.output("indices", best);
              t.output("values", x.takeAlong(1, best));
              t.output("columns", x.topK(0, 1));
              t.output("none", x.topK(1, 0));
              t.output(
                  "clamped", x.takeAlong(0, t.input("i", TensorType.of(DataType.INT32, 1, 5))));
            });
    cases.add(
        new Case(
            "top-k of " + type,
            graph,
            List.of(new double[] {3, 9, 1, 9, 4, 7, -2, 7, 0, 7}, new double[] {-5, 0, 1, 9, 0}),
            List.of(
                new double[] {1, 3, 4, 0, 2, 4},
                new double[] {9, 9, 4, 7, 7, 7},
                new double[] {1, 0, 1, 0, 1},
                new double[0],
                new double[] {3, 9, 7, 0, 4}),
            0));
  }

  private void reversed() {
    for (DataType type : DataType.values()) {
      // As truth: what is not zero.
      double[] x =
          type == DataType.BOOL
              ? new double[] {1, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1}
              : Numbers.of(12, i -> i);
      TensorType both = TensorType.of(type, 2, 3, 2);
      Graph graph =
          Graph.trace(
              "reverse",
              t -> {
                Tensor in = t.input("x", both);
                t.output("first", in.reverse(0));
                t.output("last", in.reverse(-1));
                t.output("outer", in.reverse(2, 0));
                t.output("all", in.reverse(0, 1, 2));
                t.output("nothing", t.input("none", TensorType.of(type, 0, 2)).reverse(0, 1));
              });
      int[][] orders = {
        {6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5},
        {1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10},
        {7, 6, 9, 8, 11, 10, 1, 0, 3, 2, 5, 4},
        {11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}
      };
      List<double[]> expected = new ArrayList<>();
      for (int[] order : orders) {
        expected.add(Numbers.of(12, i -> x[order[i]]));
      }
      expected.add(new double[0]);
      cases.add(new Case("reversal of " + both, graph, List.of(x, new double[0]), expected, 0));
    }
  }

  /**
   * From the first index on, 2^53 + 1 + 1 stays 2^53: each sum is a tie, rounded to even; in any
   * other order it is 2^53 + 2.
   */
  private void order() {
    TensorType four = TensorType.of(DataType.FLOAT64, 4);
    Graph graph = Graph.trace("order", t -> t.output("y", t.input("x", four).cumulativeSum(0)));
    cases.add(
        new Case(
            "running sum in the order of the indices",
            graph,
            List.of(new double[] {0x1p53, 1, 1, -0x1p53}),
            List.of(new double[] {0x1p53, 0x1p53, 0x1p53, 0}),
            0));
  }

  private void wrapping() {
    double big = Integer.MAX_VALUE;
    Graph graph =
        Graph.trace(
            "wrapping",
            t -> {
              Tensor x = t.input("x", TensorType.of(DataType.INT32, 3));
              t.output("sum", x.cumulativeSum(0));
              t.output("product", x.cumulativeProduct(0));
            });
    // By hand: big + 1 = -2^31; big * 65537 = 2^31 65537 - 65537, which is 2^31 - 65537 modulo
    // 2^32.
    cases.add(
        new Case(
            "running sum and product wrap",
            graph,
            List.of(new double[] {big, 1, 65537}),
            List.of(
                new double[] {big, Integer.MIN_VALUE, Integer.MIN_VALUE + 65537.0},
                new double[] {big, big, 0x1p31 - 65537}),
            0));
  }
}
