package dev.stoa.device.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.conformance.Case;
import dev.stoa.tensor.Call;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.LoopResult;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Scan;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.Transforms;
import dev.stoa.tensor.While;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Batched loops and calls. That they are their examples' single runs is tested with all others. */
class BatchStructureTest {
  private static final TensorType REAL = TensorType.of(DataType.FLOAT64);
  private static final TensorType LINE = TensorType.of(DataType.FLOAT64, 3);
  private static final TensorType COUNT = TensorType.of(DataType.INT32);

  private interface Function {
    LoopResult of(Tracer tracer, Tensor x, Tensor a);
  }

  private static Case loop(String name, Function function) {
    Graph graph =
        Graph.trace(
            name,
            t -> {
              LoopResult loop = function.of(t, t.input("x", LINE), t.input("a", REAL));
              for (int i = 0; i < loop.carries().size(); i++) {
                t.output("carry" + i, loop.carry(i));
              }
              t.output("iterations", loop.iterations());
            });
    return new Case(
        name, graph, List.of(new double[] {3, 50, 1000}, new double[] {2}), List.of(), 0);
  }

  private static Tensor first(Tensor x) {
    return x.slice(0, 0, 1).reshape();
  }

  /** Loops that end after different numbers of iterations, or all after the same. */
  static List<Case> loops() {
    return List.of(
        loop("loop", (t, x, a) -> doubling(t, 20, first(x), a)),
        loop("bounded loop", (t, x, a) -> doubling(t, 4, first(x), a)),
        loop("loop of none", (t, x, a) -> doubling(t, 0, first(x), a)),
        loop("loop to a shared bound", BatchStructureTest::counted),
        loop("loop with a shared carry", BatchStructureTest::withCount),
        loop("loop that nobody enters", (t, x, a) -> doubling(t, 5, x.sum().mul(1e3), a)),
        loop("loop over a line", BatchStructureTest::lines),
        loop("loop in a loop", BatchStructureTest::nested),
        loop("scan in a loop", BatchStructureTest::scanned));
  }

  private static LoopResult doubling(Tracer t, int bound, Tensor x, Tensor a) {
    return t.whileLoop(
        bound,
        List.of(x),
        (s, carry) -> carry.get(0).lt(100),
        (s, carry) -> List.of(carry.get(0).mul(a)));
  }

  private static LoopResult counted(Tracer t, Tensor x, Tensor a) {
    return t.whileLoop(
        9,
        List.of(t.constant(COUNT, 0), x),
        (s, carry) -> carry.get(0).lt(4),
        (s, carry) -> List.of(carry.get(0).add(1), carry.get(1).mul(a).sin()));
  }

  private static LoopResult withCount(Tracer t, Tensor x, Tensor a) {
    return t.whileLoop(
        9,
        List.of(t.constant(COUNT, 5), first(x), a),
        (s, carry) -> carry.get(1).lt(100),
        (s, carry) ->
            List.of(
                carry.get(0).add(2), carry.get(1).mul(carry.get(2)), carry.get(2).add(a.mul(0.5))));
  }

  private static LoopResult lines(Tracer t, Tensor x, Tensor a) {
    return t.whileLoop(
        30,
        List.of(x, a),
        (s, carry) -> first(carry.get(0)).lt(900),
        (s, carry) -> List.of(carry.get(0).add(x.mul(carry.get(1))), carry.get(1)));
  }

  private static LoopResult nested(Tracer t, Tensor x, Tensor a) {
    return t.whileLoop(
        10,
        List.of(first(x), t.constant(COUNT, 0)),
        (s, carry) -> carry.get(0).lt(5000),
        (s, carry) -> {
          LoopResult inner = doubling(s, 3, carry.get(0), a);
          return List.of(inner.carry(0).mul(3), carry.get(1).add(inner.iterations()));
        });
  }

  private static LoopResult scanned(Tracer t, Tensor x, Tensor a) {
    return t.whileLoop(
        10,
        List.of(first(x)),
        (s, carry) -> carry.get(0).lt(5000),
        (s, carry) ->
            List.of(
                s.scan(
                        3,
                        List.of(carry.get(0)),
                        List.of(x),
                        (u, c, in) -> Step.carry(c.get(0).mul(a).add(in.get(0))))
                    .carry(0)));
  }

  /** 3, 50 and 1000 doubled while below 100: six, one and no iterations. */
  @Test
  void everyExampleCountsItsOwnIterations() {
    Graph graph =
        Graph.trace(
            "doubling",
            t -> {
              LoopResult loop = doubling(t, 20, t.input("x", REAL), t.constant(REAL, 2));
              t.output("end", loop.carry(0));
              t.output("iterations", loop.iterations());
            });
    double[][] results = Runs.run(Transforms.batch(graph, 3, "x"), new double[] {3, 50, 1000});
    assertArrayEquals(new double[] {192, 100, 1000}, results[0]);
    assertArrayEquals(new double[] {6, 1, 0}, results[1]);
  }

