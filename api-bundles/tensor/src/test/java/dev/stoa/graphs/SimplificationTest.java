package dev.stoa.graphs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** What is not computed, and what must be. The bits of all are compared by the reference device. */
class SimplificationTest {
  private interface Function extends BiFunction<Tracer, Tensor, Tensor> {}

  /** The operations after the input, in print. */
  private static List<String> operations(TensorType type, Function function) {
    Graph graph = Graph.trace("test", t -> t.output("y", function.apply(t, t.input("x", type))));
    return graph.nodes().stream()
        .map(node -> node.operation())
        .filter(each -> !(each instanceof Operation.Input))
        .map(Operation::print)
        .toList();
  }

  private static void identity(TensorType type, Function... functions) {
    for (Function function : functions) {
      assertEquals(List.of(), operations(type, function));
    }
  }

  private static void becomes(TensorType type, Function function, String... wanted) {
    assertEquals(List.of(wanted), operations(type, function));
  }

  private static TensorType type(DataType dataType, int... extents) {
    return TensorType.of(dataType, extents);
  }

  @Test
  void neutralNumbersAreLeftOutWhereEveryZeroKeepsItsSign() {
    for (DataType real : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      identity(
          type(real, 3),
          (t, x) -> x.mul(1),
          (t, x) -> t.constant(x.type(), 1).mul(x),
          (t, x) -> x.div(1),
          (t, x) -> x.sub(0),
          (t, x) -> x.add(-0.0),
          (t, x) -> t.constant(x.type(), -0.0).add(x),
          (t, x) -> x.pow(1),
          (t, x) -> x.min(x),
          (t, x) -> x.max(x));
      becomes(type(real, 3), (t, x) -> x.pow(0), "Constant[values=[1.0]]");
    }
    identity(
        type(DataType.INT32, 3),
        (t, x) -> x.add(0),
        (t, x) -> t.constant(x.type(), 0).add(x),
        (t, x) -> x.sub(0),
        (t, x) -> x.mul(1),
        (t, x) -> x.div(1));
    becomes(type(DataType.INT32, 3), (t, x) -> x.mul(0), "Constant[values=[0.0]]");
  }

  /** -0 + 0 is 0, so are -0 - -0; infinity * 0 is no number. */
  @Test
  void whatChangesASignOrHidesNotANumberIsKept() {
    List<Function> kept =
        List.of(
            (t, x) -> x.add(0),
            (t, x) -> t.constant(x.type(), 0).add(x),
            (t, x) -> x.sub(-0.0),
            (t, x) -> t.constant(x.type(), 0).sub(x),
            (t, x) -> x.mul(0),
            (t, x) -> x.sub(x),
            (t, x) -> x.div(x),
            (t, x) -> x.min(0).max(0));
    for (Function function : kept) {
      List<String> operations = operations(type(DataType.FLOAT32, 3), function);
      String last = operations.get(operations.size() - 1);
      assertTrue(List.of("add", "sub", "mul", "div", "max").contains(last), last);
    }
  }

  @Test
  void whatIsDoneTwiceIsDoneOnceOrNotAtAll() {
    TensorType real = type(DataType.FLOAT32, 2, 3);
    identity(real, (t, x) -> x.neg().neg(), (t, x) -> x.reverse(0, 1).reverse(0, 1));
    identity(type(DataType.INT32), (t, x) -> x.neg().neg());
    identity(
        type(DataType.BOOL, 2), (t, x) -> x.not().not(), (t, x) -> x.and(x), (t, x) -> x.or(x));
    becomes(real, (t, x) -> x.abs().abs(), "abs");
    becomes(real, (t, x) -> x.neg().abs(), "abs");
    becomes(real, (t, x) -> x.floor().floor(), "floor");
    becomes(real, (t, x) -> x.sign().sign(), "sign");
    becomes(real, (t, x) -> x.stopGradient().stopGradient(), "StopGradient[]");
  }

