package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Parts and rows at places known when a graph runs; results by hand. */
final class PlacementCases {
  private static final double[] TWELVE = Numbers.of(12, i -> i);

  private PlacementCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.INT32)) {
      cases.add(parts(type, "inside", new double[] {1, 2}, new double[] {6, 7, 10, 11}, 6));
      // Clamped to (1, 0) and to (0, 2).
      cases.add(parts(type, "beyond", new double[] {9, -7}, new double[] {4, 5, 8, 9}, 4));
      double[] edge = {Integer.MIN_VALUE, Integer.MAX_VALUE};
      cases.add(parts(type, "at the edges", edge, new double[] {2, 3, 6, 7}, 2));
      cases.add(set(type));
      cases.add(max(type));
    }
    cases.add(truths());
    cases.add(special(DataType.FLOAT32));
    cases.add(special(DataType.FLOAT64));
    cases.add(nothing());
    cases.add(line());
    return cases;
  }

  /** Of the numbers 0 to 11 as [3, 4] a part [2, 2], and 20, 21, 22, 23 put there. */
  private static Case parts(
      DataType type, String where, double[] start, double[] part, int firstElement) {
    Graph graph =
        Graph.trace(
            "parts",
            t -> {
              Tensor x = t.input("x", TensorType.of(type, 3, 4));
              Tensor at = t.input("start", TensorType.of(DataType.INT32, 2));
              t.output("part", x.dynamicSlice(at, 2, 2));
              t.output("updated", x.dynamicUpdate(at, t.input("new", TensorType.of(type, 2, 2))));
              t.output("none", x.dynamicSlice(at, 0, 2));
              t.output("whole", x.dynamicSlice(at, 3, 4));
            });
    double[] updated = TWELVE.clone();
    updated[firstElement] = 20;
    updated[firstElement + 1] = 21;
    updated[firstElement + 4] = 22;
    updated[firstElement + 5] = 23;
    return new Case(
        "part of " + type + " " + where,
        graph,
        List.of(TWELVE, start, new double[] {20, 21, 22, 23}),
        List.of(part, updated, new double[0], TWELVE),
        0);
  }

  /** Rows at 2, 0, 2, 3 and -1 of three: the third overwrites the first, two are dropped. */
  private static Case set(DataType type) {
    Graph graph =
        Graph.trace(
            "set",
            t -> {
              Tensor values = t.input("values", TensorType.of(type, 3, 2));
              Tensor indices = t.input("indices", TensorType.of(DataType.INT32, 5));
              Tensor rows = t.input("rows", TensorType.of(type, 5, 2));
              t.output("set", values.scatterSet(indices, rows));
              Tensor one = t.input("one", TensorType.of(DataType.INT32));
              t.output("row", values.scatterSet(one, t.input("row", TensorType.of(type, 2))));
            });
    return new Case(
        "rows set in " + type,
        graph,
        List.of(
            new double[] {0, 1, 2, 3, 4, 5},
            new double[] {2, 0, 2, 3, -1},
            new double[] {10, 20, 30, 40, 50, 60, 70, 80, 90, 100},
            new double[] {1},
            new double[] {7, 8}),
        List.of(new double[] {30, 40, 2, 3, 50, 60}, new double[] {0, 1, 7, 8, 4, 5}),
        0);
  }

  private static Case max(DataType type) {
    Graph graph =
        Graph.trace(
            "max",
            t -> {
              Tensor values = t.input("values", TensorType.of(type, 3, 2));
              Tensor indices = t.input("indices", TensorType.of(DataType.INT32, 2, 2));
              Tensor rows = t.input("rows", TensorType.of(type, 2, 2, 2));
              t.output("max", values.scatterMax(indices, rows));
            });
    return new Case(
        "greatest rows in " + type,
        graph,
        List.of(
            new double[] {0, 1, 2, 3, 4, 5},
            new double[] {2, 0, 2, 3},
            new double[] {9, -20, -30, 40, 8, 6, 70, 80}),
        List.of(new double[] {0, 40, 2, 3, 9, 6}),
        0);
  }

  private static Case truths() {
    Graph graph =
        Graph.trace(
            "truths",
            t -> {
              Tensor values = t.input("values", TensorType.of(DataType.BOOL, 3));
              Tensor indices = t.input("indices", TensorType.of(DataType.INT32, 2));
              Tensor rows = t.input("rows", TensorType.of(DataType.BOOL, 2));
              t.output("set", values.scatterSet(indices, rows));
              Tensor at = t.input("at", TensorType.of(DataType.INT32, 1));
              t.output("part", values.dynamicSlice(at, 2));
              t.output("updated", values.dynamicUpdate(at, rows));
            });
    return new Case(
        "rows and parts of bool",
        graph,
        List.of(new double[] {1, 0, 1}, new double[] {1, 0}, new double[] {1, 0}, new double[] {1}),
        List.of(new double[] {0, 1, 1}, new double[] {0, 1}, new double[] {1, 1, 0}),
        0);
  }

  /** Not-a-number stays the greatest, whichever comes first. */
  private static Case special(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor values = t.input("values", TensorType.of(type, 3));
              Tensor indices = t.input("indices", TensorType.of(DataType.INT32, 4));
              Tensor rows = t.input("rows", TensorType.of(type, 4));
              t.output("max", values.scatterMax(indices, rows));
              t.output("set", values.scatterSet(indices, rows));
            });
    double inf = Double.POSITIVE_INFINITY;
    return new Case(
        "special rows of " + type,
        graph,
        List.of(
            new double[] {Double.NaN, 1, -inf},
            new double[] {0, 1, 1, 2},
            new double[] {5, Double.NaN, 2, inf}),
        List.of(new double[] {Double.NaN, Double.NaN, inf}, new double[] {5, 2, inf}),
        0);
  }

  private static Case nothing() {
    Graph graph =
        Graph.trace(
            "nothing",
            t -> {
              Tensor values = t.input("values", 3, 2);
              Tensor none = t.input("none", TensorType.of(DataType.INT32, 0));
              t.output("set", values.scatterSet(none, t.input("rows", 0, 2)));
              t.output("max", values.scatterMax(none, t.input("more", 0, 2)));
              Tensor empty = t.input("empty", 0, 2);
              Tensor one = t.input("one", TensorType.of(DataType.INT32, 1));
              t.output("dropped", empty.scatterSet(one, t.input("row", 1, 2)));
            });
    double[] values = {0, 1, 2, 3, 4, 5};
    double[] no = {};
    return new Case(
        "set and greatest of nothing",
        graph,
        List.of(values, no, no, no, no, new double[] {0}, new double[] {1, 2}),
        List.of(values, values, no),
        0);
  }

  /** A part of a long line, as an experience buffer's: more than one piece. */
  private static Case line() {
    Graph graph =
        Graph.trace(
            "line",
            t -> {
              Tensor x = t.input("x", 3001);
              Tensor at = t.input("at", TensorType.of(DataType.INT32, 1));
              Tensor part = x.dynamicSlice(at, 1500);
              t.output("part", part);
              t.output("updated", x.dynamicUpdate(at, part.neg()));
            });
    double[] x = Numbers.of(3001, i -> i);
    return new Case(
        "part of a long line",
        graph,
        List.of(x, new double[] {777}),
        List.of(
            Numbers.of(1500, i -> 777 + i), Numbers.of(3001, i -> i >= 777 && i < 2277 ? -i : i)),
        0);
  }
}
