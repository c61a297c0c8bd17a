package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntUnaryOperator;

/**
 * Shapes that hurt, for every primitive that the other cases try on a few shapes only: element-wise
 * ones broadcast both ways, and those that move elements. Small whole numbers, so that all is
 * exact.
 */
final class ShapeCases {
  /** Empty, scalar, one element, odd lengths, one more than powers of two, long. */
  private static final int[][] SHAPES = {
    {}, {1}, {0}, {7}, {17}, {3, 5}, {2, 0, 3}, {1, 1, 1, 1}, {4, 1, 33}, {129}, {65, 31}, {5, 1103}
  };

  private static final int[][] LONG = {{100_003}, {257, 1031}, {70_001, 3}};

  /** Both ways, inner, outer, scalars, nothing. */
  private static final int[][][] PAIRS = {
    {{3, 4}, {4}},
    {{4}, {3, 4}},
    {{3, 17}, {3, 1}},
    {{3, 1}, {1, 17}},
    {{2, 3, 4}, {3, 1}},
    {{1}, {5}},
    {{}, {2, 33}},
    {{2, 1, 4}, {1, 3, 1}},
    {{0, 3}, {3}},
    {{5, 1}, {5, 0}},
    {{1, 1103}, {7, 1}},
    {{129, 1}, {65}}
  };

  private final List<Case> cases = new ArrayList<>();