  @Test
  void knownTruthsDecide() {
    TensorType truth = type(DataType.BOOL, 2);
    Function yes = (t, x) -> t.constant(x.type(), 1);
    Function no = (t, x) -> t.constant(x.type(), 0);
    identity(
        truth,
        (t, x) -> x.and(yes.apply(t, x)),
        (t, x) -> no.apply(t, x).or(x),
        (t, x) -> yes.apply(t, x).select(x, x.not()),
        (t, x) -> no.apply(t, x).select(x.not(), x),
        (t, x) -> x.not().select(x, x));
    becomes(truth, (t, x) -> x.and(no.apply(t, x)), "Constant[values=[0.0]]");
    becomes(truth, (t, x) -> yes.apply(t, x).or(x), "Constant[values=[1.0]]");
    becomes(
        type(DataType.FLOAT32, 2),
        (t, x) -> x.gt(0).not().select(x, x.exp()),
        "Constant[values=[0.0]]",
        "gt",
        "exp",
        "Select[]");
  }

  @Test
  void layoutsOfLayoutsAreOne() {
    TensorType type = type(DataType.FLOAT32, 2, 3, 4);
    identity(
        type,
        (t, x) -> x.reshape(6, 4).reshape(24).reshape(2, 3, 4),
        (t, x) -> x.transpose(1, 2, 0).transpose(2, 0, 1),
        (t, x) -> x.transpose(0, 1, 2),
        (t, x) -> x.slice(1, 0, 3),
        (t, x) -> t.pad(x, List.of(0, 0, 0), List.of(0, 0, 0)),
        (t, x) ->
            t.pad(x, List.of(1, 0, 2), List.of(0, 3, 1))
                .slice(0, 1, 3)
                .slice(2, 2, 6)
                .slice(1, 0, 3),
        (t, x) -> t.concatenate(1, x));
    becomes(type, (t, x) -> x.reshape(6, 4).reshape(3, 8), "Reshape[to=[3, 8]]");
    // Axis i of the result is axis (1, 2, 0)[(1, 2, 0)[i]].
    becomes(
        type,
        (t, x) -> x.transpose(1, 2, 0).transpose(1, 2, 0),
        "Transpose[permutation=[2, 0, 1]]");
    becomes(
        type, (t, x) -> x.slice(2, 1, 4).slice(2, 1, 2), "Slice[start=[0, 0, 2], end=[2, 3, 3]]");
    becomes(
        type(DataType.FLOAT32, 3, 1),
        (t, x) -> x.broadcast(Shape.of(3, 4)).broadcast(Shape.of(2, 3, 4)),
        "Broadcast[to=[2, 3, 4]]");
    becomes(
        type(DataType.FLOAT32, 2),
        (t, x) -> t.pad(t.pad(x, List.of(1), List.of(2)), List.of(3), List.of(4)),
        "Pad[before=[4], after=[6]]");
  }

  @Test
  void conversionsBackFromWiderTypesAreLeftOut() {
    identity(
        type(DataType.INT32, 2), (t, x) -> x.convert(DataType.FLOAT64).convert(DataType.INT32));
    identity(
        type(DataType.FLOAT32, 2), (t, x) -> x.convert(DataType.FLOAT64).convert(DataType.FLOAT32));
    identity(type(DataType.BOOL, 2), (t, x) -> x.convert(DataType.INT32).convert(DataType.BOOL));
    becomes(
        type(DataType.FLOAT32, 2),
        (t, x) -> x.convert(DataType.FLOAT64).convert(DataType.INT32),
        "Convert[to=int32]");
    // 2^24 + 1 is no float32, and 0.1 rounds.
    becomes(
        type(DataType.INT32, 2),
        (t, x) -> x.convert(DataType.FLOAT32).convert(DataType.INT32),
        "Convert[to=float32]",
        "Convert[to=int32]");
    becomes(
        type(DataType.FLOAT64, 2),
        (t, x) -> x.convert(DataType.FLOAT32).convert(DataType.FLOAT64),
        "Convert[to=float32]",
        "Convert[to=float64]");
  }