  /** x a^n along (1, 1) is a^n + n x a^(n-1): 64 + 6 * 3 * 32, 2 + 50, 1. */
  @Test
  void tangentsGoThroughABatchedLoop() {
    Graph graph =
        Graph.trace(
            "doubling",
            t -> t.output("end", doubling(t, 20, t.input("x", REAL), t.input("a", REAL)).carry(0)));
    double[] x = {3, 50, 1000};
    double[] a = {2, 2, 2};
    double[] one = {1, 1, 1};
    double[] expected = {640, 52, 1};
    Graph outside = Transforms.jvp(Transforms.batch(graph, 3, "x", "a"), "x", "a");
    assertArrayEquals(expected, Runs.run(outside, x, a, one, one)[1]);
    Graph inside = Transforms.batch(Transforms.jvp(graph, "x", "a"), 3, "x", "a", "t.x", "t.a");
    assertArrayEquals(expected, Runs.run(inside, x, a, one, one)[1]);
  }

  private static List<Operation> structures(Graph graph) {
    return graph.nodes().stream()
        .map(Node::operation)
        .filter(each -> each instanceof Operation.Structured)
        .toList();
  }

  /** The carry that depends on no example is computed once in every step; so is a condition. */
  @Test
  void whatNoExampleReachesInALoopStaysShared() {
    Graph graph =
        Graph.trace(
            "scan",
            t -> {
              Tensor x = t.input("x", REAL);
              Tensor a = t.input("a", REAL);
              List<Tensor> ends =
                  t.scan(
                          3,
                          List.of(a, a),
                          List.of(),
                          (s, carry, none) ->
                              Step.carry(carry.get(0).sin(), carry.get(1).mul(x).add(carry.get(0))))
                      .carries();
              t.output("y", ends.get(0).add(ends.get(1)));
              t.output("counted", counted(t, x.broadcast(LINE.shape()), a).carry(1));
            });
    List<Operation> structures = structures(Transforms.batch(graph, 7, "x"));
    Scan scan = (Scan) structures.get(0);
    assertEquals(
        List.of(REAL, TensorType.of(DataType.FLOAT64, 7)), scan.resultTypes().subList(0, 2));
    While loop = (While) structures.get(1);
    assertEquals(List.of(COUNT, TensorType.of(DataType.FLOAT64, 7, 3), COUNT), loop.resultTypes());
  }

  /** One scan draws for all examples, however many. */
  @Test
  void aBatchOfDrawsDoesNotGrowWithItsSize() {
    TensorType pair = TensorType.of(DataType.INT32, 2);
    Graph draw =
        Graph.trace(
            "draw",
            t -> t.output("bits", t.randomBits(t.input("key", pair), t.input("counter", pair), 1)));
    assertEquals(
        Transforms.batch(draw, 2, "key").nodes().size(),
        Transforms.batch(draw, 500, "key").nodes().size());
  }

  /** y = floor(a) b, whose derivative by a is said to be b. */
  private static Graph straightThrough() {
    Graph rounded =
        Graph.trace(
            "rounded", t -> t.output("y", t.input("a", LINE).floor().mul(t.input("b", LINE))));
    Graph derivative =
        Graph.trace(
            "derivative",
            t -> {
              Tensor a = t.input("a", LINE);
              Tensor b = t.input("b", LINE);
              t.input("y", LINE);
              Tensor g = t.input("g", LINE);
              t.output("a", g.mul(b));
              t.output("b", g.mul(a.floor()));
            });
    return Graph.trace(
        "call",
        t ->
            t.output(
                "y",
                t.call("rounded", rounded, derivative, t.input("a", LINE), t.input("b", LINE))
                    .get(0)));
  }

  /** With cotangents 1: b for each example's own a; for a shared b the sum of both floor(a). */
  @Test
  void aCallKeepsItsDerivativeAndSharedInputsHaveTheSum() {
    Graph call = straightThrough();
    double[] a = {1.5, 2.5, 3.5, 4.5, 5.5, 6.5};
    double[] b = {10, 20, 30};
    double[] one = {1, 1, 1, 1, 1, 1};
    Graph batched = Transforms.batch(call, 2, "a");
    assertEquals("batch of rounded", ((Call) structures(batched).get(0)).name());
    double[][] outside = Runs.run(Transforms.vjp(batched, "a", "b"), a, b, one);
    assertArrayEquals(new double[] {10, 20, 30, 10, 20, 30}, outside[0]);
    assertArrayEquals(new double[] {5, 7, 9}, outside[1]);
    Graph inside = Transforms.batch(Transforms.vjp(call, "a", "b"), 2, "a", "d.y");
    double[][] each = Runs.run(inside, a, b, one);
    assertArrayEquals(outside[0], each[0]);
    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, each[1]);
  }

  /** What the tests of all primitives need of structured ones. */
  static List<Case> cases() {
    List<Case> cases = new ArrayList<>(loops());
    double[] numbers = {1.5, -0.5, 2};
    cases.add(
        new Case(
            "call", straightThrough(), List.of(numbers, new double[] {1, 2, 3}), List.of(), 0));
    for (GradientChecks.Check check : GradientChecks.all()) {
      Graph graph =
          Graph.trace(
              check.name(),
              t -> t.output("y", check.function().of(t, GradientTest.inputs(t, check.shapes()))));
      List<double[]> inputs = List.of(GradientTest.inputs(check.shapes()));
      cases.add(new Case("check of " + check.name(), graph, inputs, List.of(), 0));
    }
    return cases;
  }
}
