package dev.stoa.graphs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.ShapeException;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Outside the library's package, as users are: call sites are theirs. */
class TracerTest {
  private static Graph trace(Consumer<Tracer> body) {
    return Graph.trace("test", body);
  }

  private static void refused(Consumer<Tracer> body, String... named) {
    String message = assertThrows(ShapeException.class, () -> trace(body)).getMessage();
    for (String each : named) {
      assertTrue(message.contains(each), "'" + message + "' does not name " + each);
    }
    assertTrue(message.contains("graph test"), message);
    assertTrue(message.contains("TracerTest"), "'" + message + "' does not name the call site");
  }

  @Test
  void operandsThatDoNotFitAreNamedWithTypesAndCallSite() {
    refused(t -> t.input("a", 2, 3).add(t.input("b", 4)), "add", "float32[2, 3]", "float32[4]");
    refused(t -> t.input("a", 2, 3).dot(t.input("b", 2, 3)), "dot", "float32[2, 3]", "inner");
    refused(t -> t.input("a", 1, 2, 3).dot(t.input("b", 2, 3, 1)), "leading");
    refused(t -> t.input("a", 3).dot(t.input("b", 3)), "float32[3]");
  }

  @Test
  void typesAreNeverMixedSilently() {
    TensorType whole = TensorType.of(DataType.INT32, 2);
    refused(t -> t.input("a", 2).mul(t.input("b", whole)), "float32[2]", "int32[2]");
    refused(t -> t.input("a", whole).exp(), "exp", "int32[2]");
    refused(t -> t.input("a", whole).pow(t.input("b", whole)), "pow", "int32[2]");
    refused(t -> t.input("a", whole).lgamma(), "lgamma", "int32[2]");
    refused(t -> t.input("a", 2).and(t.input("b", 2)), "and", "float32[2]");
    refused(t -> t.input("a", 2).select(t.input("b", 2), t.input("c", 2)), "select");
    refused(t -> t.input("a", 3).gather(t.input("b", 2)), "gather", "float32[2]");
  }

  @Test
  void impossibleLayoutsAreRefused() {
    refused(t -> t.input("a", 2, 3).reshape(4), "float32[2, 3]", "[4]");
    refused(t -> t.input("a", 2, 3).transpose(0, 0), "float32[2, 3]", "[0, 0]");
    refused(t -> t.input("a", 2, 3).slice(1, 2, 4), "float32[2, 3]", "[2, 4]");
    refused(t -> t.input("a", 2, 3).broadcast(Shape.of(2, 2)), "float32[2, 3]", "[2, 2]");
    refused(t -> t.concatenate(0, t.input("a", 2, 3), t.input("b", 2, 2)), "float32[2, 2]");
    refused(t -> t.input("a", 2, 3).sum(1, -1), "twice");
    refused(t -> t.update(t.input("a", 2), t.input("b", 3)), "'a'", "float32[2]", "float32[3]");
    refused(t -> t.update(t.input("a", 2).exp(), t.input("b", 2)), "only an input");
  }

  @Test
  void impossibleSequencesAndPlacesAreRefused() {
    TensorType two = TensorType.of(DataType.INT32, 2);
    TensorType truth = TensorType.of(DataType.BOOL, 2);
    refused(t -> t.input("a", 2, 3).reverse(0, -2), "twice", "float32[2, 3]");
    refused(t -> t.input("a", 2, 3).reverse(2), "axis 2", "float32[2, 3]");
    refused(t -> t.input("a", truth).cumulativeSum(0), "sum", "bool[2]");
    refused(t -> t.input("a", truth).argSort(0, false), "bool[2]");
    refused(t -> t.input("a", 2, 3).topK(1, 4), "first 4", "float32[2, 3]");
    refused(t -> t.input("a", 2, 3).takeAlong(1, t.input("i", two)), "int32[2]");
    refused(t -> t.input("a", 2, 3).dynamicSlice(t.input("s", two), 3, 1), "[3, 1]", "int32[2]");
    refused(t -> t.input("a", 2).dynamicSlice(t.input("s", two), 1), "[1]", "int32[2]");
    refused(
        t -> t.input("a", 2, 3).dynamicUpdate(t.input("s", two), t.input("p", 1)),
        "float32[1]",
        "float32[2, 3]");
    refused(t -> t.input("a", truth).scatterMax(t.input("i", two), t.input("r", truth)), "bool[2]");
    refused(t -> t.input("a", 3).scatterSet(t.input("i", two), t.input("r", 3)), "scatter", "[3]");
    refused(
        t -> t.linearRecurrence(0, t.input("a", 2), t.input("b", 3), t.input("c")),
        "recurrence",
        "float32[2]",
        "float32[3]");
    refused(
        t -> t.linearRecurrence(1, t.input("a", 2, 3), t.input("b", 2, 3), t.input("c", 3)),
        "initial value must be [2]");
    refused(
        t -> t.linearRecurrence(0, t.input("a", two), t.input("b", two), t.input("c")), "int32");
  }