  private static List<Double> folded(BiFunction<Tracer, Tensor, Tensor> function) {
    Graph graph =
        Graph.trace(
            "folded",
            t -> t.output("y", function.apply(t, t.constant(new float[] {1, -2, 3, 0.5f}, 2, 2))));
    assertEquals(1, graph.nodes().size(), graph.toString());
    return ((Operation.Constant) graph.nodes().get(0).operation()).values();
  }

  @Test
  void smallConstantsAreFoldedElementByElement() {
    assertEquals(List.of(3.0, 0.0, 5.0, 2.5), folded((t, c) -> c.add(2)));
    assertEquals(List.of(-1.0, 2.0, -3.0, -0.5), folded((t, c) -> c.neg()));
    assertEquals(List.of(1.0, 3.0, -2.0, 0.5), folded((t, c) -> c.transpose()));
    assertEquals(List.of(3.0, 0.5, 1.0, -2.0), folded((t, c) -> c.reverse(0)));
    assertEquals(List.of(-2.0, 0.5), folded((t, c) -> c.slice(1, 1, 2)));
    assertEquals(
        List.of(1.0, -2.0, 1.0, -2.0),
        folded((t, c) -> c.slice(0, 0, 1).broadcast(Shape.of(2, 2))));
    assertEquals(List.of(1.0, 0.0, 1.0, 1.0), folded((t, c) -> c.gt(0)));
    assertEquals(List.of(1.0, -2.0, 3.0, 0.0), folded((t, c) -> c.convert(DataType.INT32)));
    assertEquals(List.of(1.0, 0.0, 3.0, 0.5), folded((t, c) -> c.gt(0).select(c, c.mul(0).abs())));
    assertEquals(List.of(4.0), folded((t, c) -> t.constant(c.type(), 1).sum()));
    assertEquals(List.of(0.0), folded((t, c) -> t.constant(c.type(), 0).sum(1)));
  }

  /** 1/3 a thousand times is not certain to be anything, nor is an exponential's last bit. */
  @Test
  void whatDevicesMayRoundDifferentlyIsNotFolded() {
    List<Function> kept =
        List.of(
            (t, x) -> t.constant(x.type(), 1 / 3.0).sum(),
            (t, x) -> t.constant(x.type(), -0.0).sum(),
            (t, x) -> t.constant(x.type(), 0.5).exp(),
            (t, x) -> t.constant(x.type(), 0).min(-0.0),
            (t, x) -> t.constant(x.type(), 0.5).pow(0.5),
            (t, x) -> t.constant(DataType.FLOAT64, 0.1).convert(DataType.FLOAT32));
    for (Function function : kept) {
      assertTrue(operations(type(DataType.FLOAT32, 1000), function).size() >= 2);
    }
    assertEquals(
        2, operations(type(DataType.FLOAT32), (t, x) -> t.constant(new float[1000]).neg()).size());
  }

  /** y = x 1 is x, but a derivative by y is by what is made of y alone: 3, not 3 + 5. */
  @Test
  void aDerivativeByAnIntermediateValueDoesNotSeeTheIdentity() {
    List<Function> same =
        List.of(
            (t, x) -> x.mul(1),
            (t, x) -> x.neg().neg(),
            (t, x) -> x.transpose(0),
            (t, x) -> x.slice(0, 0, 2));
    for (Function function : same) {
      Graph graph =
          Graph.trace(
              "by",
              t -> {
                Tensor x = t.input("x", 2);
                Tensor y = function.apply(t, x);
                t.output("d", t.gradient(y.mul(3).add(x.mul(5)).sum(), y).get(0));
              });
      assertEquals(
          List.of(new Operation.Constant(List.of(3.0))),
          graph.nodes().stream()
              .map(node -> node.operation())
              .filter(each -> !(each instanceof Operation.Input))
              .toList());
    }
  }
}
