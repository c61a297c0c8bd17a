package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Not-a-number and infinities, as IEEE 754 and the operations' definitions have them. */
final class SpecialValueCases {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private SpecialValueCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      cases.add(unary(type));
      cases.add(binary(type));
      cases.add(compare(type));
      cases.add(reduce(type));
      cases.add(sums(type));
      cases.add(movements(type));
      cases.add(rows(type));
      cases.add(parts(type));
      cases.add(conversions(type));
      cases.add(products(type));
    }
    cases.add(product());
    return cases;
  }

  private static Case unary(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor x = t.input("x", TensorType.of(type, 5));
              t.output("neg", x.neg());
              t.output("abs", x.abs());
              t.output("sign", x.sign());
              t.output("sqrt", x.sqrt());
              t.output("exp", x.exp());
              t.output("log", x.log());
              t.output("tanh", x.tanh());
              t.output("sin", x.sin());
              t.output("cos", x.cos());
              t.output("floor", x.floor());
              t.output("finite", x.isFinite());
            });
    // Of not-a-number, the infinities, -1 and 0.
    return new Case(
        "functions of special " + type,
        graph,
        List.of(new double[] {NAN, INF, -INF, -1, 0}),
        List.of(
            new double[] {NAN, -INF, INF, 1, 0},
            new double[] {NAN, INF, INF, 1, 0},
            new double[] {NAN, 1, -1, -1, 0},
            new double[] {NAN, INF, NAN, NAN, 0},
            new double[] {NAN, INF, 0, 0.36787944117144233, 1},
            new double[] {NAN, INF, NAN, NAN, -INF},
            new double[] {NAN, 1, -1, -0.7615941559557649, 0},
            new double[] {NAN, NAN, NAN, -0.8414709848078965, 0},
            new double[] {NAN, NAN, NAN, 0.5403023058681398, 1},
            new double[] {NAN, INF, -INF, -1, 0},
            new double[] {0, 0, 0, 1, 1}),
        2e-6);
  }

  private static Case binary(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor a = t.input("a", TensorType.of(type, 6));
              Tensor b = t.input("b", TensorType.of(type, 6));
              t.output("min", a.min(b));
              t.output("max", a.max(b));
              t.output("mul", a.mul(b));
              t.output("div", a.div(b));
              t.output("sub", a.sub(b));
              t.output("least", a.min(2));
              t.output("greatest", a.max(2));
              t.output("zero", a.mul(0));
            });
    return new Case(
        "arithmetic of special " + type,
        graph,
        List.of(new double[] {NAN, 1, INF, -INF, 0, 1}, new double[] {1, NAN, INF, 2, 0, 0}),
        List.of(
            new double[] {NAN, NAN, INF, -INF, 0, 0},
            new double[] {NAN, NAN, INF, 2, 0, 1},
            new double[] {NAN, NAN, INF, -INF, 0, 0},
            new double[] {NAN, NAN, NAN, -INF, NAN, INF},
            new double[] {NAN, NAN, NAN, -INF, 0, 1},
            new double[] {NAN, 1, 2, -INF, 0, 1},
            new double[] {NAN, 2, INF, 2, 2, 2},
            new double[] {NAN, 0, NAN, NAN, 0, 0}),
        0);
  }

  private static Case compare(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor a = t.input("a", TensorType.of(type, 3));
              Tensor b = t.input("b", TensorType.of(type, 3));
              t.output("eq", a.eq(b));
              t.output("ne", a.ne(b));
              t.output("lt", a.lt(b));
              t.output("le", a.le(b));
              t.output("gt", a.gt(b));
              t.output("ge", a.ge(b));
              t.output("selected", a.eq(b).select(a, b.neg()));
            });
    return new Case(
        "comparison of special " + type,
        graph,
        List.of(new double[] {NAN, NAN, INF}, new double[] {NAN, 1, INF}),
        List.of(
            new double[] {0, 0, 1},
            new double[] {1, 1, 0},
            new double[] {0, 0, 0},
            new double[] {0, 0, 1},
            new double[] {0, 0, 0},
            new double[] {0, 0, 1},
            new double[] {NAN, -1, INF}),
        0);
  }

  private static Case reduce(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor a = t.input("a", TensorType.of(type, 3, 3));
              t.output("sum", a.sum(1));
              t.output("max", a.maximum(1));
              t.output("min", a.minimum(1));
              t.output("columns", a.maximum(0));
              t.output("index", a.argMax(1));
            });
    return new Case(
        "reductions of special " + type,
        graph,
        List.of(new double[] {1, NAN, 3, INF, -INF, 0, -INF, -INF, -INF}),
        List.of(
            new double[] {NAN, NAN, -INF},
            new double[] {NAN, INF, -INF},
            new double[] {NAN, -INF, -INF},
            new double[] {INF, NAN, 3},
            new double[] {1, 0, 0}),
        0);
  }

  /** A zero does not hide what it is multiplied with: [0 1] x [[NaN inf], [1 2]]. */
  private static Case product() {
    Graph graph =
        Graph.trace("special", t -> t.output("y", t.input("a", 1, 2).dot(t.input("b", 2, 2))));
    return new Case(
        "product with special values",
        graph,
        List.of(new double[] {0, 1}, new double[] {NAN, INF, 1, 2}),
        List.of(new double[] {NAN, NAN}),
        0);
  }

  /** What binary operations have left: sums and powers. */
  private static Case sums(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor a = t.input("a", TensorType.of(type, 6));
              Tensor b = t.input("b", TensorType.of(type, 6));
              t.output("add", a.add(b));
              t.output("pow", a.pow(b));
              t.output("square", a.square());
              t.output("product", a.product(0));
              t.output("sum", a.sum(0));
              t.output("index", a.argMax(0));
              t.output("lessThanTwo", a.lt(2));
            });
    // Of powers as StrictMath.pow states them: x^0 = 1 always, |x| > 1: x^inf = inf.
    return new Case(
        "sums and powers of special " + type,
        graph,
        List.of(new double[] {NAN, INF, INF, -INF, 2, 0}, new double[] {0, -INF, INF, 3, INF, -1}),
        List.of(
            new double[] {NAN, NAN, INF, -INF, INF, -1},
            new double[] {1, 0, INF, -INF, INF, INF},
            new double[] {NAN, INF, INF, INF, 4, 0},
            new double[] {NAN},
            new double[] {NAN},
            new double[] {0},
            new double[] {0, 0, 0, 1, 0, 1}),
        0);
  }

  /** What only moves elements moves these too. */
  private static Case movements(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor x = t.input("x", TensorType.of(type, 2, 2));
              t.output("transposed", x.transpose());
              t.output("reversed", x.reverse(0, 1));
              t.output("stretched", x.slice(0, 0, 1).broadcast(Shape.of(3, 2)));
              t.output("padded", t.pad(x, List.of(0, 1), List.of(0, 0)));
              t.output("joined", t.concatenate(0, x, x.slice(0, 1, 2)));
              t.output("flat", x.reshape(4));
              t.output("stopped", x.stopGradient());
              t.output("itself", x.convert(DataType.FLOAT64).convert(type));
            });
    return new Case(
        "movements of special " + type,
        graph,
        List.of(new double[] {NAN, INF, -INF, 5}),
        List.of(
            new double[] {NAN, -INF, INF, 5},
            new double[] {5, -INF, INF, NAN},
            new double[] {NAN, INF, NAN, INF, NAN, INF},
            new double[] {0, NAN, INF, 0, -INF, 5},
            new double[] {NAN, INF, -INF, 5, -INF, 5},
            new double[] {NAN, INF, -INF, 5},
            new double[] {NAN, INF, -INF, 5},
            new double[] {NAN, INF, -INF, 5}),
        0);
  }

  /** Rows read, and added: infinity and its opposite make not-a-number. */
  private static Case rows(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor x = t.input("x", TensorType.of(type, 3));
              Tensor at = t.input("at", TensorType.of(DataType.INT32, 4));
              t.output("gathered", x.gather(at));
              t.output("sum", x.scatterAdd(at, t.input("rows", TensorType.of(type, 4))));
            });
    return new Case(
        "rows of special " + type,
        graph,
        List.of(
            new double[] {NAN, INF, 1}, new double[] {2, 1, 0, 2}, new double[] {2, -INF, 1, INF}),
        List.of(new double[] {1, INF, NAN, 1}, new double[] {NAN, NAN, INF}),
        0);
  }

  private static Case parts(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor x = t.input("x", TensorType.of(type, 3));
              Tensor at = t.input("at", TensorType.of(DataType.INT32, 1));
              t.output("part", x.dynamicSlice(at, 2));
              t.output("updated", x.dynamicUpdate(at, x.slice(0, 0, 2)));
              t.output("sorted", x.takeAlong(0, x.argSort(0, false)));
            });
    return new Case(
        "parts of special " + type,
        graph,
        List.of(new double[] {NAN, INF, -INF}, new double[] {1}),
        List.of(
            new double[] {INF, -INF}, new double[] {NAN, NAN, INF}, new double[] {-INF, INF, NAN}),
        0);
  }

  /** To int32 saturating, not-a-number to 0; as truth whatever is not zero; as real the same. */
  private static Case conversions(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor x = t.input("x", TensorType.of(type, 3));
              t.output("whole", x.convert(DataType.INT32));
              t.output("truth", x.convert(DataType.BOOL));
              t.output("single", x.convert(DataType.FLOAT32));
              t.output("double", x.convert(DataType.FLOAT64));
            });
    double[] x = {NAN, INF, -INF};
    return new Case(
        "conversions of special " + type,
        graph,
        List.of(x),
        List.of(
            new double[] {0, Integer.MAX_VALUE, Integer.MIN_VALUE}, new double[] {1, 1, 1}, x, x),
        0);
  }

  /**
   * With every transposition a zero meets infinity, and infinity its opposite: [[0 1], [inf 1]]
   * times [[inf 1], [-inf 2]] is [[0 inf - inf, 0 + 2], [inf inf - inf, inf + 2]].
   */
  private static Case products(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor a = t.input("a", TensorType.of(type, 2, 2));
              Tensor b = t.input("b", TensorType.of(type, 2, 2));
              t.output("plain", a.dot(b));
              t.output("left", a.transpose().dot(b, true, false));
              t.output("right", a.dot(b.transpose(), false, true));
              t.output("both", a.transpose().dot(b.transpose(), true, true));
            });
    double[] expected = {NAN, 2, NAN, INF};
    return new Case(
        "products of special " + type,
        graph,
        List.of(new double[] {0, 1, INF, 1}, new double[] {INF, 1, -INF, 2}),
        List.of(expected, expected, expected, expected),
        0);
  }
}
