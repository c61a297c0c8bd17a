package dev.stoa.device.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.device.reference.GradientChecks.Check;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Transforms;
import dev.stoa.tensor.random.RandomStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Batch, vector-Jacobian and Jacobian-vector products in either order are the same function. */
class BatchClosureTest {
  private static final int SIZE = 3;

  private static Graph graph(Check check) {
    return Graph.trace(
        check.name(),
        t -> {
          Tensor[] x = GradientTest.inputs(t, check.shapes());
          t.output("y", check.function().of(t, x));
        });
  }

  private static String[] names(Graph graph) {
    return graph.inputNames().toArray(String[]::new);
  }

  private static String[] with(String[] names, String... more) {
    return Stream.concat(Arrays.stream(names), Arrays.stream(more)).toArray(String[]::new);
  }

  /** Numbers between 0.5 and 1.5 for every input. */
  private static double[][] inputs(Graph graph) {
    RandomStream stream = new RandomStream(5, 0, graph.inputNames().size());
    double[][] inputs = new double[graph.inputNames().size()][];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = new double[graph.inputTypes().get(i).shape().size()];
      for (int e = 0; e < inputs[i].length; e++) {
        inputs[i][e] = stream.nextDouble(0.5, 1.5);
      }
    }
    return inputs;
  }

  private static void near(double[] expected, double[] got, String what) {
    assertEquals(expected.length, got.length, what);
    for (int e = 0; e < expected.length; e++) {
      assertEquals(expected[e], got[e], 1e-13 * (1 + Math.abs(expected[e])), what + ", " + e);
    }
  }

  private static void equal(Graph first, Graph second) {
    assertEquals(first.inputNames(), second.inputNames());
    assertEquals(first.inputTypes(), second.inputTypes());
    assertEquals(first.outputNames(), second.outputNames());
    double[][] inputs = inputs(first);
    double[][] expected = Runs.run(first, inputs);
    double[][] got = Runs.run(second, inputs);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(first.outputType(i), second.outputType(i));
      near(expected[i], got[i], first.outputNames().get(i));
    }
  }

  private static Stream<DynamicTest> each(Consumer<Check> body) {
    return GradientChecks.all().stream()
        .map(check -> DynamicTest.dynamicTest(check.name(), () -> body.accept(check)));
  }

  @TestFactory
  Stream<DynamicTest> vectorJacobianProductsAndBatchesExchange() {
    return each(
        check -> {
          Graph graph = graph(check);
          String[] x = names(graph);
          equal(
              Transforms.batch(Transforms.vjp(graph, x), SIZE, with(x, "d.y")),
              Transforms.vjp(Transforms.batch(graph, SIZE, x), x));
        });
  }

  @TestFactory
  Stream<DynamicTest> jacobianVectorProductsAndBatchesExchange() {
    return each(
        check -> {
          Graph graph = graph(check);
          String[] x = names(graph);
          Graph jvp = Transforms.jvp(graph, x);
          equal(
              Transforms.batch(jvp, SIZE, names(jvp)),
              Transforms.jvp(Transforms.batch(graph, SIZE, x), x));
        });
  }

  /** An input that all examples share has the sum of their derivatives. */
  @TestFactory
  Stream<DynamicTest> aSharedInputHasTheSumOfTheDerivatives() {
    return GradientChecks.all().stream()
        .filter(check -> check.shapes().length > 1)
        .map(check -> DynamicTest.dynamicTest(check.name(), () -> shared(graph(check))));
  }

  private static void shared(Graph graph) {
    for (String one : names(graph)) {
      String[] mapped =
          graph.inputNames().stream().filter(name -> !name.equals(one)).toArray(String[]::new);
      Graph sum = Transforms.vjp(Transforms.batch(graph, SIZE, mapped), one);
      Graph each = Transforms.batch(Transforms.vjp(graph, one), SIZE, with(mapped, "d.y"));
      double[][] inputs = inputs(sum);
      double[] parts = Runs.run(each, inputs)[0];
      double[] expected = new double[parts.length / SIZE];
      for (int i = 0; i < parts.length; i++) {
        expected[i % expected.length] += parts[i];
      }
      near(expected, Runs.run(sum, inputs)[0], "d." + one);
    }
  }

  /** Two axes of examples: the first input has the outer one, the others have both. */
  @TestFactory
  Stream<DynamicTest> aBatchOfABatchIsTheExamplesOfBoth() {
    return each(
        check -> {
          Graph graph = graph(check);
          String[] others = Arrays.stream(names(graph)).skip(1).toArray(String[]::new);
          nested(graph, others, names(graph));
          nested(graph, names(graph), new String[] {"x0"});
        });
  }

  private static void nested(Graph graph, String[] inner, String... outer) {
    Graph twice = Transforms.batch(Transforms.batch(graph, SIZE, inner), 2, outer);
    double[][] inputs = inputs(twice);
    double[] got = Runs.run(twice, inputs)[0];
    int one = graph.outputType(0).shape().size();
    assertEquals(2 * SIZE * one, got.length);
    for (int example = 0; example < 2 * SIZE; example++) {
      double[][] single = new double[inputs.length][];
      for (int i = 0; i < single.length; i++) {
        String name = graph.inputNames().get(i);
        int size = graph.inputTypes().get(i).shape().size();
        boolean byInner = List.of(inner).contains(name);
        int place = List.of(outer).contains(name) ? example / SIZE : 0;
        place = byInner ? place * SIZE + example % SIZE : place;
        single[i] = Arrays.copyOfRange(inputs[i], place * size, (place + 1) * size);
      }
      assertArrayEquals(
          Runs.run(graph, single)[0],
          Arrays.copyOfRange(got, example * one, (example + 1) * one),
          "example " + example);
    }
  }
}