  @Test
  void sequencesHaveTheTypesOfTheirDefinitionsAndTellTheirAttributes() {
    trace(
        t -> {
          Tensor a = t.input("a", 2, 3);
          Tensor start = t.input("s", TensorType.of(DataType.INT32, 2));
          assertEquals(TensorType.of(DataType.INT32, 2, 2), a.topK(-1, 2).type());
          assertEquals(TensorType.of(DataType.INT32, 2, 3), a.argSort(0, true).type());
          assertEquals(Shape.of(1, 2), a.dynamicSlice(start, 1, 2).shape());
          assertEquals(Shape.of(2, 5), a.takeAlong(1, t.iota(Shape.of(2, 5), 1)).shape());
        });
    Graph up = trace(t -> t.output("y", t.input("x", 3).argSort(0, false)));
    Graph down = trace(t -> t.output("y", t.input("x", 3).argSort(0, true)));
    assertTrue(!up.hash().equals(down.hash()));
    assertTrue(up.toString().contains("ArgSort[axis=0, descending=false, count=3]"), "" + up);
  }

  @Test
  void wholePartsAndDoubleReversalsAreNotRecorded() {
    Graph graph =
        trace(
            t -> {
              Tensor x = t.input("x", 2, 3);
              Tensor start = t.input("s", TensorType.of(DataType.INT32, 2));
              Tensor whole = x.reverse(1).reverse(1).reverse().dynamicSlice(start, 2, 3);
              t.output("y", t.input("z", 2, 3).dynamicUpdate(start, whole));
              t.output("zero", t.constant(x.type(), 0).reverse(0).dynamicSlice(start, 1, 1));
            });
    assertEquals(2, graph.nodes().size(), graph.toString());
  }

  @Test
  void aTensorOfAnotherGraphIsRefused() {
    trace(
        other -> {
          Tensor foreign = other.input("x", 2);
          refused(t -> t.input("a", 2).add(foreign), "graph test used in graph test");
        });
  }

  @Test
  void gradientsAreTakenOfRealScalars() {
    refused(t -> t.gradient(t.input("a", 2), t.input("b", 2)), "scalar", "float32[2]");
    refused(
        t -> t.pullBack(t.input("a", 2), t.input("c", 3), t.input("b", 2)),
        "float32[3]",
        "float32[2]");
  }

  @Test
  void inferredTypesAreThoseOfTheDefinitions() {
    trace(
        t -> {
          Tensor a = t.input("a", 2, 3, 4);
          assertEquals(TensorType.of(DataType.FLOAT32, 2, 4), a.sum(1).type());
          assertEquals(TensorType.of(DataType.FLOAT32), a.mean().type());
          assertEquals(TensorType.of(DataType.INT32, 2, 3), a.argMax(-1).type());
          assertEquals(Shape.of(6, 4), a.reshape(-1, 4).shape());
          assertEquals(Shape.of(2, 4, 3), a.transpose(0, 2, 1).shape());
          assertEquals(Shape.of(2, 4, 4), a.dot(a, true, false).shape());
          assertEquals(TensorType.of(DataType.BOOL, 2, 3, 4), a.isFinite().type());
          Tensor indices = t.input("i", TensorType.of(DataType.INT32, 5, 6));
          assertEquals(Shape.of(5, 6, 3, 4), a.gather(indices).shape());
        });
  }

  private static long nodes(Graph graph, Class<?> kind) {
    return graph.nodes().stream().filter(node -> kind.isInstance(node.operation())).count();
  }

  @Test
  void equalExpressionsAreComputedOnceAndUnneededOnesNot() {
    Graph graph =
        trace(
            t -> {
              Tensor x = t.input("x", 2);
              t.output("y", x.exp().add(x.exp()));
              x.sin();
            });
    assertEquals(3, graph.nodes().size(), graph.toString());
  }

  @Test
  void identitiesAndConstantsAreNotRecorded() {
    Graph graph =
        trace(
            t -> {
              Tensor x = t.input("x", 2);
              Tensor two = t.constant(DataType.FLOAT32, 1).add(1);
              t.output(
                  "y",
                  x.pow(1)
                      .mul(x.pow(0))
                      .mul(1)
                      .add(-0.0)
                      .sub(0)
                      .div(1)
                      .neg()
                      .neg()
                      .mul(two.div(2)));
            });
    assertEquals(1, graph.nodes().size(), graph.toString());
    assertEquals(List.of(0), graph.outputs());
  }

  /** x * 0 is not 0 for an infinite x. */
  @Test
  void whatWouldHideNotANumberIsKept() {
    Graph graph =
        trace(
            t -> {
              Tensor x = t.input("x", 2);
              t.output("zero", x.mul(0));
              t.output("one", x.div(x));
              t.output("none", x.sub(x));
            });
    assertEquals(3, nodes(graph, Operation.Binary.class), graph.toString());
  }

  /** 0.1 and 0.2 as float32 sum to 0.3 rounded to float32: 0.30000001192092896. */
  @Test
  void foldedConstantsAreRoundedAsTheirType() {
    Graph graph = trace(t -> t.output("y", t.constant(DataType.FLOAT32, 0.1).add(0.2)));
    assertEquals(
        new Operation.Constant(List.of(0.30000001192092896)), graph.nodes().get(0).operation());
  }

  @Test
  void aGraphIsInlinedIntoAnother() {
    Graph square = trace(t -> t.output("y", t.input("x", 3).square()));
    Graph graph =
        Graph.trace("outer", t -> t.output("z", t.inline(square, t.input("a", 3)).get(0).sum()));
    assertEquals(3, graph.nodes().size(), graph.toString());
    refused(t -> t.inline(square, t.input("a", 4)), "'x'", "float32[3]", "float32[4]");
    refused(t -> t.inline(square), "[x]", "0");
  }
}
