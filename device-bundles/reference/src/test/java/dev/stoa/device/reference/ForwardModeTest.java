package dev.stoa.device.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.ShapeException;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Transforms;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Jacobian-vector products against central differences along a direction, in float64. */
class ForwardModeTest {
  private static final double STEP = 1e-5;

  /** A direction without equal or opposite components. */
  private static double[][] direction(double[]... inputs) {
    double[][] direction = new double[inputs.length][];
    int n = 0;
    for (int i = 0; i < inputs.length; i++) {
      direction[i] = new double[inputs[i].length];
      for (int e = 0; e < direction[i].length; e++) {
        direction[i][e] = 0.4 - 0.17 * (n++ % 7);
      }
    }
    return direction;
  }

  private static double[][] moved(double[][] inputs, double[][] direction, double by) {
    double[][] moved = new double[inputs.length][];
    for (int i = 0; i < inputs.length; i++) {
      moved[i] = inputs[i].clone();
      for (int e = 0; e < moved[i].length; e++) {
        moved[i][e] += by * direction[i][e];
      }
    }
    return moved;
  }

  private static double[][] joined(double[][] first, double[][] second) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(second)).toArray(double[][]::new);
  }

  private static String[] names(Graph graph) {
    return graph.inputNames().toArray(String[]::new);
  }

  private static void compare(Graph graph, double[]... inputs) {
    double[][] direction = direction(inputs);
    double[][] results =
        GradientTest.run(Transforms.jvp(graph, names(graph)), joined(inputs, direction));
    double[] here = GradientTest.run(graph, inputs)[0];
    double[] above = GradientTest.run(graph, moved(inputs, direction, STEP))[0];
    double[] below = GradientTest.run(graph, moved(inputs, direction, -STEP))[0];
    assertArrayEquals(here, results[0], 1e-15 * (1 + Arrays.stream(here).map(Math::abs).sum()));
    for (int e = 0; e < here.length; e++) {
      double expected = (above[e] - below[e]) / (2 * STEP);
      assertEquals(expected, results[1][e], 1e-6 * (1 + Math.abs(expected)), "element " + e);
    }
  }

  private static Graph graph(GradientChecks.Check check) {
    return Graph.trace(
        check.name(),
        t -> {
          Tensor[] x = GradientTest.inputs(t, check.shapes());
          t.output("y", check.function().of(t, x));
        });
  }

  @TestFactory
  Stream<DynamicTest> tangentIsTheLimitOfDifferencesAlongADirection() {
    return GradientChecks.all().stream()
        .map(
            check ->
                DynamicTest.dynamicTest(
                    check.name(),
                    () -> compare(graph(check), GradientTest.inputs(check.shapes()))));
  }

  /** x1^2 x2 has the Hessian [[2 x2, 2 x1], [2 x1, 0]]: at (3, 5) times (1, 10) that is (70, 6). */
  @Test
  void forwardOverReverseIsAHessianVectorProduct() {
    Graph gradient =
        Graph.trace(
            "gradient",
            t -> {
              Tensor x = t.input("x", TensorType.of(DataType.FLOAT64, 2));
              Tensor first = x.slice(0, 0, 1);
              Tensor second = x.slice(0, 1, 2);
              Tensor value = first.square().mul(second).sum();
              t.output("g", t.gradient(value, x).get(0));
            });
    double[][] results =
        GradientTest.run(Transforms.jvp(gradient, "x"), new double[] {3, 5}, new double[] {1, 10});
    assertArrayEquals(new double[] {30, 9}, results[0]);
    assertArrayEquals(new double[] {70, 6}, results[1]);
  }

  /** (x y)'' along (a, b) twice is 2 a b; with a = 2, b = 5: 20. */
  @Test
  void forwardOverForwardIsASecondDerivative() {
    Graph product =
        Graph.trace(
            "product",
            t -> {
              Tensor x = t.input("x", TensorType.of(DataType.FLOAT64));
              Tensor y = t.input("y", TensorType.of(DataType.FLOAT64));
              t.output("z", x.mul(y));
            });
    Graph twice = Transforms.jvp(Transforms.jvp(product, "x", "y"), "x", "y");
    assertEquals(List.of("x", "y", "t.x", "t.y", "t.t.x", "t.t.y"), twice.inputNames());
    assertEquals(List.of("z", "t.z", "t.t.z", "t.t.t.z"), twice.outputNames());
    double[][] results =
        GradientTest.run(
            twice,
            new double[] {3},
            new double[] {7},
            new double[] {2},
            new double[] {5},
            new double[] {2},
            new double[] {5});
    assertEquals(20, results[twice.output("t.t.t.z")][0]);
  }

  @Test
  void onlyTheNamedInputsMoveAndTheSignatureSaysSo() {
    Graph sum =
        Graph.trace(
            "sum",
            t -> {
              Tensor x = t.input("x", 2);
              Tensor y = t.input("y", 2);
              t.output("z", x.add(y.mul(3)));
              t.output("greater", x.gt(y));
            });
    Graph jvp = Transforms.jvp(sum, "y");
    assertEquals(List.of("x", "y", "t.y"), jvp.inputNames());
    assertEquals(List.of("z", "greater", "t.z"), jvp.outputNames());
    assertThrows(IllegalArgumentException.class, () -> Transforms.jvp(sum, "w"));
  }

  @Test
  void nothingOfTheReverseSweepIsLeft() {
    Graph chain =
        Graph.trace(
            "chain",
            t -> {
              Tensor x = t.input("x", 4, 4);
              t.output("y", x.dot(x).tanh());
            });
    int forward = Transforms.jvp(chain, "x").nodes().size();
    // x, x.x, tanh, and for the tangent: its input, two products, their sum, 1 - y^2 and the
    // product.
    assertTrue(forward <= 14, forward + " nodes");
  }

  @Test
  void aTangentOfWhatIsNotRealIsRefused() {
    Graph count =
        Graph.trace(
            "count", t -> t.output("y", t.input("n", TensorType.of(DataType.INT32, 2)).add(1)));
    assertThrows(ShapeException.class, () -> Transforms.jvp(count, "n"));
  }
}
