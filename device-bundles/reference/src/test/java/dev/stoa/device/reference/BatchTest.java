package dev.stoa.device.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.conformance.Case;
import dev.stoa.conformance.Conformance;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.ShapeException;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Transforms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A batch is its examples, one after the other, bit for bit. */
class BatchTest {
  private static final TensorType PAIR = TensorType.of(DataType.INT32, 2);

  private static Graph randomGraph() {
    return Graph.trace(
        "random",
        t -> {
          Tensor key = t.input("key", PAIR);
          Tensor counter = t.input("counter", PAIR);
          t.output("bits", t.randomBits(key, counter, 3, 2, 5));
          t.output("one", t.randomBits(key, counter, 4));
          t.output("none", t.randomBits(key, counter, 5, 0, 2));
          t.output("uniform", t.uniform(key, counter, 6, 7));
          t.output("normal", t.normal(key, counter, 7, 3));
        });
  }

  /** Few rows by a large matrix, and the other way round, in all layouts, with leading axes. */
  private static Case products(boolean transposeLeft, boolean transposeRight, int m, int n) {
    int k = 6;
    int[] left = transposeLeft ? new int[] {2, 1, k, m} : new int[] {2, 1, m, k};
    int[] right = transposeRight ? new int[] {2, 1, n, k} : new int[] {2, 1, k, n};
    Graph graph =
        Graph.trace(
            "products",
            t -> {
              Tensor a = t.input("a", TensorType.of(DataType.FLOAT64, left));
              Tensor b = t.input("b", TensorType.of(DataType.FLOAT64, right));
              t.output("leading", a.dot(b, transposeLeft, transposeRight));
              Tensor one = a.slice(0, 0, 1).reshape(left[2], left[3]);
              Tensor other = b.slice(0, 0, 1).reshape(right[2], right[3]);
              t.output("matrices", one.dot(other, transposeLeft, transposeRight));
            });
    String name = "products of " + Arrays.toString(left) + " and " + Arrays.toString(right);
    return new Case(name, graph, List.of(GradientTest.inputs(left, right)), List.of(), 0);
  }

