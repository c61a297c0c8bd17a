package dev.stoa.runs;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.random.RandomStream;
import java.util.concurrent.TimeUnit;

/** Times one reference graph on one device. */
final class GraphClock implements AutoCloseable {
  /** Calls are timed in batches of about so long. */
  private static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  /** It is over when in so much work no batch was faster by this share, or at the limit. */
  private static final double FASTER = .97;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(12);
  private static final int PURPOSE = 0x646F6374;
  private static final float SCALE = .1f;

  private final Executable executable;
  private final DeviceBuffer[] inputs;
  private final DeviceBuffer[] outputs;
  private final DeviceBuffer given;
  private final DeviceBuffer told;
  private final float[] givenValues;
  private final float[] toldValues;
  private final Clocks clocks;

  /** Compiles; all inputs are float32, and get small normal numbers. */
  GraphClock(DeviceSession session, Graph graph, Clocks clocks) {
    this.clocks = clocks;
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

  /**
   * Microseconds of a call: those of the fastest batch of calls. The virtual machine compiles while
   * it goes on, and other work on the machine only ever adds time: so the least is taken, and it
   * has to stay the least for a while. That while is counted in work, not in time: on a busy
   * machine the compiler gets as little of a processor as this thread.
   */
  double microseconds() {
    long begin = clocks.time().getAsLong();
    long last = clocks.work().getAsLong();
    double least = Double.POSITIVE_INFINITY;
    double known = least;
    long calls = 1;
    for (; ; ) {
      long before = clocks.time().getAsLong();
      for (long i = 0; i < calls; i++) {
        call();
      }
      long now = clocks.time().getAsLong();
      long worked = clocks.work().getAsLong();
      least = Math.min(least, Math.max(1, now - before) / (double) calls);
      if (least < known * FASTER) {
        known = least;
        last = worked;
      }
      if (worked - last >= PATIENCE_NANOS || now - begin >= LIMIT_NANOS) {
        return least / 1e3;
      }
      calls = Math.max(1, (long) (BATCH_NANOS / least));
    }
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
