package dev.stoa.graphs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.tensor.Call;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Scan;
import dev.stoa.tensor.ScanOptions;
import dev.stoa.tensor.ScanResult;
import dev.stoa.tensor.ShapeException;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.Transforms;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How loops and calls are traced, printed, hashed, simplified and refused. */
class StructuresTest {
  private static Graph trace(Consumer<Tracer> body) {
    return Graph.trace("test", body);
  }

  private static void refused(Consumer<Tracer> body, String... named) {
    String message = assertThrows(ShapeException.class, () -> trace(body)).getMessage();
    for (String each : named) {
      assertTrue(message.contains(each), "'" + message + "' does not name " + each);
    }
    assertTrue(message.contains("graph test"), message);
    assertTrue(message.contains("StructuresTest"), "'" + message + "' does not name the call site");
  }

  private static ScanResult sums(Tracer t, int length, Tensor start, Tensor x) {
    return t.scan(
        length,
        List.of(start),
        List.of(x),
        (s, carry, in) -> {
          Tensor sum = carry.get(0).add(in.get(0));
          return Step.of(sum, sum);
        });
  }

  private static List<Node> nodes(Graph graph, Class<?> kind) {
    return graph.nodes().stream().filter(node -> kind.isInstance(node.operation())).toList();
  }

  @Test
  void aLoopThatDoesNotFitIsRefusedWithBothTypes() {
    refused(
        t ->
            t.scan(
                2,
                List.of(t.input("c", 3)),
                List.of(),
                (s, carry, in) -> Step.carry(carry.get(0).sum())),
        "float32[3]",
        "float32[]");
    refused(
        t -> t.scan(2, List.of(t.input("c", 3)), List.of(), (s, carry, in) -> Step.carry()),
        "[float32[3]]",
        "gives []");
    refused(t -> sums(t, 4, t.input("c"), t.input("x", 3)), "4 steps", "float32[3]");
    refused(t -> sums(t, 4, t.input("c"), t.input("x")), "4 steps", "float32[]");
    refused(t -> sums(t, -1, t.input("c"), t.input("x", 3)), "-1");
    refused(
        t ->
            t.whileLoop(
                2, List.of(t.input("c")), (s, c) -> c.get(0), (s, c) -> List.of(c.get(0).exp())),
        "float32[]",
        "bool[]");
    refused(
        t ->
            t.whileLoop(
                2,
                List.of(t.input("c")),
                (s, c) -> c.get(0).lt(1),
                (s, c) -> List.of(c.get(0).convert(DataType.FLOAT64))),
        "float64[]",
        "float32[]");
    refused(
        t -> t.whileLoop(-2, List.of(t.input("c")), (s, c) -> c.get(0).lt(1), (s, c) -> c), "-2");
  }

  @Test
  void aTensorOfAnotherBodyIsRefused() {
    refused(
        t -> {
          List<Tensor> leaked = new ArrayList<>();
          t.scan(
              2,
              List.of(t.input("c", 3)),
              List.of(),
              (s, carry, in) -> {
                leaked.add(carry.get(0).exp());
                return Step.carry(carry.get(0));
              });
          t.output("y", leaked.get(0));
        },
        "float32[3]",
        "graph test/scan used in graph test",
        "finished");
    trace(
        other -> {
          Tensor foreign = other.input("x", 3);
          refused(
              t ->
                  t.scan(
                      2,
                      List.of(t.input("c", 3)),
                      List.of(),
                      (s, carry, in) -> Step.carry(carry.get(0).add(foreign))),
              "float32[3]",
              "graph test used in graph test/scan");
        });
  }

  @Test
  void aBodyStatesNoInputsAndOutputs() {
    refused(
        t -> t.scan(2, List.of(), List.of(), (s, carry, in) -> Step.output(s.input("x", 2))),
        "'x'",
        "body");
  }

  private static Graph unary(String from, String to) {
    return Graph.trace("square", t -> t.output(to, t.input(from, 2).square()));
  }

  @Test
  void aCallThatDoesNotFitIsRefusedWithBothSignatures() {
    refused(t -> t.call("f", unary("x", "y"), t.input("a", 3)), "[float32[2]]", "[float32[3]]");
    refused(
        t -> t.call("f", unary("x", "y"), unary("x", "y"), t.input("a", 2)),
        "[float32[2], float32[2], float32[2]] -> [float32[2]]",
        "not [float32[2]] -> [float32[2]]");
  }