  /** All graphs of the conformance kit but bounded ones, and what it has no case of. */
  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>(Conformance.cases());
    cases.removeIf(each -> each.length().isPresent());
    double[] key = {-1, 0x12345678};
    double[] counter = {Integer.MAX_VALUE, 2};
    cases.add(new Case("random numbers", randomGraph(), List.of(key, counter), List.of(), 0));
    for (boolean left : new boolean[] {false, true}) {
      for (boolean right : new boolean[] {false, true}) {
        cases.add(products(left, right, 1, 5));
        cases.add(products(left, right, 5, 1));
      }
    }
    cases.addAll(BatchStructureTest.cases());
    return cases;
  }

  /** Which inputs are mapped: every choice of up to four, else each alone and all together. */
  private static List<Set<Integer>> choices(int inputs) {
    List<Set<Integer>> choices = new ArrayList<>();
    for (int bits = 1; bits < 1 << inputs; bits++) {
      if (inputs <= 4 || Integer.bitCount(bits) == 1 || bits == (1 << inputs) - 1) {
        Set<Integer> mapped = new TreeSet<>();
        for (int i = 0; i < inputs; i++) {
          if ((bits >> i & 1) == 1) {
            mapped.add(i);
          }
        }
        choices.add(mapped);
      }
    }
    return choices;
  }

  /** Another example of an input: its elements moved round, a single one changed. */
  private static double[] varied(TensorType type, double[] elements, int example) {
    double[] varied = new double[elements.length];
    for (int i = 0; i < varied.length; i++) {
      varied[i] = elements[(i + example) % varied.length];
    }
    if (varied.length == 1) {
      varied[0] =
          switch (type.dataType()) {
            case FLOAT32, FLOAT64 -> elements[0] * (1 - example / 8.0);
            case INT32 -> elements[0] + example;
            case BOOL -> (elements[0] + example) % 2;
          };
    }
    return varied;
  }

  private static void check(Graph graph, List<double[]> inputs, Set<Integer> mapped, int size) {
    String[] names = mapped.stream().map(graph.inputNames()::get).toArray(String[]::new);
    Graph batched = Transforms.batch(graph, size, names);
    double[][] stacked = inputs.toArray(double[][]::new);
    mapped.forEach(i -> stacked[i] = new double[size * inputs.get(i).length]);
    double[][] expected = new double[graph.outputs().size()][];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = new double[size * graph.outputType(i).shape().size()];
    }
    for (int example = 0; example < size; example++) {
      double[][] single = inputs.toArray(double[][]::new);
      for (int i : mapped) {
        single[i] = varied(graph.inputTypes().get(i), inputs.get(i), example);
        System.arraycopy(single[i], 0, stacked[i], example * single[i].length, single[i].length);
      }
      double[][] results = Runs.run(graph, single);
      for (int i = 0; i < results.length; i++) {
        System.arraycopy(
            results[i], 0, expected[i], example * results[i].length, results[i].length);
      }
    }
    double[][] got = Runs.run(batched, stacked);
    for (int i = 0; i < expected.length; i++) {
      int[] extents = graph.outputType(i).shape().extents();
      int[] led = new int[extents.length + 1];
      led[0] = size;
      System.arraycopy(extents, 0, led, 1, extents.length);
      assertEquals(
          TensorType.of(graph.outputType(i).dataType(), led), batched.outputType(i), "type");
      // Equality of bits: not-a-number equals itself, 0 and -0 differ.
      assertTrue(
          Arrays.equals(expected[i], got[i]),
          () -> size + " with " + mapped + " mapped: " + graph + "\n" + batched);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyCaseInABatchIsItsSingleRuns() {
    return cases().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.name(),
                    () -> {
                      for (Set<Integer> mapped : choices(each.inputs().size())) {
                        for (int size : new int[] {0, 1, 3}) {
                          check(each.graph(), each.inputs(), mapped, size);
                        }
                      }
                    }));
  }

  @Test
  void theCasesAboveHoldEveryPrimitive() {
    Set<Object> seen =
        cases().stream()
            .flatMap(each -> each.graph().nodes().stream())
            .map(Node::operation)
            .map(each -> each instanceof Enum<?> ? each : each.getClass())
            .collect(Collectors.toSet());
    List<Object> wanted = new ArrayList<>(primitives(Operation.class));
    // A bounded axis is the first: it has no batch, which BoundedTest of the graphs says.
    wanted.removeAll(List.of(Operation.Length.class, Operation.Fill.class, Operation.Bound.class));
    for (Object each : wanted) {
      assertTrue(seen.contains(each), "no case of " + each);
    }
  }

  private static List<Object> primitives(Class<?> kind) {
    return kind.isEnum()
        ? List.of(kind.getEnumConstants())
        : kind.isSealed()
            ? Arrays.stream(kind.getPermittedSubclasses())
                .flatMap(each -> primitives(each).stream())
                .toList()
            : List.of(kind);
  }

  @Test
  void theSignatureSaysWhichInputsAreMapped() {
    Graph graph =
        Graph.trace(
            "g",
            t -> {
              Tensor w = t.input("w", 3, 2);
              t.output("y", t.input("x", 4, 3).dot(w));
              t.output("shared", w.exp());
            });
    Graph batched = Transforms.batch(graph, 5, "x");
    assertEquals(List.of("w", "x"), batched.inputNames());
    assertEquals(Shape.of(3, 2), batched.inputTypes().get(0).shape());
    assertEquals(Shape.of(5, 4, 3), batched.inputTypes().get(1).shape());
    assertEquals(List.of("y", "shared"), batched.outputNames());
    assertEquals(Shape.of(5, 3, 2), batched.outputType(1).shape());
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Transforms.batch(graph, 5, "q"))
            .getMessage()
            .contains("[w, x]"));
    assertThrows(ShapeException.class, () -> Transforms.batch(graph, -1, "x"));
  }

  /** Five examples of four rows are one product of 20 rows; the exponential is taken of 3 x 2. */
  @Test
  void rowsOfAllExamplesAreOneProductAndWhatTheyShareIsComputedOnce() {
    Graph graph =
        Graph.trace("g", t -> t.output("y", t.input("x", 4, 3).dot(t.input("w", 3, 2).exp())));
    Graph batched = Transforms.batch(graph, 5, "x");
    Map<String, Shape> shapes =
        batched.nodes().stream()
            .filter(node -> !(node.operation() instanceof Operation.Reshape))
            .collect(Collectors.toMap(n -> Operation.print(n.operation()), n -> n.type().shape()));
    assertEquals(Shape.of(3, 2), shapes.get("exp"));
    assertEquals(Shape.of(20, 2), shapes.get("Dot[transposeLeft=false, transposeRight=false]"));
    assertEquals(4, shapes.size(), batched.toString());
  }

  /** An ensemble's layers [2, 6, 5] are not repeated for 7 examples of one row each. */
  @Test
  void aLargeSharedMatrixIsNotRepeated() {
    Graph layer =
        Graph.trace("layer", t -> t.output("y", t.input("x", 2, 1, 6).dot(t.input("w", 2, 6, 5))));
    Graph batched = Transforms.batch(layer, 7, "x");
    assertTrue(
        batched.nodes().stream()
            .filter(node -> node.operation() instanceof Operation.Dot)
            .allMatch(node -> node.type().shape().equals(Shape.of(2, 7, 5))),
        batched.toString());
    assertTrue(
        batched.nodes().stream().noneMatch(n -> n.operation() instanceof Operation.Broadcast),
        batched.toString());
  }

  @Test
  void whatIsUpdatedInPlaceStaysSoIfItIsMapped() {
    Graph graph =
        Graph.trace(
            "step",
            t -> {
              Tensor w = t.input("w", 2);
              Tensor v = t.input("v", 2);
              t.output("y", w.mul(v));
              t.update(v, v.add(1));
              t.update(w, w.mul(2));
            });
    assertEquals(Map.of(2, 0), Transforms.batch(graph, 3, "w").donations());
    assertEquals(Map.of(1, 1, 2, 0), Transforms.batch(graph, 3, "w", "v").donations());
    double[][] results =
        Runs.run(Transforms.batch(graph, 2, "w"), new double[] {1, 2, 3, 4}, new double[] {10, 20});
    assertArrayEquals(new double[] {10, 40, 30, 80}, results[0]);
    assertArrayEquals(new double[] {11, 21, 11, 21}, results[1]);
    assertArrayEquals(new double[] {2, 4, 6, 8}, results[2]);
  }

  /** Within a trace, what has the axis in front is mapped. */
  @Test
  void aGraphIsBatchedWithinATrace() {
    Graph line =
        Graph.trace(
            "line", t -> t.output("y", t.input("a").mul(t.input("x", 2)).add(t.input("b"))));
    Graph outer =
        Graph.trace(
            "outer",
            t ->
                t.output(
                    "sum",
                    t.batch(line, 3, t.input("a", 3), t.input("x", 2), t.input("b", 3))
                        .get(0)
                        .sum(1)));
    // (a x1 + b) + (a x2 + b) with x = (1, 10).
    assertArrayEquals(
        new double[] {2 * 11 + 200, 3 * 11 + 400, 4 * 11 + 600},
        Runs.run(outer, new double[] {2, 3, 4}, new double[] {1, 10}, new double[] {100, 200, 300})[
            0]);
    String message =
        assertThrows(
                ShapeException.class,
                () ->
                    Graph.trace(
                        "wrong",
                        t -> t.batch(line, 3, t.input("a", 4), t.input("x", 2), t.input("b"))))
            .getMessage();
    assertTrue(message.contains("float32[3]") && message.contains("float32[4]"), message);
    assertTrue(message.contains("BatchTest"), message);
  }

  /** The loss (w x - y)^2 / 2 has the gradient (w x - y) x for each example. */
  @Test
  void aBatchOfAGradientIsTheGradientPerExample() {
    TensorType pair = TensorType.of(DataType.FLOAT64, 2);
    Graph gradient =
        Graph.trace(
            "gradient",
            t -> {
              Tensor w = t.input("w", pair);
              Tensor x = t.input("x", pair);
              Tensor error = w.mul(x).sum().sub(t.input("y", TensorType.of(DataType.FLOAT64)));
              t.output("g", t.gradient(error.square().mul(0.5), w).get(0));
            });
    double[][] results =
        Runs.run(
            Transforms.batch(gradient, 3, "x", "y"),
            new double[] {2, 3},
            new double[] {1, 1, 2, -1, 0, 5},
            new double[] {4, 3, 14});
    // Errors 1, -2 and 1.
    assertArrayEquals(new double[] {1, 1, -4, 2, 0, 5}, results[0]);
  }
}
