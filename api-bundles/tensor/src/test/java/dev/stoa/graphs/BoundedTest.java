package dev.stoa.graphs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.ScanOptions;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.ShapeException;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.Transforms;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class BoundedTest {
  /** A function of a bounded x {@code [<=8, 4]}, a plain y {@code [8, 4]} and w {@code [4, 4]}. */
  private interface Function extends BiFunction<Tracer, Tensor[], Tensor> {}

  private static Graph traced(Function function) {
    return Graph.trace(
        "test",
        t -> {
          Tensor[] x = {t.bounded("x", 8, 4), t.input("y", 8, 4), t.input("w", 4, 4)};
          t.output("z", function.apply(t, x));
        });
  }

  private static void gives(TensorType type, Function function) {
    assertEquals(type, traced(function).outputType(0));
  }

  private static void refused(Function function, String... named) {
    String message = assertThrows(ShapeException.class, () -> traced(function)).getMessage();
    for (String each : named) {
      assertTrue(message.contains(each), "'" + message + "' does not name " + each);
    }
    assertTrue(message.contains("BoundedTest"), message);
  }

  private static TensorType bounded(int... row) {
    return TensorType.bounded(DataType.FLOAT32, 8, row);
  }

  private static TensorType plain(int... extents) {
    return TensorType.of(DataType.FLOAT32, extents);
  }

  @Test
  void theBoundIsPartOfTheTypeOfItsPrintAndOfTheHash() {
    assertEquals("float32[<=8, 4]", bounded(4).toString());
    assertNotEquals(bounded(4), plain(8, 4));
    assertEquals(plain(8, 4), bounded(4).unbounded());
    assertEquals(4 * 8 * 4, bounded(4).bytes());
    Graph graph = traced((t, x) -> x[0].add(1));
    assertTrue(graph.toString().contains("x: float32[<=8, 4]"), graph.toString());
    Graph other = traced((t, x) -> x[1].add(1));
    assertEquals(OptionalInt.of(8), graph.capacity());
    assertNotEquals(graph, other);
    Graph none = Graph.trace("none", t -> t.output("z", t.input("y", 8, 4).add(1)));
    assertEquals(OptionalInt.empty(), none.capacity());
  }

  @Test
  void operationsKeepTheBoundOrEndIt() {
    gives(bounded(4), (t, x) -> x[0].exp().mul(x[0]).add(x[2].slice(0, 0, 1)));
    gives(bounded(), (t, x) -> x[0].sum(1));
    gives(plain(4), (t, x) -> x[0].sum(0));
    gives(plain(), (t, x) -> x[0].mean());
    gives(bounded(4), (t, x) -> x[0].dot(x[2]));
    gives(plain(4, 4), (t, x) -> x[0].dot(x[0], true, false));
    gives(bounded(2, 2), (t, x) -> x[0].reshape(-1, 2, 2));
    gives(bounded(2, 2), (t, x) -> x[0].reshape(8, 2, 2).transpose());
    gives(bounded(1), (t, x) -> x[0].slice(1, 2, 3));
    gives(bounded(8), (t, x) -> t.concatenate(1, x[0], x[0]));
    gives(bounded(4), (t, x) -> x[2].gather(x[0].argMax(1)));
    gives(plain(4, 4), (t, x) -> x[0].gather(x[2].argMax(1)));
    gives(plain(4, 4), (t, x) -> x[2].scatterAdd(x[0].argMax(1), x[0]));
    gives(bounded(4), (t, x) -> x[0].cumulativeSum(0).reverse(0));
    gives(plain(8, 4), (t, x) -> x[0].filled(1).add(x[1]));
    gives(bounded(4), (t, x) -> x[1].bounded().add(x[0]));
    gives(TensorType.bounded(DataType.INT32, 8, 4), (t, x) -> x[0].argSort(0, true));
    gives(TensorType.of(DataType.INT32, 4), (t, x) -> x[0].argMax(0));
    gives(TensorType.of(DataType.INT32), (t, x) -> t.length());
  }

  @Test
  void rowsThatMayNotExistDoNotMeetOthers() {
    refused((t, x) -> x[0].add(x[1]), "float32[<=8, 4]", "float32[8, 4]");
    refused((t, x) -> x[0].dot(x[1], true, false), "float32[<=8, 4]", "float32[8, 4]");
    refused((t, x) -> x[0].dot(x[0], false, true), "float32[<=8, 4]", "rows of the left matrix");
    refused((t, x) -> t.concatenate(1, x[0], x[1]), "float32[<=8, 4]", "float32[8, 4]");
    refused((t, x) -> x[0].sum(1).add(x[0].transpose()), "float32[<=8, 4]");
    refused((t, x) -> x[2].scatterAdd(x[1].argMax(1), x[0]), "float32[<=8, 4]", "int32[8]");
    refused((t, x) -> x[1].broadcast(x[0].shape()), "float32[8, 4]", "[<=8, 4]");
    // A bounded axis of capacity 1 does not stretch.
    assertThrows(ShapeException.class, () -> Shape.broadcast(Shape.bounded(1, 4), Shape.of(8, 4)));
  }

  @Test
  void whatHasNoMeaningOnRowsThatMayNotExistIsRefused() {
    refused((t, x) -> x[0].reshape(-1), "float32[<=8, 4]");
    refused((t, x) -> x[0].reshape(4, 8), "float32[<=8, 4]");
    refused((t, x) -> x[0].transpose(), "float32[<=8, 4]", "filled");
    refused((t, x) -> x[0].slice(0, 0, 3), "float32[<=8, 4]");
    refused((t, x) -> t.pad(x[0], List.of(1, 0), List.of(0, 0)), "float32[<=8, 4]");
    refused((t, x) -> t.concatenate(0, x[0], x[0]), "float32[<=8, 4]");
    refused((t, x) -> x[0].topK(0, 3), "float32[<=8, 4]");
    refused((t, x) -> x[1].filled(0), "float32[8, 4]");
    refused((t, x) -> x[0].bounded(), "float32[<=8, 4]");
    refused((t, x) -> t.bounded("other", 9, 4), "float32[<=8, 4]", "float32[<=9, 4]");
    ShapeException early =
        assertThrows(ShapeException.class, () -> Graph.trace("g", t -> t.output("n", t.length())));
    assertTrue(early.getMessage().contains("no bounded input"), early.getMessage());
  }

  @Test
  void scansOverRowsStackRowsAndNothingBounded() {
    gives(
        bounded(4),
        (t, x) ->
            t.scan(8, List.of(), List.of(x[0]), (s, c, in) -> Step.output(in.get(0))).output(0));
    gives(
        bounded(4),
        (t, x) ->
            t.scan(
                    ScanOptions.of(8).upToLength(),
                    List.of(x[2].sum(0)),
                    List.of(),
                    (s, c, in) -> Step.of(c.get(0).mul(2), c.get(0)))
                .output(0));
    refused(
        (t, x) ->
            t.scan(8, List.of(), List.of(x[0], x[1]), (s, c, in) -> Step.output(in.get(0)))
                .output(0),
        "float32[8, 4]",
        "[<=8]");
    refused(
        (t, x) -> t.scan(3, List.of(), List.of(), (s, c, in) -> Step.output(x[0])).output(0),
        "float32[<=8, 4]");
  }

  @Test
  void aBatchIsRefusedWhereItWouldMoveTheBoundedAxis() {
    Graph graph = traced((t, x) -> x[0].dot(x[2]).sum(0));
    ShapeException refused =
        assertThrows(ShapeException.class, () -> Transforms.batch(graph, 3, "w"));
    assertTrue(refused.getMessage().contains("[<=8, 4]"), refused.getMessage());
    Graph bound = traced((t, x) -> x[0].mul(x[2].sum().add(x[1]).bounded()));
    assertThrows(ShapeException.class, () -> Transforms.batch(bound, 3, "y"));
    Graph apart = traced((t, x) -> x[0].sum(0).reshape(1, 4).dot(x[2]));
    assertEquals(plain(3, 1, 4), Transforms.batch(apart, 3, "w").outputType(0));
  }

  @Test
  void sumsOfRowsAreNotFolded() {
    Graph graph = traced((t, x) -> t.constant(x[0].type(), 1).sum(0));
    Graph two = Transforms.atLength(graph, 2);
    assertTrue(graph.toString().contains("SUM"), graph.toString());
    // Two rows of ones, known when it is traced.
    assertTrue(two.toString().contains("Constant[values=[2.0]]"), two.toString());
  }

  @Test
  void theMaskedGraphTakesTheLengthAsItsLastInput() {
    Graph graph = traced((t, x) -> x[0].sum(0).div(t.length().convert(DataType.FLOAT32)));
    Graph masked = Transforms.masked(graph);
    assertEquals(List.of("x", "y", "w", "length"), masked.inputNames());
    assertEquals(plain(8, 4), masked.inputTypes().get(0));
    assertEquals(TensorType.of(DataType.INT32), masked.inputTypes().get(3));
    assertTrue(masked.capacity().isEmpty());
    Graph plain = Graph.trace("plain", t -> t.output("z", t.input("x", 3).add(1)));
    assertEquals(plain, Transforms.masked(plain));
    assertEquals(plain, Transforms.atLength(plain, 3));
    IllegalArgumentException outside =
        assertThrows(IllegalArgumentException.class, () -> Transforms.atLength(graph, 9));
    assertTrue(outside.getMessage().contains("9, not from 0 to 8"), outside.getMessage());
  }
}