  @Test
  void reverseModeThroughALoopOfUnknownLengthIsRefusedWithARemedy() {
    refused(
        t -> {
          Tensor x = t.input("x");
          Tensor end =
              t.whileLoop(
                      9, List.of(x), (s, c) -> c.get(0).lt(9), (s, c) -> List.of(c.get(0).mul(2)))
                  .carry(0);
          t.gradient(end, x);
        },
        "whileLoop",
        "scan",
        "float32[]");
    trace(
        t -> {
          Tensor x = t.input("x");
          Tensor count =
              t.whileLoop(
                      9,
                      List.of(x.stopGradient()),
                      (s, c) -> c.get(0).lt(9),
                      (s, c) -> List.of(c.get(0).mul(2)))
                  .carry(0);
          t.output("slope", t.gradient(count.mul(x), x).get(0));
        });
  }

  @Test
  void thePrintedFormShowsTheGraphsInside() {
    Graph graph =
        trace(
            t -> {
              Tensor scale = t.input("scale");
              ScanResult scan =
                  t.scan(
                      3,
                      List.of(t.input("c")),
                      List.of(t.input("x", 3)),
                      (s, carry, in) -> Step.carry(carry.get(0).mul(scale).add(in.get(0))));
              t.output("y", scan.carry(0));
            });
    assertEquals(
        """
        graph test[scale: float32[], c: float32[], x: float32[3]]
          %0 = Input[position=0]() : float32[]
          %1 = Input[position=1]() : float32[]
          %2 = Input[position=2]() : float32[3]
          %3 = Scan[carries=1, stacked=1, length=3](%1, %2, %0) : float32[]
            body = graph test/scan[carry0: float32[], x0: float32[], constant0: float32[]]
              %0 = Input[position=0]() : float32[]
              %1 = Input[position=1]() : float32[]
              %2 = Input[position=2]() : float32[]
              %3 = mul(%0, %2) : float32[]
              %4 = add(%3, %1) : float32[]
              return [carry0 = %4]
          %4 = Result[position=0](%3) : float32[]
          return [y = %4]""",
        graph.toString());
  }

  private static Graph powers(int length, boolean reverse, double factor) {
    ScanOptions options = reverse ? ScanOptions.of(length).reversed() : ScanOptions.of(length);
    return trace(
        t ->
            t.output(
                "y",
                t.scan(
                        options,
                        List.of(t.input("x")),
                        List.of(),
                        (s, carry, in) -> Step.carry(carry.get(0).mul(factor)))
                    .carry(0)));
  }

  @Test
  void theHashIsThatOfTheGraphsInsideToo() {
    assertEquals(powers(3, false, 2).hash(), powers(3, false, 2).hash());
    assertNotEquals(powers(3, false, 2).hash(), powers(3, false, 4).hash());
    assertNotEquals(powers(3, false, 2).hash(), powers(4, false, 2).hash());
    assertNotEquals(powers(3, false, 2).hash(), powers(3, true, 2).hash());
    Graph named = trace(t -> t.output("y", t.call("f", unary("x", "y"), t.input("a", 2)).get(0)));
    Graph other = trace(t -> t.output("y", t.call("g", unary("x", "y"), t.input("a", 2)).get(0)));
    Graph same = trace(t -> t.output("y", t.call("f", unary("u", "v"), t.input("a", 2)).get(0)));
    assertNotEquals(named.hash(), other.hash());
    assertEquals(named.hash(), same.hash());
  }

  @Test
  void equalScansAreComputedOnceAndUnneededOnesNot() {
    Graph graph =
        trace(
            t -> {
              Tensor c = t.input("c");
              Tensor x = t.input("x", 3);
              t.output("y", sums(t, 3, c, x).carry(0).add(sums(t, 3, c, x).output(0)));
              sums(t, 3, c.exp(), x);
            });
    assertEquals(1, nodes(graph, Scan.class).size(), graph.toString());
    assertEquals(0, nodes(graph, Operation.Unary.class).size(), graph.toString());
  }

  @Test
  void ofAScanOnlyWhatIsNeededStays() {
    Graph graph =
        trace(
            t -> {
              ScanResult scan =
                  t.scan(
                      3,
                      List.of(t.input("a"), t.input("b"), t.input("c")),
                      List.of(t.input("x", 3), t.input("y", 3)),
                      (s, carry, in) ->
                          Step.of(
                              List.of(
                                  carry.get(0).add(carry.get(1)),
                                  carry.get(1).mul(in.get(0)),
                                  carry.get(2).add(carry.get(0)).exp()),
                              List.of(in.get(1).sin(), carry.get(0).cos())));
              t.output("z", scan.output(1));
            });
    // The second output needs the first carry, which needs the second and the first input.
    Node node = nodes(graph, Scan.class).get(0);
    Scan scan = (Scan) node.operation();
    assertEquals(2, scan.carries());
    assertEquals(1, scan.stacked());
    assertEquals(1, scan.outputs());
    assertEquals(3, node.operands().size());
    assertFalse(graph.toString().contains("exp") || graph.toString().contains("sin"), "" + graph);
    assertEquals(5, graph.inputTypes().size());
  }

