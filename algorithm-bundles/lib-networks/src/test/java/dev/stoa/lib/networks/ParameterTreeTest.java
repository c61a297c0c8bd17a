package dev.stoa.lib.networks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.conformance.FunctionCheck;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.ShapeException;
import dev.stoa.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParameterTreeTest {
  private static final ParameterTree TREE =
      ParameterTree.of(
          new ParameterSpec("a", Shape.of(2, 2), new Initialiser.Constant(0)),
          new ParameterSpec("b", Shape.of(), new Initialiser.Constant(0)),
          new ParameterSpec("c", Shape.of(3), new Initialiser.Constant(0)));

  private final DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());

  @AfterEach
  void close() {
    session.close();
  }

  @Test
  void aVectorHoldsTheParametersOneAfterTheOther() {
    assertEquals(8, TREE.layout().size());
    FunctionCheck flat =
        FunctionCheck.of(
            session,
            (t, x) -> TREE.flatten(t, List.of(x)),
            new int[] {2, 2},
            new int[] {},
            new int[] {3});
    assertArrayEquals(
        new double[] {1, 2, 3, 4, 5, 6, 7, 8},
        flat.values(new double[] {1, 2, 3, 4}, new double[] {5}, new double[] {6, 7, 8}));
  }

  @Test
  void theNamedViewOfAVectorIsTheWayBack() {
    double[] vector = {1, 2, 3, 4, 5, 6, 7, 8};
    FunctionCheck there =
        FunctionCheck.of(session, (t, x) -> TREE.unflatten(x[0]).get("c"), new int[] {8});
    assertArrayEquals(new double[] {6, 7, 8}, there.values(vector));
    FunctionCheck back =
        FunctionCheck.of(
            session, (t, x) -> TREE.flatten(t, TREE.unflatten(x[0]).all()), new int[] {8});
    assertArrayEquals(vector, back.values(vector));
  }

  /** Of {@code b c'c}: by b the sum of squares 149, by c {@code 2 b c}. */
  @Test
  void aGradientByAVectorIsTheVectorOfGradients() {
    FunctionCheck gradient =
        FunctionCheck.of(
            session,
            (t, x) -> {
              Weights weights = TREE.unflatten(x[0]);
              Tensor loss = weights.get("c").square().sum().mul(weights.get("b"));
              return t.gradient(loss, x[0]).get(0);
            },
            new int[] {8});
    assertArrayEquals(
        new double[] {0, 0, 0, 0, 149, 60, 70, 80},
        gradient.values(new double[] {1, 2, 3, 4, 5, 6, 7, 8}));
  }

  @Test
  void vectorsOfAnotherLengthAreRefused() {
    Graph.trace(
        "length",
        t -> {
          Tensor vector = t.input("vector", 7);
          assertThrows(ShapeException.class, () -> TREE.unflatten(vector));
          assertThrows(IllegalArgumentException.class, () -> TREE.flatten(t, List.of(vector)));
          t.output("none", vector);
        });
  }
}
