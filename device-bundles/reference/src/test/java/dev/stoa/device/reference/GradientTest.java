package dev.stoa.device.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.device.reference.GradientChecks.Function;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.ShapeException;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.Transforms;
import dev.stoa.tensor.random.RandomStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Derivatives against central differences in float64, to first and second order. */
class GradientTest {
  private static final double STEP = 1e-5;

  static double[][] inputs(int[]... shapes) {
    RandomStream stream = new RandomStream(11, shapes.length, shapes[0].length);
    double[][] inputs = new double[shapes.length][];
    for (int i = 0; i < shapes.length; i++) {
      inputs[i] = new double[Shape.of(shapes[i]).size()];
      for (int e = 0; e < inputs[i].length; e++) {
        inputs[i][e] = stream.nextDouble(0.5, 1.5);
      }
    }
    return inputs;
  }

  static double[][] run(Graph graph, double[]... inputs) {
    try (DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());
        Executable executable = session.compile(graph)) {
      DeviceBuffer[] in = new DeviceBuffer[inputs.length];
      for (int i = 0; i < in.length; i++) {
        in[i] = session.allocate(graph.inputTypes().get(i));
        in[i].write(inputs[i]);
      }
      DeviceBuffer[] out = new DeviceBuffer[graph.outputs().size()];
      double[][] results = new double[out.length][];
      for (int i = 0; i < out.length; i++) {
        out[i] = session.allocate(graph.outputType(i));
      }
      executable.run(in, out);
      for (int i = 0; i < out.length; i++) {
        results[i] = new double[graph.outputType(i).shape().size()];
        out[i].read(results[i]);
      }
      return results;
    }
  }

  /** The first output is a scalar, the others are its gradients by input. */
  private void compare(Graph graph, double[]... inputs) {
    double[][] results = run(graph, inputs);
    for (int i = 0; i < inputs.length; i++) {
      for (int e = 0; e < inputs[i].length; e++) {
        double kept = inputs[i][e];
        inputs[i][e] = kept + STEP;
        double above = run(graph, inputs)[0][0];
        inputs[i][e] = kept - STEP;
        double below = run(graph, inputs)[0][0];
        inputs[i][e] = kept;
        double expected = (above - below) / (2 * STEP);
        assertEquals(
            expected,
            results[1 + i][e],
            1e-6 * (1 + Math.abs(expected)),
            "element " + e + " of input " + i);
      }
    }
  }

  static Tensor[] inputs(Tracer tracer, int[]... shapes) {
    Tensor[] x = new Tensor[shapes.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = tracer.input("x" + i, TensorType.of(DataType.FLOAT64, shapes[i]));
    }
    return x;
  }

  /** Different weights for all elements, so that none can stand for another. */
  private static Tensor weighted(Tracer tracer, Tensor value) {
    int n = value.shape().size();
    Tensor weights = tracer.iota(Shape.of(n), 0).convert(DataType.FLOAT64).mul(0.3).add(0.7);
    return value.reshape(n).mul(weights).sum();
  }

  private static void outputs(Tracer tracer, Tensor scalar, Tensor... x) {
    tracer.output("value", scalar);
    List<Tensor> gradients = tracer.gradient(scalar, x);
    for (int i = 0; i < x.length; i++) {
      tracer.output("gradient" + i, gradients.get(i));
    }
  }

  @TestFactory
  Stream<DynamicTest> gradientIsTheLimitOfDifferences() {
    return GradientChecks.all().stream()
        .map(
            check ->
                DynamicTest.dynamicTest(
                    check.name(),
                    () ->
                        compare(
                            Graph.trace(
                                check.name(),
                                t -> {
                                  Tensor[] x = inputs(t, check.shapes());
                                  outputs(t, weighted(t, check.function().of(t, x)), x);
                                }),
                            inputs(check.shapes()))));
  }

  @TestFactory
  Stream<DynamicTest> gradientOfAGradientIsTheLimitOfItsDifferences() {
    return GradientChecks.all().stream()
        .map(
            check ->
                DynamicTest.dynamicTest(
                    check.name(),
                    () ->
                        compare(
                            Graph.trace(
                                check.name(),
                                t -> {
                                  Tensor[] x = inputs(t, check.shapes());
                                  Tensor value = weighted(t, check.function().of(t, x));
                                  Tensor norm = t.constant(DataType.FLOAT64, 0);
                                  for (Tensor each : t.gradient(value, x)) {
                                    norm = norm.add(weighted(t, each.square().add(each)));
                                  }
                                  outputs(t, norm, x);
                                }),
                            inputs(check.shapes()))));
  }

  private double[][] gradient(Function function, double[] x) {
    return run(
        Graph.trace(
            "rule",
            t -> {
              Tensor[] in = inputs(t, new int[] {x.length});
              outputs(t, function.of(t, in).sum(), in);
            }),
        x);
  }

  /** d(xyz) = yz, xz, xy by hand: at (0, 2, 3) that is 6, 0, 0; at (0, 0, 3) all 0. */
  @Test
  void productsKnowTheirDerivativeAtZeros() {
    assertArrayEquals(
        new double[] {6, 0, 0}, gradient((t, x) -> x[0].product(), new double[] {0, 2, 3})[1]);
    assertArrayEquals(
        new double[] {0, 0, 0}, gradient((t, x) -> x[0].product(), new double[] {0, 0, 3})[1]);
  }

  /** d x^n = n x^(n-1): 3 x^2 at -2, 2 x at 0, and 0 at 0^0; by n: x^n log x, 0 from 0 down. */
  @Test
  void powersKnowTheirDerivativesAtZeroAndBelow() {
    assertArrayEquals(
        new double[] {12, 0}, gradient((t, x) -> x[0].pow(3), new double[] {-2, 0})[1]);
    assertArrayEquals(
        new double[] {-4, 0}, gradient((t, x) -> x[0].pow(2), new double[] {-2, 0})[1]);
    assertArrayEquals(
        new double[] {0, 0},
        gradient((t, x) -> x[0].pow(x[0].stopGradient()), new double[] {0, 0})[1]);
    assertArrayEquals(
        new double[] {0, 4 * Math.log(2)},
        gradient(
            (t, x) ->
                t.constant(TensorType.of(DataType.FLOAT64, 2), 2)
                    .mul(x[0].stopGradient().sub(1))
                    .pow(x[0]),
            new double[] {0, 2})[1],
        1e-15);
  }

  /** The rule stated at {@code Differentiation}: here x = min(x, x + 0 y). */
  @Test
  void ofEqualOperandsTheFirstTakesAll() {
    Function least = (t, x) -> x[0].min(x[0].mul(0).add(2)).mul(5);
    assertArrayEquals(new double[] {5}, gradient(least, new double[] {2})[1]);
    Function swapped = (t, x) -> x[0].mul(0).add(2).max(x[0]).mul(5);
    assertArrayEquals(new double[] {0}, gradient(swapped, new double[] {2})[1]);
  }

  /** Running products of (0, 2, 3) are x, xy, xyz: 1 + y + yz = 9, x + xz = 0, xy = 0. */
  @Test
  void runningProductsKnowTheirDerivativeAtZeros() {
    assertArrayEquals(
        new double[] {9, 0, 0},
        gradient((t, x) -> x[0].cumulativeProduct(0), new double[] {0, 2, 3})[1]);
  }

  /** Rows 5, 3, 5 at 0, 0, 0 of a value 5: three greatest share 6, the lesser one has none. */
  @Test
  void equalGreatestRowsShareAndOverwrittenOnesHaveNone() {
    Function greatest =
        (t, x) ->
            x[0].slice(0, 0, 1)
                .scatterMax(t.iota(Shape.of(3), 0).mul(0), x[0].slice(0, 1, 4))
                .mul(6);
    assertArrayEquals(new double[] {2, 2, 0, 2}, gradient(greatest, new double[] {5, 5, 3, 5})[1]);
    Function set =
        (t, x) ->
            x[0].slice(0, 0, 1)
                .scatterSet(t.iota(Shape.of(3), 0).mul(0), x[0].slice(0, 1, 4))
                .mul(6);
    assertArrayEquals(new double[] {0, 0, 0, 6}, gradient(set, new double[] {5, 5, 3, 5})[1]);
  }

  @Test
  void nothingHasAGradientOfNothing() {
    Function empty =
        (t, x) -> {
          Tensor none = x[0].slice(0, 0, 0);
          Tensor start = x[0].slice(0, 0, 1).reshape();
          return t.linearRecurrence(0, none, none.cumulativeProduct(0), start).sum().add(start);
        };
    assertArrayEquals(new double[] {1, 0}, gradient(empty, new double[] {2, 3})[1]);
  }

  @Test
  void equalGreatestElementsShare() {
    assertArrayEquals(
        new double[] {0.5, 0, 0.5}, gradient((t, x) -> x[0].maximum(), new double[] {3, 1, 3})[1]);
    assertArrayEquals(
        new double[] {1, 0}, gradient((t, x) -> x[0].minimum(), new double[] {1, 3})[1]);
  }

  @Test
  void nothingPassesThroughStepsComparisonsAndStops() {
    List<Function> functions =
        List.of(
            (t, x) -> x[0].floor(),
            (t, x) -> x[0].sign(),
            (t, x) -> x[0].stopGradient(),
            (t, x) -> x[0].gt(1).convert(DataType.FLOAT64),
            (t, x) -> x[0].argSort(0, true).convert(DataType.FLOAT64),
            (t, x) -> x[0].argMax(0).convert(DataType.FLOAT64),
            (t, x) -> x[0].convert(DataType.INT32).convert(DataType.FLOAT64));
    for (Function function : functions) {
      assertArrayEquals(new double[] {0, 0}, gradient(function, new double[] {1.5, 2.5})[1]);
    }
  }

  @Test
  void absoluteValueHasNoSlopeAtZero() {
    assertArrayEquals(
        new double[] {0, -1, 1}, gradient((t, x) -> x[0].abs(), new double[] {0, -2, 3})[1]);
  }

  /** With h = x^2, y = h x: dy/dh = x, dy/dx = 3 x^2 through h as well. */
  @Test
  void derivativesByIntermediateValuesAreThoseOfWhatFollows() {
    Graph graph =
        Graph.trace(
            "intermediate",
            t -> {
              Tensor x = t.input("x", TensorType.of(DataType.FLOAT64));
              Tensor h = x.square();
              List<Tensor> gradients = t.gradient(h.mul(x), x, h, x.sign());
              t.output("x", gradients.get(0));
              t.output("h", gradients.get(1));
              t.output("none", gradients.get(2));
            });
    double[][] results = run(graph, new double[] {3});
    assertEquals(27, results[0][0]);
    assertEquals(3, results[1][0]);
    assertEquals(0, results[2][0]);
  }

  /** With h = x^2 held, y = h x has the slope h = 9 at 3; of that slope 2 x = 6 is not held. */
  @Test
  void whatIsHeldIsSoForOneDerivativeAlone() {
    Graph graph =
        Graph.trace(
            "held",
            t -> {
              Tensor x = t.input("x", TensorType.of(DataType.FLOAT64));
              Tensor h = x.square();
              Tensor slope = t.gradient(h.mul(x), List.of(h), x).get(0);
              t.output("slope", slope);
              t.output("curvature", t.gradient(slope, x).get(0));
              t.output("byHeld", t.gradient(h.mul(x), List.of(h), h).get(0));
            });
    double[][] results = run(graph, new double[] {3});
    assertEquals(9, results[0][0]);
    assertEquals(6, results[1][0]);
    assertEquals(3, results[2][0]);
  }

  /** y = x^2, z = 3 x: with cotangents c and d that is 2 x c + 3 d. */
  @Test
  void vectorJacobianProductTakesCotangentsAsInputs() {
    Graph graph =
        Graph.trace(
            "both",
            t -> {
              Tensor x = t.input("x", TensorType.of(DataType.FLOAT64, 2));
              t.output("y", x.square());
              t.output("z", x.mul(3));
              t.output("large", x.gt(1));
            });
    Graph vjp = Transforms.vjp(graph, "x");
    assertEquals(List.of("x", "d.y", "d.z"), vjp.inputNames());
    assertEquals(List.of("d.x"), vjp.outputNames());
    double[][] results =
        run(vjp, new double[] {4, 5}, new double[] {1, 10}, new double[] {100, 1000});
    assertArrayEquals(new double[] {308, 3100}, results[0]);
    // Of the result again: the names d.y, d.z, d.x are taken, so the prefix is repeated.
    Graph again = Transforms.vjp(vjp, "x");
    assertEquals(List.of("x", "d.y", "d.z", "d.d.d.x"), again.inputNames());
    assertEquals(List.of("d.d.x"), again.outputNames());
    assertThrows(IllegalArgumentException.class, () -> Transforms.vjp(graph, "w"));
  }

  @Test
  void whatIsNotRealHasNoDerivative() {
    ShapeException refused =
        assertThrows(
            ShapeException.class,
            () ->
                Graph.trace(
                    "whole",
                    t -> {
                      Tensor i = t.input("i", TensorType.of(DataType.INT32));
                      t.gradient(i.convert(DataType.FLOAT64), i);
                    }));
    assertTrue(refused.getMessage().contains("int32"), refused.getMessage());
    assertTrue(refused.getMessage().contains("GradientTest"), refused.getMessage());
  }
}
