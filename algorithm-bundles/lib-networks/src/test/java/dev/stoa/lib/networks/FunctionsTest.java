package dev.stoa.lib.networks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.stoa.conformance.FunctionCheck;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.tensor.Functions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Derivatives; the values stand in the conformance kit, for every device. */
class FunctionsTest {
  private final DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());

  @AfterEach
  void close() {
    session.close();
  }

  @Test
  void derivativesAreTheLimitsOfDifferencesAtZeroAndFarOutToo() {
    List<FunctionCheck.Function> functions =
        List.of(
            (t, x) -> Functions.sigmoid(x[0]),
            (t, x) -> Functions.softplus(x[0]),
            (t, x) -> Functions.logSigmoid(x[0]),
            (t, x) -> Functions.silu(x[0]),
            (t, x) -> Functions.gelu(x[0]),
            (t, x) -> Functions.softmax(x[0].reshape(2, 4), 1),
            (t, x) -> Functions.logSoftmax(x[0].reshape(2, 4), 0),
            (t, x) -> Functions.logSumExp(x[0].reshape(2, 4), 1),
            // Second derivatives.
            (t, x) -> t.gradient(Functions.softplus(x[0]).sum(), x[0]).get(0),
            (t, x) -> t.gradient(Functions.gelu(x[0]).sum(), x[0]).get(0),
            (t, x) -> t.gradient(Functions.logSumExp(x[0], 0), x[0]).get(0));
    double[] point = {0, 1, -1, .3, -2.5, 30, -30, 800};
    for (FunctionCheck.Function function : functions) {
      FunctionCheck.of(session, function, new int[] {8}).derivatives(1e-6, point);
    }
  }

  /** The derivative of softplus is the logistic function: 1/2 at 0, 3/4 at log 3. */
  @Test
  void theDerivativeOfSoftplusIsTheLogisticFunction() {
    double[] slope =
        FunctionCheck.of(
                session,
                (t, x) -> t.gradient(Functions.softplus(x[0]).sum(), x[0]).get(0),
                new int[] {4})
            .values(new double[] {0, Math.log(3), 1e4, -1e4});
    assertArrayEquals(new double[] {.5, .75, 1, 0}, slope, 1e-12);
  }
}
