package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/** One element at a time. Exact operations have tolerance 0, functions 2e-6 (float32), 1e-14. */
final class ElementwiseCases {
  private static final double SINGLE = 2e-6;
  private static final double DOUBLE = 1e-14;

  private final List<Case> cases = new ArrayList<>();

  static List<Case> all() {
    ElementwiseCases suite = new ElementwiseCases();
    suite.functions();
    suite.arithmetic();
    suite.numbers();
    suite.wholes();
    suite.truths();
    suite.conversions();
    suite.broadcasts();
    return suite.cases;
  }

  private void functions() {
    real("negation", Tensor::neg, x -> -x, -5, 5, 0);
    real("absolute value", Tensor::abs, Math::abs, -5, 5, 0);
    real("sign", Tensor::sign, Math::signum, -5, 5, 0);
    real("square root", Tensor::sqrt, Math::sqrt, 0, 9, 1);
    real("exponential", Tensor::exp, StrictMath::exp, -20, 3, 1);
    real("logarithm", Tensor::log, StrictMath::log, 1e-6, 50, 1);
    real("hyperbolic tangent", Tensor::tanh, StrictMath::tanh, -12, 12, 1);
    real("sine", Tensor::sin, StrictMath::sin, -40, 40, 1);
    real("cosine", Tensor::cos, StrictMath::cos, -40, 40, 1);
    real("floor", Tensor::floor, Math::floor, -5, 5, 0);
  }

  private void arithmetic() {
    real("sum", Tensor::add, Double::sum);
    real("difference", Tensor::sub, (a, b) -> a - b);
    real("product", Tensor::mul, (a, b) -> a * b);
    real("quotient", Tensor::div, (a, b) -> a / b);
    real("lesser", Tensor::min, Math::min);
    real("greater", Tensor::max, Math::max);
  }

  /** A constant and a scalar computed by the graph, on either side of every operation. */
  private void numbers() {
    int[] shape = {5, 7};
    double[] x = Numbers.random(35, 0.5, 4, 3);
    double[] s = {1.75};
    List<BinaryOperator<Tensor>> operations =
        List.of(Tensor::add, Tensor::sub, Tensor::mul, Tensor::div, Tensor::min, Tensor::max);
    List<DoubleBinaryOperator> meanings =
        List.of(
            Double::sum, (a, b) -> a - b, (a, b) -> a * b, (a, b) -> a / b, Math::min, Math::max);
    for (int i = 0; i < operations.size(); i++) {
      BinaryOperator<Tensor> operation = operations.get(i);
      DoubleBinaryOperator meaning = meanings.get(i);
      Graph graph =
          Graph.trace(
              "numbers",
              t -> {
                Tensor in = t.input("x", shape);
                Tensor scalar = t.input("s");
                Tensor twice = scalar.add(scalar);
                Tensor constant = t.constant(DataType.FLOAT32, 1.5);
                t.output("xc", operation.apply(in, constant));
                t.output("cx", operation.apply(constant, in));
                t.output("xs", operation.apply(in, twice));
                t.output("sx", operation.apply(twice, in));
                t.output("ss", operation.apply(scalar, twice));
              });
      cases.add(
          new Case(
              "operation " + i + " with constants and scalars",
              graph,
              List.of(x, s),
              List.of(
                  Numbers.of(35, e -> meaning.applyAsDouble(x[e], 1.5)),
                  Numbers.of(35, e -> meaning.applyAsDouble(1.5, x[e])),
                  Numbers.of(35, e -> meaning.applyAsDouble(x[e], 3.5)),
                  Numbers.of(35, e -> meaning.applyAsDouble(3.5, x[e])),
                  new double[] {meaning.applyAsDouble(1.75, 3.5)}),
              1e-7));
    }
  }

