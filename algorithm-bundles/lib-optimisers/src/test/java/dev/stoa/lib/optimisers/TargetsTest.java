package dev.stoa.lib.optimisers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.conformance.FunctionCheck;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TargetsTest {
  private final DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());

  @AfterEach
  void close() {
    session.close();
  }

  @Test
  void averagesMoveByTheirRate() {
    FunctionCheck average =
        FunctionCheck.of(
            session,
            (t, x) -> Targets.average(List.of(x[0]), List.of(x[1]), .25).get(0),
            new int[] {2},
            new int[] {2});
    // Three quarters of 8 and 0, a quarter of 4.
    assertArrayEquals(
        new double[] {7, 1}, average.values(new double[] {8, 0}, new double[] {4, 4}));
  }

  private double[] renewed(int step) {
    FunctionCheck renew =
        new FunctionCheck(
            session,
            List.of(
                TensorType.of(DataType.INT32),
                TensorType.of(DataType.FLOAT64, 2),
                TensorType.of(DataType.FLOAT64, 2)),
            (t, x) -> Targets.renew(t, x[0], 3, List.of(x[1]), List.of(x[2])).get(0));
    return renew.values(new double[] {step}, new double[] {1, 2}, new double[] {5, 6});
  }

  @Test
  void copiesAreRenewedOnceInAPeriod() {
    assertArrayEquals(new double[] {5, 6}, renewed(0));
    assertArrayEquals(new double[] {1, 2}, renewed(2));
    assertArrayEquals(new double[] {5, 6}, renewed(3));
    assertArrayEquals(new double[] {1, 2}, renewed(4));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Targets.average(List.of(), List.of(), 1.5));
    FunctionCheck other =
        FunctionCheck.of(
            session,
            (t, x) -> Targets.average(List.of(x[0]), List.of(x[1]), .5).get(0),
            new int[] {2},
            new int[] {3});
    assertThrows(IllegalArgumentException.class, () -> other.values(new double[2], new double[3]));
  }
}
