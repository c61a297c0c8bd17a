package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Special functions at points that float32 holds exactly, around their zeros, poles and changes of
 * method too. The results were computed from the definitions with 60 digits, and rounded.
 */
final class SpecialFunctionCases {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  /** Four units in the last place near 1: float32 and float64. */
  private static final double SINGLE = 2.4e-7;

  private static final double DOUBLE = 1e-14;

  private final List<Case> cases = new ArrayList<>();

  static List<Case> all() {
    SpecialFunctionCases suite = new SpecialFunctionCases();
    suite.function("expm1", Tensor::expm1, SpecialTables.EXPM1);
    suite.function("log1p", Tensor::log1p, SpecialTables.LOG1P);
    suite.function("erf", Tensor::erf, SpecialTables.ERF);
    suite.function("lgamma", Tensor::lgamma, SpecialTables.LGAMMA);
    suite.function("digamma", Tensor::digamma, SpecialTables.DIGAMMA);
    // Powers of two have roots and powers known exactly.
    double[][] roots = {{0.25, 1, 4, 16, 0.0625, 64, 0x1p-40}, {2, 1, 0.5, 0.25, 4, 0.125, 0x1p20}};
    suite.function("rsqrt", Tensor::rsqrt, roots);
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      suite.special(type);
      suite.power(type);
      suite.powerOfNumbers(type);
    }
    return suite.cases;
  }

  private void function(String name, UnaryOperator<Tensor> operation, double[][] table) {
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      for (int[] shape : Numbers.SHAPES) {
        int n = Numbers.size(shape);
        int points = table[0].length;
        Graph graph =
            Graph.trace(
                name,
                t -> t.output("y", operation.apply(t.input("x", TensorType.of(type, shape)))));
        cases.add(
            new Case(
                name + " of " + TensorType.of(type, shape),
                graph,
                List.of(Numbers.of(n, i -> table[0][i % points])),
                List.of(Numbers.of(n, i -> table[1][i % points])),
                type == DataType.FLOAT32 ? SINGLE : DOUBLE));
      }
    }
  }

  private void special(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor x = t.input("x", TensorType.of(type, 7));
              t.output("rsqrt", x.rsqrt());
              t.output("expm1", x.expm1());
              t.output("log1p", x.log1p());
              t.output("erf", x.erf());
              t.output("lgamma", x.lgamma());
              t.output("digamma", x.digamma());
              // A zero's sign shows in its reciprocal.
              t.output("zeroExpm1", t.constant(x.type(), 1).div(x.expm1()));
              t.output("zeroLog1p", t.constant(x.type(), 1).div(x.log1p()));
              t.output("zeroErf", t.constant(x.type(), 1).div(x.erf()));
            });
    double e = 1.0 / -0.6321205588285577;
    double erf = 0.8427007929497149;
    cases.add(
        new Case(
            "special functions of special " + type,
            graph,
            List.of(new double[] {NAN, INF, -INF, -1, 0, -0.0, 1}),
            List.of(
                new double[] {NAN, 0, NAN, NAN, INF, -INF, 1},
                new double[] {NAN, INF, -1, -0.6321205588285577, 0, 0, 1.718281828459045},
                new double[] {NAN, INF, NAN, -INF, 0, 0, 0.6931471805599453},
                new double[] {NAN, 1, -1, -erf, 0, 0, erf},
                new double[] {NAN, INF, INF, INF, INF, INF, 0},
                new double[] {NAN, INF, NAN, NAN, -INF, INF, -0.5772156649015329},
                new double[] {NAN, 0, -1, e, INF, -INF, 1 / 1.718281828459045},
                new double[] {NAN, 0, NAN, 0, INF, -INF, 1 / 0.6931471805599453},
                new double[] {NAN, 1, -1, -1 / erf, INF, -INF, 1 / erf}),
            type == DataType.FLOAT32 ? SINGLE : DOUBLE));
  }

  /** By hand; the special cases as {@link StrictMath#pow} specifies them. */
  private void power(DataType type) {
    Graph graph =
        Graph.trace(
            "power",
            t -> {
              Tensor a = t.input("a", TensorType.of(type, 18));
              t.output("y", a.pow(t.input("b", TensorType.of(type, 18))));
            });
    double[] a = {2, 2, 9, -2, -2, 4, 0, 0, 0, -2, NAN, 1, 2, 2, INF, -INF, 0.5, -1};
    double[] b = {3, -2, 0.5, 3, 2, -0.5, 0, 2, -1, 0.5, 0, NAN, INF, -INF, -1, 3, INF, INF};
    double[] y = {8, 0.25, 3, -8, 4, 0.5, 1, 0, INF, NAN, 1, NAN, INF, 0, 0, -INF, 0, NAN};
    cases.add(new Case("power of " + type, graph, List.of(a, b), List.of(y), 0));
  }

  private void powerOfNumbers(DataType type) {
    Graph graph =
        Graph.trace(
            "powers",
            t -> {
              Tensor x = t.input("x", TensorType.of(type, 2, 3));
              Tensor scalar = t.input("s", TensorType.of(type));
              t.output("cube", x.pow(3));
              t.output("base", t.constant(type, 2).pow(x));
              t.output("scalar", x.pow(scalar.add(1)));
              t.output("same", x.pow(1));
              t.output("one", x.pow(0));
            });
    cases.add(
        new Case(
            "power with numbers of " + type,
            graph,
            List.of(new double[] {0, 1, 2, 3, -2, -1}, new double[] {1}),
            List.of(
                new double[] {0, 1, 8, 27, -8, -1},
                new double[] {1, 2, 4, 8, 0.25, 0.5},
                new double[] {0, 1, 4, 9, 4, 1},
                new double[] {0, 1, 2, 3, -2, -1},
                new double[] {1, 1, 1, 1, 1, 1}),
            0));
  }
}