  private void real(
      String name,
      UnaryOperator<Tensor> operation,
      DoubleUnaryOperator meaning,
      double low,
      double high,
      int inexact) {
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      double tolerance = inexact * (type == DataType.FLOAT32 ? SINGLE : DOUBLE);
      for (int[] shape : Numbers.SHAPES) {
        double[] x = Numbers.random(Numbers.size(shape), low, high, 1);
        Graph graph =
            Graph.trace(
                name,
                t -> t.output("y", operation.apply(t.input("x", TensorType.of(type, shape)))));
        cases.add(
            new Case(
                name + " of " + TensorType.of(type, shape),
                graph,
                List.of(x),
                List.of(Arrays.stream(x).map(meaning).toArray()),
                tolerance));
      }
    }
  }

  private void real(String name, BinaryOperator<Tensor> operation, DoubleBinaryOperator meaning) {
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      for (int[] shape : Numbers.SHAPES) {
        int n = Numbers.size(shape);
        double[] a = Numbers.random(n, -4, 4, 1);
        double[] b = Numbers.random(n, 0.5, 4, 2);
        binary(
            name,
            type,
            shape,
            operation,
            a,
            b,
            Numbers.of(n, i -> meaning.applyAsDouble(a[i], b[i])));
      }
    }
  }

  private void binary(
      String name,
      DataType type,
      int[] shape,
      BinaryOperator<Tensor> operation,
      double[] a,
      double[] b,
      double[] expected) {
    TensorType both = TensorType.of(type, shape);
    Graph graph =
        Graph.trace(
            name, t -> t.output("y", operation.apply(t.input("a", both), t.input("b", both))));
    // The oracle rounds a float64 result once: what float32 arithmetic gives.
    double tolerance = type == DataType.FLOAT32 ? 1e-7 : 0;
    cases.add(new Case(name + " of " + both, graph, List.of(a, b), List.of(expected), tolerance));
  }

  private void wholes() {
    double big = Integer.MAX_VALUE;
    double low = Integer.MIN_VALUE;
    double[] a = {7, -7, 7, -7, big, low, 3};
    double[] b = {2, 2, -2, -2, 1, 1, 65537};
    int[] shape = {7};
    // By hand: wrapping at 2^31, quotients towards zero.
    whole("sum", Tensor::add, a, b, new double[] {9, -5, 5, -9, low, low + 1, 65540}, shape);
    whole(
        "difference", Tensor::sub, a, b, new double[] {5, -9, 9, -5, big - 1, big, -65534}, shape);
    whole("product", Tensor::mul, a, b, new double[] {14, -14, -14, 14, big, low, 196611}, shape);
    whole("quotient", Tensor::div, a, b, new double[] {3, -3, -3, 3, big, low, 0}, shape);
    whole("lesser", Tensor::min, a, b, new double[] {2, -7, -2, -7, 1, low, 3}, shape);
    whole("greater", Tensor::max, a, b, new double[] {7, 2, 7, -2, big, 1, 65537}, shape);
  }

  private void whole(
      String name,
      BinaryOperator<Tensor> operation,
      double[] a,
      double[] b,
      double[] expected,
      int... shape) {
    binary(name, DataType.INT32, shape, operation, a, b, expected);
  }

  private void truths() {
    double[] a = {0, 0, 1, 1};
    double[] b = {0, 1, 0, 1};
    binary("and", DataType.BOOL, new int[] {4}, Tensor::and, a, b, new double[] {0, 0, 0, 1});
    binary("or", DataType.BOOL, new int[] {2, 2}, Tensor::or, a, b, new double[] {0, 1, 1, 1});
    binary("equal", DataType.BOOL, new int[] {4}, Tensor::eq, a, b, new double[] {1, 0, 0, 1});
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.INT32)) {
      double[] x = {1, 2, 3, -4, 0};
      double[] y = {2, 2, 2, -4, -1};
      int[] shape = {5};
      binary("equal", type, shape, Tensor::eq, x, y, new double[] {0, 1, 0, 1, 0});
      binary("not equal", type, shape, Tensor::ne, x, y, new double[] {1, 0, 1, 0, 1});
      binary("less", type, shape, Tensor::lt, x, y, new double[] {1, 0, 0, 0, 0});
      binary("less or equal", type, shape, Tensor::le, x, y, new double[] {1, 1, 0, 1, 0});
      binary("greater", type, shape, Tensor::gt, x, y, new double[] {0, 0, 1, 0, 1});
      binary("greater or equal", type, shape, Tensor::ge, x, y, new double[] {0, 1, 1, 1, 1});
      Graph graph =
          Graph.trace(
              "select",
              t -> {
                Tensor a2 = t.input("x", TensorType.of(type, 5));
                Tensor b2 = t.input("y", TensorType.of(type, 5));
                t.output("greater", a2.gt(b2).select(a2, b2));
                t.output("not", a2.gt(b2).not().select(a2, b2));
                t.output("negated", a2.gt(b2).not());
              });
      cases.add(
          new Case(
              "selection of " + type,
              graph,
              List.of(x, y),
              List.of(
                  new double[] {2, 2, 3, -4, 0},
                  new double[] {1, 2, 2, -4, -1},
                  new double[] {1, 1, 0, 1, 0}),
              0));
    }
  }

  private void conversions() {
    double[] x = {0, 1.75, -1.75, 3e9, -3e9, Double.NaN, -0.25};
    // By hand: towards zero, saturating, not-a-number to 0; as truth whatever is not zero.
    double[] whole = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0, 0};
    double[] truth = {0, 1, 1, 1, 1, 1, 1};
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      Graph graph =
          Graph.trace(
              "convert",
              t -> {
                Tensor in = t.input("x", TensorType.of(type, 7));
                t.output("single", in.convert(DataType.FLOAT32));
                t.output("double", in.convert(DataType.FLOAT64));
                t.output("whole", in.convert(DataType.INT32));
                t.output("truth", in.convert(DataType.BOOL));
                t.output("back", in.convert(DataType.INT32).convert(type));
                t.output("one", in.convert(DataType.BOOL).convert(type));
              });
      double[] back = {0, 1, -1, (float) Integer.MAX_VALUE, Integer.MIN_VALUE, 0, 0};
      cases.add(
          new Case(
              "conversions of " + type,
              graph,
              List.of(x),
              List.of(x, x, whole, truth, type == DataType.FLOAT32 ? back : whole, truth),
              0));
    }
  }

  private void broadcasts() {
    int[][][] pairs = {
      {{3, 4}, {4}}, {{4}, {3, 4}}, {{3, 4}, {3, 1}}, {{3, 1}, {1, 4}}, {{2, 3, 4}, {3, 1}},
      {{1}, {5}}, {{}, {2, 3}}, {{2, 1, 4}, {2, 3, 1}}, {{0, 3}, {3}}, {{5, 1}, {5, 0}}
    };
    for (int[][] pair : pairs) {
      TensorType a = TensorType.of(DataType.FLOAT32, pair[0]);
      TensorType b = TensorType.of(DataType.FLOAT32, pair[1]);
      double[] x = Numbers.random(a.shape().size(), -4, 4, 4);
      double[] y = Numbers.random(b.shape().size(), -4, 4, 5);
      Graph graph =
          Graph.trace("broadcast", t -> t.output("y", t.input("a", a).sub(t.input("b", b))));
      int[] to = graph.outputType(0).shape().extents();
      double[] expected =
          Numbers.of(
              graph.outputType(0).shape().size(),
              e -> x[source(e, to, pair[0])] - y[source(e, to, pair[1])]);
      cases.add(
          new Case(
              "difference of " + a + " and " + b, graph, List.of(x, y), List.of(expected), 1e-7));
    }
  }

  /** The element of a stretched operand that an element of the result comes from. */
  static int source(int element, int[] to, int[] from) {
    int source = 0;
    int stride = 1;
    int rest = element;
    for (int i = 1; i <= to.length; i++) {
      int index = rest % to[to.length - i];
      rest /= to[to.length - i];
      if (i <= from.length) {
        source += from[from.length - i] == 1 ? 0 : index * stride;
        stride *= from[from.length - i];
      }
    }
    return source;
  }
}