  @Test
  void constantsFromOutsideAreMadeInsideAndInvariantsOutside() {
    Graph graph =
        trace(
            t -> {
              Tensor x = t.input("x");
              Tensor one = t.constant(DataType.FLOAT32, 1);
              ScanResult scan =
                  t.scan(
                      3,
                      List.of(t.input("c")),
                      List.of(),
                      (s, carry, in) -> Step.carry(carry.get(0).mul(x.exp()).mul(one).sub(one)));
              t.output("y", scan.carry(0));
            });
    Node node = nodes(graph, Scan.class).get(0);
    assertEquals(2, node.operands().size());
    assertEquals(1, nodes(graph, Operation.Unary.class).size(), graph.toString());
    // carry, constant, product, 1 and difference: the product by 1 is not there.
    assertEquals(5, ((Scan) node.operation()).body().nodes().size(), graph.toString());
  }

  private static Graph gradient(ScanOptions options) {
    return trace(
        t -> {
          Tensor c = t.input("c");
          ScanResult scan =
              t.scan(
                  options,
                  List.of(c),
                  List.of(t.input("x", 3)),
                  (s, carry, in) -> Step.carry(carry.get(0).sin().mul(in.get(0)).exp()));
          t.output("y", scan.carry(0));
          t.output("slope", t.gradient(scan.carry(0), c).get(0));
          t.gradient(scan.carry(0).square(), c);
        });
  }

  /** The derivative keeps exp(..) and cos(carry); or the carry alone. */
  @Test
  void aGradientRunsTheScanOnceAndKeepsWhatItSays() {
    Graph graph = gradient(ScanOptions.of(3));
    List<Node> scans = nodes(graph, Scan.class);
    assertEquals(2, scans.size(), graph.toString());
    Scan forward = (Scan) scans.get(0).operation();
    assertTrue(forward.body().toString().contains("cos"), graph.toString());
    assertEquals(2, forward.outputs());
    assertTrue(((Scan) scans.get(1).operation()).reverse());
    Graph again = gradient(ScanOptions.of(3).recomputed());
    Scan kept = (Scan) nodes(again, Scan.class).get(0).operation();
    assertEquals(1, kept.outputs(), again.toString());
    assertFalse(kept.body().toString().contains("cos"), again.toString());
  }

  @Test
  void aGraphWithLoopsIsInlinedAndCallsAreReplaced() {
    Graph inner = powers(3, false, 2);
    Graph outer = trace(t -> t.output("z", t.inline(inner, t.input("a")).get(0)));
    assertEquals(inner.hash(), outer.hash());
    Graph calls =
        trace(
            t -> {
              Tensor w = t.input("w", 2);
              Tensor y = t.call("f", unary("x", "y"), w).get(0);
              t.scan(
                  2,
                  List.of(y),
                  List.of(),
                  (s, carry, in) -> Step.of(s.call("g", unary("x", "y"), carry.get(0)), List.of()));
              t.update(w, t.call("g", unary("x", "y"), y).get(0));
            });
    assertEquals(2, nodes(calls, Call.class).size());
    assertEquals(1, nodes(Transforms.withoutCalls(calls, "g"::equals), Call.class).size());
    Graph plain = Transforms.withoutCalls(calls, name -> false);
    assertEquals(0, nodes(plain, Call.class).size());
    assertEquals(calls.donations(), plain.donations());
    assertEquals(calls.outputNames(), plain.outputNames());
  }

  @Test
  void partsThatDoNotFitAreNoNode() {
    Graph body = unary("carry", "next");
    TensorType pair = TensorType.of(DataType.FLOAT32, 2);
    assertThrows(IllegalArgumentException.class, () -> new Scan(body, 1, 1, 3, false, false));
    assertThrows(IllegalArgumentException.class, () -> new Scan(body, 1, 0, -3, false, false));
    Scan scan = new Scan(body, 1, 0, 3, false, false);
    assertEquals(List.of(pair), scan.resultTypes());
    Node input = new Node(0, new Operation.Input(0), List.of(), pair);
    Node loop = new Node(1, scan, List.of(0), pair);
    assertThrows(
        IllegalArgumentException.class,
        () -> graph(input, loop, new Node(2, Operation.Unary.NEG, List.of(1), pair)));
    assertThrows(
        IllegalArgumentException.class,
        () -> graph(input, new Node(1, new Operation.Result(0), List.of(0), pair)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Node(1, Operation.Unary.NEG, List.of(0), List.of(pair, pair)));
    graph(input, loop, new Node(2, new Operation.Result(0), List.of(1), pair));
  }

  private static Graph graph(Node... nodes) {
    TensorType pair = TensorType.of(DataType.FLOAT32, 2);
    return new Graph(
        "parts",
        List.of(nodes),
        List.of("x"),
        List.of(pair),
        List.of("y"),
        List.of(nodes.length - 1),
        java.util.Map.of());
  }
}
