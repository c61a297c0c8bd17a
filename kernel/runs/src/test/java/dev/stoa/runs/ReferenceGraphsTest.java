package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceGraphsTest {
  private final List<Graph> graphs = ReferenceGraphs.all();

  @Test
  void thereAreFiveAndEachIsGivenSomethingAndTellsSomething() {
    assertEquals(
        List.of("inference", "update", "large-update", "product", "recurrent"),
        graphs.stream().map(Graph::name).toList());
    for (Graph graph : graphs) {
      assertTrue(graph.inputNames().contains(ReferenceGraphs.GIVEN), graph.name());
      assertTrue(graph.outputNames().contains(ReferenceGraphs.TOLD), graph.name());
      graph.inputTypes().forEach(type -> assertEquals(DataType.FLOAT32, type.dataType()));
    }
  }

  @Test
  void updatesReplaceEveryWeightAndItsTwoMoments() {
    // Three layers of weight and bias: 6, and 12 moments; nothing else is an input but the batch.
    for (Graph update : graphs.subList(1, 3)) {
      assertEquals(18, update.donations().size(), update.name());
      assertEquals(20, update.inputNames().size(), update.name());
      assertEquals(19, update.outputNames().size(), update.name());
    }
  }

  @Test
  void sizesAreThoseThatTheDocumentationNames() {
    assertEquals("[8, 4]", given(0));
    assertEquals("[64, 4]", given(1));
    assertEquals("[256, 17]", given(2));
    assertEquals("[64, 16, 64]", given(4));
    Graph product = graphs.get(3);
    assertEquals("[1024, 1024]", product.inputTypes().get(product.input("a")).shape().toString());
  }

  private String given(int graph) {
    Graph each = graphs.get(graph);
    return each.inputTypes().get(each.input(ReferenceGraphs.GIVEN)).shape().toString();
  }
}
