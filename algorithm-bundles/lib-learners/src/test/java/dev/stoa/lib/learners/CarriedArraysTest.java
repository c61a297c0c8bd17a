package dev.stoa.lib.learners;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CarriedArraysTest {
  private static final TensorType PAIR = TensorType.of(DataType.FLOAT32, 2);

  private final DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());
  private final CarriedArrays arrays = new CarriedArrays(session);

  @AfterEach
  void close() {
    arrays.close();
    session.close();
  }

  /** {@code total <- total + rate step}, {@code sum} of the old total. */
  private static final Graph ACCUMULATE =
      Graph.trace(
          "accumulate",
          tracer -> {
            Tensor total = tracer.input("total", 2);
            Tensor step = tracer.input("step", 2);
            Tensor rate = tracer.input("rate");
            tracer.output("sum", total.sum());
            tracer.update(total, total.add(step.mul(rate)));
          });

  /** {@code total <- 2 total}. */
  private static final Graph TWICE =
      Graph.trace(
          "twice",
          tracer -> {
            Tensor total = tracer.input("total", 2);
            tracer.update(total, total.mul(2));
          });

  private float[] total() {
    float[] values = new float[2];
    arrays.get("total").read(values);
    return values;
  }

  @Test
  void programsShareWhatIsCarriedAndHaveTheRestForThemselves() {
    arrays.carry("total", PAIR);
    Program accumulate = arrays.compile(ACCUMULATE);
    Program other = arrays.compile(ACCUMULATE);
    Program twice = arrays.compile(TWICE);
    accumulate.input("step").write(new float[] {1, 2});
    accumulate.write("rate", .5);
    accumulate.run();
    // The steps of the other are its own: zero.
    other.write("rate", 1);
    other.run();
    twice.run();
    accumulate.run();
    // (0 + .5, 0 + 1), doubled (1, 2), plus (.5, 1).
    assertArrayEquals(new float[] {1.5f, 3}, total());
    float[] sum = new float[1];
    accumulate.output("sum").read(sum);
    assertEquals(3, sum[0]);
  }

  @Test
  void whatIsCarriedGoesThroughAStateBitForBit() {
    arrays.carry("total", PAIR);
    arrays.carry("count", TensorType.of(DataType.FLOAT64));
    float[] values = {1e-40f, -0f};
    arrays.get("total").write(values);
    arrays.get("count").write(new double[] {.1});
    State.Builder builder = State.of("test", 1);
    arrays.save(builder, List.of("total"));
    State state = builder.build();
    assertEquals(Set.of("total"), state.policyNames());
    assertEquals(Set.of("total", "count"), state.arrays().keySet());

    arrays.get("total").write(new float[2]);
    arrays.get("count").write(new double[1]);
    arrays.restore(state);
    State.Builder again = State.of("test", 1);
    arrays.save(again, List.of("total"));
    assertEquals(state, again.build());
    assertEquals(Float.floatToRawIntBits(-0f), Float.floatToRawIntBits(total()[1]));
  }

  @Test
  void aStateOfOtherArraysIsRefusedByName() {
    arrays.carry("total", PAIR);
    State longer = State.of("test", 1).array("total", new float[3]).build();
    State doubles = State.of("test", 1).array("total", new double[2]).build();
    State none = State.of("test", 1).build();
    for (State state : List.of(longer, doubles, none)) {
      StateException failure = assertThrows(StateException.class, () -> arrays.restore(state));
      assertTrue(failure.getMessage().contains("'total'"), failure.getMessage());
    }
  }

  @Test
  void whatIsNotThereIsNamed() {
    arrays.carry("total", PAIR);
    Program program = arrays.compile(ACCUMULATE);
    assertThrows(IllegalArgumentException.class, () -> arrays.get("totals"));
    assertThrows(IllegalArgumentException.class, () -> program.input("steps"));
    // Written in place: there is no buffer but the input's.
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> program.output("total"));
    assertEquals("graph accumulate has no output total", failure.getMessage());
    assertThrows(IllegalArgumentException.class, () -> arrays.carry("total", PAIR));
    assertThrows(
        IllegalArgumentException.class,
        () -> arrays.carry("index", TensorType.of(DataType.INT32, 2)));
  }
}