  static List<Case> all() {
    ShapeCases suite = new ShapeCases();
    List<int[]> shapes = new ArrayList<>(List.of(SHAPES));
    if (Extent.full()) {
      shapes.addAll(List.of(LONG));
    }
    for (int[] shape : shapes) {
      for (DataType type : DataType.values()) {
        suite.conversions(type, shape);
        suite.movements(type, shape);
      }
      suite.logic(shape);
      suite.counting(shape);
    }
    for (int[][] pair : PAIRS) {
      for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.INT32)) {
        suite.broadcasts(type, pair[0], pair[1]);
      }
    }
    return suite.cases;
  }

  /** Whole numbers from -48 to 48, or truth values. */
  static double[] values(DataType type, int count, int shift) {
    return Numbers.of(
        count,
        i -> type == DataType.BOOL ? (i + shift) * 5 % 3 % 2 : (i * 31L + shift * 17L) % 97 - 48);
  }

  private static double truth(boolean value) {
    return value ? 1 : 0;
  }

  private void conversions(DataType type, int... shape) {
    TensorType in = TensorType.of(type, shape);
    double[] x = values(type, in.shape().size(), 1);
    double[] truth = Numbers.of(x.length, i -> truth(x[i] != 0));
    Graph graph =
        Graph.trace(
            "conversions",
            t -> {
              Tensor value = t.input("x", in);
              for (DataType to : DataType.values()) {
                t.output(to.toString(), value.convert(to));
              }
            });
    List<double[]> expected = new ArrayList<>();
    for (DataType to : DataType.values()) {
      expected.add(to == DataType.BOOL ? truth : x);
    }
    cases.add(new Case("conversions of all of " + in, graph, List.of(x), expected, 0));
  }

  private void logic(int... shape) {
    TensorType in = TensorType.of(DataType.BOOL, shape);
    double[] a = values(DataType.BOOL, in.shape().size(), 1);
    double[] b = values(DataType.BOOL, a.length, 2);
    Graph graph =
        Graph.trace(
            "logic",
            t -> {
              Tensor x = t.input("a", in);
              Tensor y = t.input("b", in);
              t.output("and", x.and(y));
              t.output("or", x.or(y));
              t.output("not", x.not());
              t.output("select", x.select(y, y.not()));
            });
    cases.add(
        new Case(
            "logic of all of " + in,
            graph,
            List.of(a, b),
            List.of(
                Numbers.of(a.length, i -> a[i] * b[i]),
                Numbers.of(a.length, i -> Math.max(a[i], b[i])),
                Numbers.of(a.length, i -> 1 - a[i]),
                Numbers.of(a.length, i -> truth(a[i] == b[i]))),
            0));
  }

  /** Numbers that come from nowhere. */
  private void counting(int... shape) {
    Shape all = Shape.of(shape);
    int[] strides = all.strides();
    List<double[]> expected = new ArrayList<>();
    for (int axis = 0; axis < shape.length; axis++) {
      int along = axis;
      expected.add(Numbers.of(all.size(), e -> e / strides[along] % shape[along]));
    }
    expected.add(Numbers.of(all.size(), e -> 7));
    Graph graph =
        Graph.trace(
            "counting",
            t -> {
              for (int axis = 0; axis < shape.length; axis++) {
                t.output("axis" + axis, t.iota(all, axis));
              }
              t.output("filled", t.constant(TensorType.of(DataType.FLOAT32, shape), 7));
            });
    cases.add(new Case("counts along all of " + all, graph, List.of(), expected, 0));
  }

  private void broadcasts(DataType type, int[] left, int[] right) {
    TensorType first = TensorType.of(type, left);
    TensorType second = TensorType.of(type, right);
    double[] x = values(type, first.shape().size(), 1);
    // Not zero, and a power of two: quotients of real numbers are exact.
    double[] y = Numbers.of(second.shape().size(), i -> i % 3 == 0 ? -4 : i % 3);
    List<DoubleBinaryOperator> meanings =
        List.of(
            Double::sum,
            (a, b) -> a - b,
            (a, b) -> a * b,
            (a, b) -> type == DataType.INT32 ? (int) a / (int) b : a / b,
            Math::min,
            Math::max,
            (a, b) -> truth(a == b),
            (a, b) -> truth(a != b),
            (a, b) -> truth(a < b),
            (a, b) -> truth(a <= b),
            (a, b) -> truth(a > b),
            (a, b) -> truth(a >= b),
            (a, b) -> a < b ? b : a);
    Graph graph =
        Graph.trace("broadcasts", t -> operations(t, t.input("a", first), t.input("b", second)));
    int[] to = graph.outputType(0).shape().extents();
    List<double[]> expected = new ArrayList<>();
    for (DoubleBinaryOperator meaning : meanings) {
      expected.add(
          Numbers.of(
              Shape.of(to).size(),
              e ->
                  meaning.applyAsDouble(
                      x[ElementwiseCases.source(e, to, left)],
                      y[ElementwiseCases.source(e, to, right)])));
    }
    cases.add(
        new Case(
            "all operations on " + first + " and " + second, graph, List.of(x, y), expected, 0));
  }

  /** In the order of the meanings above. */
  private static void operations(Tracer t, Tensor a, Tensor b) {
    t.output("add", a.add(b));
    t.output("sub", a.sub(b));
    t.output("mul", a.mul(b));
    t.output("div", a.div(b));
    t.output("min", a.min(b));
    t.output("max", a.max(b));
    t.output("eq", a.eq(b));
    t.output("ne", a.ne(b));
    t.output("lt", a.lt(b));
    t.output("le", a.le(b));
    t.output("gt", a.gt(b));
    t.output("ge", a.ge(b));
    t.output("select", a.lt(b).select(b, a));
  }

  /** Element e of each result is the element of the operand that an index map names; -1 is zero. */
  private void movements(DataType type, int... shape) {
    TensorType in = TensorType.of(type, shape);
    int n = in.shape().size();
    int rank = shape.length;
    int last = rank == 0 ? 1 : shape[rank - 1];
    double[] x = values(type, n, 1);
    List<double[]> expected = new ArrayList<>();
    expected.add(pick(x, n, e -> transposed(e, shape)));
    expected.add(pick(x, n, e -> n - 1 - e));
    expected.add(pick(x, 2 * n, e -> e % Math.max(1, n)));
    expected.add(x);
    if (rank > 0) {
      expected.add(pick(x, 2 * n, e -> e / (2 * last) * last + e % last));
      int rest = last == 0 ? rows(shape) : n / last;
      expected.add(
          pick(
              x,
              rest * (last + 3),
              e -> {
                int column = e % (last + 3) - 1;
                return column < 0 || column >= last ? -1 : e / (last + 3) * last + column;
              }));
      int kept = Math.max(0, last - 1);
      expected.add(pick(x, rest * kept, e -> e / kept * last + e % kept + 1));
    }
    Graph graph = Graph.trace("movements", t -> move(t, t.input("x", in), shape));
    cases.add(new Case("movements of all of " + in, graph, List.of(x), expected, 0));
  }

  private static int rows(int... shape) {
    int rows = 1;
    for (int axis = 0; axis < shape.length - 1; axis++) {
      rows *= shape[axis];
    }
    return rows;
  }

  /** In the order of the index maps above. */
  private static void move(Tracer t, Tensor x, int... shape) {
    int rank = shape.length;
    int[] backwards = new int[rank];
    int[] axes = new int[rank];
    int[] wider = new int[rank + 1];
    wider[0] = 2;
    for (int axis = 0; axis < rank; axis++) {
      backwards[axis] = rank - 1 - axis;
      axes[axis] = axis;
      wider[axis + 1] = shape[axis];
    }
    t.output("transposed", rank == 0 ? x : x.transpose(backwards));
    t.output("reversed", rank == 0 ? x : x.reverse(axes));
    t.output("twice", x.broadcast(Shape.of(wider)));
    t.output("flat", x.reshape(x.shape().size()));
    if (rank > 0) {
      int last = shape[rank - 1];
      t.output("joined", t.concatenate(rank - 1, x, x));
      List<Integer> before = new ArrayList<>();
      List<Integer> after = new ArrayList<>();
      for (int axis = 0; axis < rank; axis++) {
        before.add(axis == rank - 1 ? 1 : 0);
        after.add(axis == rank - 1 ? 2 : 0);
      }
      t.output("padded", t.pad(x, before, after));
      t.output("part", x.slice(rank - 1, Math.min(1, last), last));
    }
  }

  private static double[] pick(double[] from, int count, IntUnaryOperator source) {
    return Numbers.of(
        count,
        e -> {
          int place = source.applyAsInt(e);
          return place < 0 ? 0 : from[place];
        });
  }

  /** Where element e of the transposition (all axes backwards) comes from. */
  private static int transposed(int element, int... shape) {
    int rest = element;
    int place = 0;
    int[] strides = Shape.of(shape).strides();
    // The result's last axis is the operand's first.
    for (int axis = 0; axis < shape.length; axis++) {
      place += rest % shape[axis] * strides[axis];
      rest /= shape[axis];
    }
    return place;
  }
}
