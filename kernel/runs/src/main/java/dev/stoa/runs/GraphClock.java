package dev.stoa.runs;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.random.RandomStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Times one reference graph on one device. */
final class GraphClock implements AutoCloseable {
  /** Calls before it counts: until the virtual machine has compiled what it will. */
  private static final long WARM_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

  private static final int WARM_CALLS = 5;
  private static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final int BATCHES = 9;
  private static final int PURPOSE = 0x646F6374;
  private static final float SCALE = .1f;

  private final Executable executable;
  private final DeviceBuffer[] inputs;
  private final DeviceBuffer[] outputs;
  private final DeviceBuffer given;
  private final DeviceBuffer told;
  private final float[] givenValues;
  private final float[] toldValues;
  private final LongSupplier clock;

  /**
   * Compiles; all inputs are float32, and get small normal numbers.
   *
   * @param clock nanoseconds
   */
  GraphClock(DeviceSession session, Graph graph, LongSupplier clock) {
    this.clock = clock;
    executable = session.compile(graph);
    inputs = new DeviceBuffer[graph.inputTypes().size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = session.allocate(graph.inputTypes().get(i));
      // What is updated in place and not a weight are moments: from zero.
      if (!graph.inputNames().get(i).matches("[mv]\\d")) {
        inputs[i].write(normal(i, graph.inputTypes().get(i).shape().size()));
      }
    }
    outputs = new DeviceBuffer[graph.outputNames().size()];
    for (int i = 0; i < outputs.length; i++) {
      if (!graph.donations().containsKey(i)) {
        outputs[i] = session.allocate(graph.outputType(i));
      }
    }
    int place = graph.input(ReferenceGraphs.GIVEN);
    given = inputs[place];
    givenValues = normal(place, given.type().shape().size());
    told = outputs[graph.output(ReferenceGraphs.TOLD)];
    toldValues = new float[told.type().shape().size()];
  }

  private static float[] normal(int lane, int size) {
    RandomStream stream = new RandomStream(1, PURPOSE, lane);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = SCALE * stream.nextGaussian();
    }
    return values;
  }

  private void call() {
    given.write(givenValues);
    executable.run(inputs, outputs);
    told.read(toldValues);
  }

  /** Microseconds of a call: the median over batches of many calls each. */
  double microseconds() {
    long begin = clock.getAsLong();
    long calls = 0;
    long last = 1;
    while (calls < WARM_CALLS || clock.getAsLong() - begin < WARM_NANOS) {
      long before = clock.getAsLong();
      call();
      last = Math.max(1, clock.getAsLong() - before);
      calls++;
    }
    long each = Math.max(1, BATCH_NANOS / last);
    double[] batches = new double[BATCHES];
    for (int batch = 0; batch < BATCHES; batch++) {
      long before = clock.getAsLong();
      for (long i = 0; i < each; i++) {
        call();
      }
      batches[batch] = (clock.getAsLong() - before) / 1e3 / each;
    }
    Arrays.sort(batches);
    return batches[BATCHES / 2];
  }

  @Override
  public void close() {
    executable.close();
    for (DeviceBuffer buffer : inputs) {
      buffer.close();
    }
    for (DeviceBuffer buffer : outputs) {
      if (buffer != null) {
        buffer.close();
      }
    }
  }
}
