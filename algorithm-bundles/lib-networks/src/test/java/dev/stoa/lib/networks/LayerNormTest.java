package dev.stoa.lib.networks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.conformance.FunctionCheck;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.reference.ReferenceDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LayerNormTest {
  private final DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());

  @AfterEach
  void close() {
    session.close();
  }

  private FunctionCheck check(LayerNorm norm, TestWeights weights, int... shape) {
    return weights.check(session, (t, w, x) -> norm.apply(t, w, x[0]), TestWeights.real(shape));
  }

  @Test
  void rowsAreCentredScaledAndMovedAsComputedByHand() {
    LayerNorm norm = new LayerNorm("n", 2, 3);
    TestWeights weights =
        new TestWeights(norm.parameters()).with("n/gain", 2, 4).with("n/bias", .5, .25);
    // (1, 3): mean 2, variance 1, root(1 + 3) = 2: (-1/2, 1/2). (5, 5): (0, 0).
    // Then times (2, 4), plus (1/2, 1/4).
    double[] y = check(norm, weights, 2, 1, 2).values(weights.point(new double[] {1, 3, 5, 5}));
    assertArrayEquals(new double[] {-.5, 2.25, .5, .25}, y, 1e-15);
  }

  @Test
  void derivativesAreTheLimitsOfDifferences() {
    LayerNorm norm = new LayerNorm("n", 3);
    TestWeights weights = new TestWeights(norm.parameters());
    check(norm, weights, 2, 3).derivatives(1e-6, weights.point(TestWeights.random(6, 9)));
  }

  @Test
  void rowsOfAnotherLengthAreRefused() {
    LayerNorm norm = new LayerNorm("n", 3);
    TestWeights weights = new TestWeights(norm.parameters());
    assertThrows(
        IllegalArgumentException.class,
        () -> check(norm, weights, 2, 1).values(weights.point(new double[] {1, 2})));
    assertThrows(IllegalArgumentException.class, () -> new LayerNorm("n", 3, 0));
  }
}
