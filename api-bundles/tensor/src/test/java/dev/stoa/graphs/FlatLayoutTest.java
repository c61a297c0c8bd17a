package dev.stoa.graphs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.tensor.FlatLayout;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.ShapeException;
import dev.stoa.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlatLayoutTest {
  private static final FlatLayout LAYER =
      new FlatLayout().with("weights", 2, 3).with("bias", 3).with("scale");

  @Test
  void parametersLieOneAfterTheOtherInTheOrderOfAddition() {
    assertEquals(10, LAYER.size());
    assertEquals(List.of("weights", "bias", "scale"), List.copyOf(LAYER.shapes().keySet()));
    Graph graph =
        Graph.trace(
            "split",
            t -> {
              Map<String, Tensor> parameters = LAYER.split(t.input("flat", 10));
              assertEquals(Shape.of(2, 3), parameters.get("weights").shape());
              assertEquals(Shape.SCALAR, parameters.get("scale").shape());
              t.output("bias", parameters.get("bias"));
            });
    assertEquals(
        new Operation.Slice(List.of(6), List.of(9)), graph.nodes().get(1).operation(), "" + graph);
  }

  @Test
  void whatDoesNotFitTheLayoutIsNamed() {
    assertThrows(IllegalArgumentException.class, () -> LAYER.with("bias", 2));
    assertThrows(
        ShapeException.class, () -> Graph.trace("short", t -> LAYER.split(t.input("flat", 9))));
    String message =
        assertThrows(
                ShapeException.class,
                () ->
                    Graph.trace(
                        "wrong",
                        t -> {
                          Map<String, Tensor> parameters =
                              Map.of("weights", t.input("w", 2, 3), "bias", t.input("b", 2));
                          t.output("flat", LAYER.join(t, parameters));
                        }))
            .getMessage();
    assertTrue(message.contains("'bias'") && message.contains("float32[2]"), message);
    assertTrue(message.contains("FlatLayoutTest"), message);
  }
}
