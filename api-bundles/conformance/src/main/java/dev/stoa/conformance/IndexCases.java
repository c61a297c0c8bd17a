package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Gather and scatter; results by hand. */
final class IndexCases {
  private IndexCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.INT32)) {
      cases.add(gather(type));
      cases.add(scatter(type));
    }
    cases.add(emptyIndices());
    cases.add(emptyValues());
    return cases;
  }

  /** Rows (0 1), (2 3), (4 5); indices outside are clamped. */
  private static Case gather(DataType type) {
    Graph graph =
        Graph.trace(
            "gather",
            t -> {
              Tensor values = t.input("values", TensorType.of(type, 3, 2));
              Tensor indices = t.input("indices", TensorType.of(DataType.INT32, 2, 2));
              Tensor one = t.input("one", TensorType.of(DataType.INT32));
              t.output("rows", values.gather(indices));
              t.output("row", values.gather(one));
              t.output("elements", values.reshape(6).gather(indices));
            });
    return new Case(
        "gather of " + type,
        graph,
        List.of(new double[] {0, 1, 2, 3, 4, 5}, new double[] {2, 0, -1, 9}, new double[] {1}),
        List.of(
            new double[] {4, 5, 0, 1, 0, 1, 4, 5}, new double[] {2, 3}, new double[] {2, 0, 0, 5}),
        0);
  }

  /** Rows (0 1), (2 3), (4 5) plus 10.. at 2, 0, 2, 3 and -1; those outside are dropped. */
  private static Case scatter(DataType type) {
    Graph graph =
        Graph.trace(
            "scatter",
            t -> {
              Tensor values = t.input("values", TensorType.of(type, 3, 2));
              Tensor indices = t.input("indices", TensorType.of(DataType.INT32, 5));
              Tensor rows = t.input("rows", TensorType.of(type, 5, 2));
              t.output("sum", values.scatterAdd(indices, rows));
              t.output("values", values);
            });
    return new Case(
        "scatter of " + type,
        graph,
        List.of(
            new double[] {0, 1, 2, 3, 4, 5},
            new double[] {2, 0, 2, 3, -1},
            new double[] {10, 20, 30, 40, 50, 60, 70, 80, 90, 100}),
        List.of(new double[] {30, 41, 2, 3, 64, 85}, new double[] {0, 1, 2, 3, 4, 5}),
        0);
  }

  /** Zeros, even where the place of the result may have held other numbers before. */
  private static Case emptyValues() {
    Graph graph =
        Graph.trace(
            "nowhere",
            t -> {
              Tensor x = t.input("x", 2).exp();
              t.output("sum", x.sum());
              Tensor indices = t.input("indices", TensorType.of(DataType.INT32, 2));
              // The number from the sum makes the gather come after it.
              Tensor shift = x.sum().mul(0).convert(DataType.INT32);
              t.output("rows", t.input("values", 0).gather(indices.add(shift)));
            });
    return new Case(
        "gather from no rows",
        graph,
        List.of(new double[] {0, 0}, new double[] {0, 1}, new double[0]),
        List.of(new double[] {2}, new double[] {0, 0}),
        0);
  }

  private static Case emptyIndices() {
    Graph graph =
        Graph.trace(
            "nothing",
            t -> {
              Tensor values = t.input("values", 3, 2);
              Tensor indices = t.input("indices", TensorType.of(DataType.INT32, 0));
              t.output("gathered", values.gather(indices));
              t.output("scattered", values.scatterAdd(indices, t.input("rows", 0, 2)));
            });
    double[] values = {0, 1, 2, 3, 4, 5};
    return new Case(
        "gather and scatter of nothing",
        graph,
        List.of(values, new double[0], new double[0]),
        List.of(new double[0], values),
        0);
  }
}
