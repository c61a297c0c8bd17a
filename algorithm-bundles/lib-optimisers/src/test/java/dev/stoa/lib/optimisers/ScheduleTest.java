package dev.stoa.lib.optimisers;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

class ScheduleTest {
  private final DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());

  @AfterEach
  void close() {
    session.close();
  }

  private double at(Schedule schedule, DataType type, double progress) {
    FunctionCheck check =
        new FunctionCheck(session, List.of(TensorType.of(type)), (t, x) -> schedule.at(t, x[0]));
    return check.values(new double[] {progress})[0];
  }

  private void holds(Schedule schedule, double[] progress, double... expected) {
    for (int i = 0; i < progress.length; i++) {
      assertEquals(expected[i], at(schedule, DataType.INT32, progress[i]), 1e-15);
      assertEquals(expected[i], at(schedule, DataType.FLOAT64, progress[i]), 1e-15);
    }
  }

  @Test
  void aConstantIsAlwaysThat() {
    holds(new Schedule.Constant(.1), new double[] {0, 7}, .1, .1);
  }

  @Test
  void aLineEndsAtItsLength() {
    holds(new Schedule.Linear(4, 2, 8), new double[] {0, 2, 8, 9}, 4, 3.5, 2, 2);
    assertEquals(3.5, at(new Schedule.Linear(4, 2, 1), DataType.FLOAT32, .25), 1e-15);
  }

  @Test
  void aCosineFallsSlowlyAtBothEnds() {
    // cos(pi/3) = 1/2: three quarters of the way down are left; cos(pi/2) = 0: half; cos(2 pi/3).
    Schedule cosine = new Schedule.Cosine(5, 1, 6);
    holds(cosine, new double[] {0, 2, 3, 4, 6, 7}, 5, 4, 3, 2, 1, 1);
  }

  @Test
  void whatIsWarmedUpBeginsAfterwards() {
    Schedule warm = new Schedule.WarmUp(4, new Schedule.Linear(8, 0, 8));
    holds(warm, new double[] {0, 1, 4, 6, 12, 13}, 0, 2, 8, 6, 0, 0);
  }

  @Test
  void piecesBeginAtTheirBoundaries() {
    Schedule pieces = new Schedule.Piecewise(List.of(2.0, 5.0), List.of(3.0, 2.0, 1.0));
    holds(pieces, new double[] {0, 1, 2, 4, 5, 9}, 3, 3, 2, 2, 1, 1);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Schedule.Linear(1, 0, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Schedule.Piecewise(List.of(2.0, 1.0), List.of(3.0, 2.0, 1.0)));
  }
}
