package dev.stoa.graphs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphTest {
  private static Graph step(String name, String input, double factor) {
    return Graph.trace(
        name,
        t -> {
          Tensor w = t.input(input, 2, 3);
          Tensor x = t.input("x", 4, 2);
          t.output("y", x.dot(w).tanh());
          t.update(w, w.mul(factor));
        });
  }

  @Test
  void thePrintedFormShowsSignatureNodesAndResults() {
    assertEquals(
        """
        graph step[w: float32[2, 3], x: float32[4, 2]]
          %0 = Input[position=0]() : float32[2, 3]
          %1 = Input[position=1]() : float32[4, 2]
          %2 = Dot[transposeLeft=false, transposeRight=false](%1, %0) : float32[4, 3]
          %3 = tanh(%2) : float32[4, 3]
          %4 = Constant[values=[0.5]]() : float32[2, 3]
          %5 = mul(%0, %4) : float32[2, 3]
          return [y = %3, w = %5 updates w]""",
        step("step", "w", 0.5).toString());
  }

  @Test
  void longConstantsArePrintedShort() {
    Graph graph = Graph.trace("long", t -> t.output("y", t.constant(new float[100])));
    assertTrue(graph.toString().contains("Constant[100 values #"), graph.toString());
  }

  @Test
  void theHashIsThatOfTheStructureNotOfNames() {
    Graph graph = step("a", "w", 0.5);
    assertEquals(graph, step("b", "weights", 0.5));
    assertEquals(graph.hash(), step("b", "weights", 0.5).hash());
    assertEquals(64, graph.hash().length());
    assertNotEquals(graph, step("a", "w", 0.25));
  }

  @Test
  void theHashKnowsDonations() {
    Graph updated =
        Graph.trace(
            "g",
            t -> {
              Tensor w = t.input("w", 2);
              t.update(w, w.neg());
            });
    Graph given = Graph.trace("g", t -> t.output("w", t.input("w", 2).neg()));
    assertNotEquals(updated.hash(), given.hash());
    assertEquals(Map.of(0, 0), updated.donations());
    assertEquals(Map.of(), given.donations());
  }

  @Test
  void unknownNamesAreAnsweredWithTheKnownOnes() {
    Graph graph = step("a", "w", 0.5);
    assertEquals(1, graph.input("x"));
    assertEquals(0, graph.output("y"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> graph.input("q")).getMessage();
    assertTrue(message.contains("'q'") && message.contains("[w, x]"), message);
  }

  @Test
  void twoOutputsOfOneNameAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Graph.trace(
                "g",
                t -> {
                  Tensor x = t.input("x", 2);
                  t.output("y", x);
                  t.output("y", x.neg());
                }));
  }

  @Test
  void nodesCannotPointForward() {
    TensorType type = TensorType.of(DataType.FLOAT32);
    assertThrows(
        IllegalArgumentException.class, () -> new Node(1, Operation.Unary.NEG, List.of(1), type));
  }
}
