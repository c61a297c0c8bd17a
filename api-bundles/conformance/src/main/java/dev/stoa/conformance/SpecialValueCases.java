package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
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
}
