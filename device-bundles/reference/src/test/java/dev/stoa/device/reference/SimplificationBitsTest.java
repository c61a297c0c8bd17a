package dev.stoa.device.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * A graph with literals has the bits of the same graph with inputs in their place, and two
 * operations in one graph those of one graph each: what is simplified keeps every bit.
 */
class SimplificationBitsTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double[] REAL = {
    0, -0.0, 1, -1, 0.5, -2.5, 3, 7.25, 1e-30, -1e30, INF, -INF, Double.NaN
  };
  private static final double[] WHOLE = {
    0, 1, -1, 2, -7, 16_777_217, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  private interface Binary {
    Tensor of(Tensor left, Tensor right);
  }

  private interface Function extends BiFunction<Tracer, Tensor, Tensor> {}

  private static final List<Binary> COMMON =
      List.of(
          Tensor::add,
          Tensor::sub,
          Tensor::mul,
          Tensor::div,
          Tensor::min,
          Tensor::max,
          Tensor::eq,
          Tensor::ne,
          Tensor::lt,
          Tensor::le,
          Tensor::gt,
          Tensor::ge);

  private static double[] numbers(DataType type) {
    return switch (type) {
      case FLOAT32, FLOAT64 -> REAL;
      case INT32 -> WHOLE;
      case BOOL -> new double[] {0, 1};
    };
  }

  private static double[] filled(double value, int size) {
    double[] filled = new double[size];
    Arrays.fill(filled, value);
    return filled;
  }

  private static double[] run(TensorType type, Function function, double... x) {
    return Runs.run(
        Graph.trace("one", t -> t.output("y", function.apply(t, t.input("x", type)))), x)[0];
  }

  /** Against numbers as inputs: the literal on either side, and on both. */
  private static void compare(DataType dataType, Binary operation, double literal) {
    double[] x = numbers(dataType);
    TensorType type = TensorType.of(dataType, x.length);
    Graph open =
        Graph.trace(
            "open",
            t -> {
              Tensor a = t.input("a", type);
              Tensor b = t.input("b", type);
              t.output("right", operation.of(a, b));
              t.output("left", operation.of(b, a));
            });
    double[][] expected = Runs.run(open, x, filled(literal, x.length));
    assertArrayEquals(
        expected[0],
        run(type, (t, a) -> operation.of(a, t.constant(type, literal)), x),
        literal + " on the right of " + dataType);
    assertArrayEquals(
        expected[1],
        run(type, (t, a) -> operation.of(t.constant(type, literal), a), x),
        literal + " on the left of " + dataType);
    for (int i = 0; i < x.length; i++) {
      double other = x[i];
      double[] both =
          run(type, (t, a) -> operation.of(t.constant(type, other), t.constant(type, literal)), x);
      assertArrayEquals(
          filled(expected[0][i], x.length), both, other + " and " + literal + " of " + dataType);
    }
  }

  @Test
  void literalsHaveTheBitsOfInputs() {
    for (DataType type : DataType.values()) {
      for (double literal : numbers(type)) {
        boolean truth = type == DataType.BOOL;
        for (Binary each : truth ? List.<Binary>of(Tensor::and, Tensor::or) : COMMON) {
          compare(type, each, literal);
        }
        if (type.isFloating()) {
          compare(type, Tensor::pow, literal);
        }
      }
    }
  }

  private static List<Function> unary(DataType type) {
    List<Function> whole =
        List.of((t, x) -> x.neg(), (t, x) -> x.abs(), (t, x) -> x.sign(), (t, x) -> x.max(x));
    List<Function> real =
        List.of(
            (t, x) -> x.neg(),
            (t, x) -> x.abs(),
            (t, x) -> x.sign(),
            (t, x) -> x.floor(),
            (t, x) -> x.sqrt(),
            (t, x) -> x.exp(),
            (t, x) -> x.stopGradient(),
            (t, x) -> x.min(x));
    List<Function> truth = List.of((t, x) -> x.not(), (t, x) -> x.and(x), (t, x) -> x.or(x));
    return type == DataType.INT32 ? whole : type == DataType.BOOL ? truth : real;
  }

  private static List<Function> layouts() {
    return List.of(
        (t, x) -> x.transpose(1, 2, 0),
        (t, x) -> x.transpose(2, 1, 0),
        (t, x) -> x.reverse(0, 2),
        (t, x) -> x.slice(0, 0, x.shape().extent(0) - 1),
        (t, x) -> x.slice(2, 1, x.shape().extent(2)),
        (t, x) -> t.pad(x, List.of(0, 1, 0), List.of(2, 0, 1)),
        (t, x) -> t.pad(x, List.of(1, 0, 1), List.of(0, 1, 1)),
        (t, x) -> x.reshape(x.shape().extent(2), -1, 1),
        (t, x) -> x.slice(1, 0, 1).broadcast(Shape.of(x.shape().extent(0), 4, x.shape().extent(2))),
        (t, x) -> t.concatenate(0, x));
  }

  private static void pairs(TensorType type, List<Function> functions, double... x) {
    for (int i = 0; i < functions.size(); i++) {
      for (int j = 0; j < functions.size(); j++) {
        Function first = functions.get(i);
        Function second = functions.get(j);
        TensorType[] middle = new TensorType[1];
        double[] between =
            run(
                type,
                (t, a) -> {
                  middle[0] = first.apply(t, a).type();
                  return first.apply(t, a);
                },
                x);
        String what = i + " and then " + j + " of " + type;
        double[] expected = run(middle[0], second, between);
        assertArrayEquals(
            expected, run(type, (t, a) -> second.apply(t, first.apply(t, a)), x), what);
        if (type.dataType() == DataType.FLOAT32) {
          Function constant =
              (t, a) ->
                  second.apply(t, first.apply(t, t.constant(floats(x), type.shape().extents())));
          assertArrayEquals(expected, run(type, constant, x), "constants, " + what);
        }
      }
    }
  }

  private static float[] floats(double... x) {
    float[] floats = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      floats[i] = (float) x[i];
    }
    return floats;
  }

  @Test
  void twoOperationsHaveTheBitsOfOneAfterTheOther() {
    for (DataType type : List.of(DataType.FLOAT64, DataType.INT32, DataType.BOOL)) {
      double[] x = numbers(type);
      pairs(TensorType.of(type, x.length), unary(type), x);
    }
    double[] twelve = new double[12];
    for (int i = 0; i < twelve.length; i++) {
      twelve[i] = REAL[i];
    }
    pairs(TensorType.of(DataType.FLOAT32, 2, 2, 3), layouts(), floatNumbers(twelve));
  }

  private static double[] floatNumbers(double... x) {
    return Arrays.stream(x).map(each -> (float) each).toArray();
  }

  /** But not from float64 by float32, where this device keeps the digits of a number between. */
  @Test
  void twoConversionsHaveTheBitsOfOneAfterTheOther() {
    for (DataType from : DataType.values()) {
      double[] x = numbers(from);
      if (from == DataType.FLOAT32) {
        x = floatNumbers(x);
      }
      TensorType type = TensorType.of(from, x.length);
      for (DataType by : DataType.values()) {
        for (DataType to : DataType.values()) {
          if (by == DataType.FLOAT32 && from != DataType.BOOL && from != DataType.FLOAT32) {
            continue;
          }
          double[] between = run(type, (t, a) -> a.convert(by), x);
          assertArrayEquals(
              run(TensorType.of(by, x.length), (t, a) -> a.convert(to), between),
              run(type, (t, a) -> a.convert(by).convert(to), x),
              from + " to " + by + " to " + to);
        }
      }
    }
  }

  @Test
  void sumsOfEqualLiteralsHaveTheBitsOfInputs() {
    for (DataType dataType : List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.INT32)) {
      TensorType type = TensorType.of(dataType, 3, 5);
      for (double literal : numbers(dataType)) {
        List<Function> reductions =
            List.of(
                (t, x) -> x.sum(0),
                (t, x) -> x.maximum(1),
                (t, x) -> x.minimum(0, 1),
                (t, x) -> x.product(1));
        for (Function each : reductions) {
          assertArrayEquals(
              run(type, each, filled(literal, 15)),
              run(type, (t, x) -> each.apply(t, t.constant(type, literal)), filled(0, 15)),
              literal + " of " + dataType);
        }
      }
    }
  }
}
