package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Elements moved, never changed: exact. The elements are 0, 1, 2 ..., the results written by hand.
 */
final class LayoutCases {
  private final List<Case> cases = new ArrayList<>();

  static List<Case> all() {
    LayoutCases suite = new LayoutCases();
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.INT32)) {
      suite.transposes(type);
      suite.parts(type);
      suite.broadcasts(type);
    }
    suite.truths();
    suite.iota();
    suite.reshapes();
    return suite.cases;
  }

  private void add(
      String name,
      DataType type,
      int[] shape,
      BiFunction<Tracer, Tensor, Tensor> body,
      double... expected) {
    TensorType in = TensorType.of(type, shape);
    Graph graph = Graph.trace(name, t -> t.output("y", body.apply(t, t.input("x", in))));
    double[] x = Numbers.of(in.shape().size(), i -> i);
    cases.add(new Case(name + " of " + in, graph, List.of(x), List.of(expected), 0));
  }

  private void transposes(DataType type) {
    int[] shape = {2, 3};
    add("transposition", type, shape, (t, x) -> x.transpose(), 0, 3, 1, 4, 2, 5);
    add("identity permutation", type, shape, (t, x) -> x.transpose(0, 1), 0, 1, 2, 3, 4, 5);
    int[] cube = {2, 2, 3};
    // Result axes are operand axes 2, 0, 1: element (c, a, b) is 6 a + 3 b + c.
    add(
        "permutation 2 0 1",
        type,
        cube,
        (t, x) -> x.transpose(2, 0, 1),
        0,
        3,
        6,
        9,
        1,
        4,
        7,
        10,
        2,
        5,
        8,
        11);
    add(
        "permutation 1 0 2",
        type,
        cube,
        (t, x) -> x.transpose(1, 0, 2),
        0,
        1,
        2,
        6,
        7,
        8,
        3,
        4,
        5,
        9,
        10,
        11);
    add("transposition", type, new int[] {0, 3}, (t, x) -> x.transpose());
  }

  private void parts(DataType type) {
    int[] shape = {3, 4};
    add("slice of rows", type, shape, (t, x) -> x.slice(0, 1, 3), 4, 5, 6, 7, 8, 9, 10, 11);
    add("slice of columns", type, shape, (t, x) -> x.slice(1, 1, 3), 1, 2, 5, 6, 9, 10);
    add("empty slice", type, shape, (t, x) -> x.slice(1, 2, 2));
    add("slice of a slice", type, shape, (t, x) -> x.slice(0, 1, 2).slice(1, -0, 2), 4, 5);
    int[] row = {3};
    add("padding", type, row, (t, x) -> t.pad(x, List.of(1), List.of(2)), 0, 0, 1, 2, 0, 0);
    add(
        "padding of both axes",
        type,
        new int[] {2, 2},
        (t, x) -> t.pad(x, List.of(1, 0), List.of(0, 1)),
        0,
        0,
        0,
        0,
        1,
        0,
        2,
        3,
        0);
    add(
        "padding of nothing",
        type,
        new int[] {0},
        (t, x) -> t.pad(x, List.of(2), List.of(0)),
        0,
        0);
    add(
        "concatenation of rows",
        type,
        new int[] {2, 2},
        (t, x) -> t.concatenate(0, x, x.slice(0, 0, 1)),
        0,
        1,
        2,
        3,
        0,
        1);
    add(
        "concatenation of columns",
        type,
        new int[] {2, 2},
        (t, x) -> t.concatenate(1, x, x.slice(1, 1, 2), x.slice(1, 0, 0)),
        0,
        1,
        1,
        2,
        3,
        3);
  }

  private void broadcasts(DataType type) {
    add(
        "leading stretch",
        type,
        new int[] {2},
        (t, x) -> x.broadcast(Shape.of(3, 2)),
        0,
        1,
        0,
        1,
        0,
        1);
    add(
        "trailing stretch",
        type,
        new int[] {2, 1},
        (t, x) -> x.broadcast(Shape.of(2, 3)),
        0,
        0,
        0,
        1,
        1,
        1);
    add(
        "inner stretch",
        type,
        new int[] {2, 1, 2},
        (t, x) -> x.broadcast(Shape.of(2, 2, 2)),
        0,
        1,
        0,
        1,
        2,
        3,
        2,
        3);
    add(
        "stretch of a scalar",
        type,
        new int[] {},
        (t, x) -> x.broadcast(Shape.of(2, 2)),
        0,
        0,
        0,
        0);
    add("stretch to nothing", type, new int[] {1}, (t, x) -> x.broadcast(Shape.of(0)));
  }

  private void truths() {
    TensorType type = TensorType.of(DataType.BOOL, 2, 2);
    Graph graph =
        Graph.trace(
            "truths",
            t -> {
              Tensor x = t.input("x", type);
              t.output("transposed", x.transpose());
              t.output("part", x.slice(1, 0, 1));
              t.output("stretched", x.slice(0, 0, 1).broadcast(Shape.of(2, 2)));
              t.output("itself", x);
            });
    cases.add(
        new Case(
            "layouts of bool",
            graph,
            List.of(new double[] {1, 0, 0, 0}),
            List.of(
                new double[] {1, 0, 0, 0},
                new double[] {1, 0},
                new double[] {1, 0, 1, 0},
                new double[] {1, 0, 0, 0}),
            0));
  }

  private void iota() {
    Graph graph =
        Graph.trace(
            "iota",
            t -> {
              t.output("rows", t.iota(Shape.of(2, 3), 0));
              t.output("columns", t.iota(Shape.of(2, 3), 1));
              t.output("nothing", t.iota(Shape.of(0, 3), 0));
              t.output("literal", t.constant(new float[] {1.5f, -2f}));
              t.output("filled", t.constant(TensorType.of(DataType.INT32, 3), 4));
            });
    cases.add(
        new Case(
            "a graph without inputs",
            graph,
            List.of(),
            List.of(
                new double[] {0, 0, 0, 1, 1, 1},
                new double[] {0, 1, 2, 0, 1, 2},
                new double[0],
                new double[] {1.5, -2},
                new double[] {4, 4, 4}),
            0));
  }

  /** A reshaped value is read again after its operand's last other use. */
  private void reshapes() {
    Graph graph =
        Graph.trace(
            "reshapes",
            t -> {
              Tensor x = t.input("x", 2, 3);
              Tensor twice = x.add(x);
              Tensor flat = twice.reshape(6);
              Tensor more = twice.add(1).mul(x).sub(x);
              t.output("flat", flat.add(flat));
              t.output("more", more);
              t.output("view", flat.reshape(3, 2));
              t.output("stopped", flat.stopGradient());
            });
    cases.add(
        new Case(
            "reshaped values",
            graph,
            List.of(new double[] {0, 1, 2, 3, 4, 5}),
            List.of(
                new double[] {0, 4, 8, 12, 16, 20},
                // (2x + 1) x - x = 2 x^2.
                new double[] {0, 2, 8, 18, 32, 50},
                new double[] {0, 2, 4, 6, 8, 10},
                new double[] {0, 2, 4, 6, 8, 10}),
            0));
  }
}
