package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Functions;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The functions made of primitives, at points that a person can check and far out, where the
 * textbook form would overflow.
 */
final class FunctionCases {
  private static final double LOG_2 = Math.log(2);
  private static final double LOG_3 = Math.log(3);

  private final DataType type;
  private final List<Case> cases = new ArrayList<>();

  private FunctionCases(DataType type) {
    this.type = type;
  }

  static List<Case> all() {
    List<Case> all = new ArrayList<>();
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      FunctionCases suite = new FunctionCases(type);
      suite.elements();
      suite.rows();
      suite.indices();
      all.addAll(suite.cases);
    }
    return all;
  }

  private void add(
      String name, UnaryOperator<Tensor> function, double[] x, double[] y, int... shape) {
    Graph graph =
        Graph.trace(
            name, t -> t.output("y", function.apply(t.input("x", TensorType.of(type, shape)))));
    double tolerance = type == DataType.FLOAT32 ? 1e-6 : 1e-14;
    cases.add(new Case(name + " in " + type, graph, List.of(x), List.of(y), tolerance));
  }

  /** Odds of 3 to 1: the logistic function of log 3 is 3/4. */
  private void elements() {
    double[] x = {0, LOG_3, -LOG_3, 1000, -1000};
    add("sigmoid", Functions::sigmoid, x, new double[] {.5, .75, .25, 1, 0}, 5);
    add(
        "softplus",
        Functions::softplus,
        x,
        new double[] {LOG_2, 2 * LOG_2, 2 * LOG_2 - LOG_3, 1000, 0},
        5);
    add(
        "logSigmoid",
        Functions::logSigmoid,
        x,
        new double[] {-LOG_2, LOG_3 - 2 * LOG_2, -2 * LOG_2, 0, -1000},
        5);
    add("silu", Functions::silu, x, new double[] {0, .75 * LOG_3, -.25 * LOG_3, 1000, 0}, 5);
    // A table of the normal distribution: Phi(1) = .84134474606854293, Phi(2) =
    // .97724986805182079.
    add(
        "gelu",
        Functions::gelu,
        new double[] {0, 1, -1, 2, 1000, -1000},
        new double[] {0, .84134474606854293, -.15865525393145707, 1.95449973610364158, 1000, 0},
        6);
  }

  /** Shares 1/6, 2/6, 3/6 of small numbers and three thirds of great ones. */
  private void rows() {
    double[] x = {0, LOG_2, LOG_3, 1000, 1000, 1000};
    double[] shares = {1 / 6., 2 / 6., 3 / 6., 1 / 3., 1 / 3., 1 / 3.};
    double[] logs = Numbers.of(6, i -> Math.log(shares[i]));
    add("softmax", v -> Functions.softmax(v, 1), x, shares, 2, 3);
    add("logSoftmax", v -> Functions.logSoftmax(v, -1), x, logs, 2, 3);
    double[] sums = {Math.log(6), 1000 + LOG_3};
    add("logSumExp", v -> Functions.logSumExp(v, 1), x, sums, 2, 3);
    double[] columns = {1000, -1000, 1000, -1000};
    double[] halves = {.5, .5, .5, .5};
    double[] great = {1000 + LOG_2, -1000 + LOG_2};
    add("softmax of columns", v -> Functions.softmax(v, 0), columns, halves, 2, 2);
    add("logSumExp of columns", v -> Functions.logSumExp(v, 0), columns, great, 2, 2);
  }

  private void indices() {
    add(
        "oneHot",
        v -> Functions.oneHot(v.convert(DataType.INT32), 3, type),
        new double[] {2, 0, -1, 3},
        new double[] {0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0},
        2,
        2);
  }
}
