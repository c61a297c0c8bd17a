package dev.stoa.conformance;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceException;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;
import java.util.Arrays;

/**
 * A device that computes nothing: every element of a result is one number, or, for the graphs of
 * {@link MemoryRules}, what these are known to give. Its subclasses break rules.
 */
class FakeDevice implements Device {
  @Override
  public DeviceInfo describe() {
    return new DeviceInfo("fake", true, "", "fake 1", 1 << 20);
  }

  @Override
  public long allocatedBytes() {
    return 0;
  }

  /** Told of every graph that is compiled. */
  void compiled(Graph graph) {}

  /** What every element of a result is. */
  float result() {
    return 1;
  }

  /** For a tensor beyond the device's memory. */
  RuntimeException refusal(TensorType type) {
    return new DeviceException("device fake has no memory for " + type);
  }

  @Override
  public DeviceSession open(DeviceContext context) {
    return new DeviceSession() {
      @Override
      public DeviceBuffer allocate(TensorType type) {
        if (type.bytes() > describe().memoryBytes()) {
          throw refusal(type);
        }
        return new Elements(type);
      }

      @Override
      public Executable compile(Graph graph) {
        compiled(graph);
        return new Constant(graph);
      }

      @Override
      public void close() {}
    };
  }

  private final class Constant implements Executable {
    private final Graph graph;

    private Constant(Graph graph) {
      this.graph = graph;
    }

    @Override
    public Graph graph() {
      return graph;
    }

    @Override
    public void run(DeviceBuffer[] inputs, DeviceBuffer[] outputs) {
      for (DeviceBuffer each : outputs) {
        // What updates an input has no buffer of its own.
        if (each != null) {
          Arrays.fill(((Elements) each).elements, result());
        }
      }
      if (graph.name().startsWith("cycle")) {
        float number = Float.parseFloat(graph.name().substring("cycle".length()));
        outputs[0].write(new float[] {7 * number, 10 * number, 15 * number, 22 * number});
      }
    }

    @Override
    public void close() {}
  }

  /** Numbers of any type. */
  private static final class Elements implements DeviceBuffer {
    private final TensorType type;
    private final float[] elements;

    private Elements(TensorType type) {
      this.type = type;
      elements = new float[type.shape().size()];
    }

    @Override
    public TensorType type() {
      return type;
    }

    @Override
    public void write(int offset, float[] source, int from, int count) {
      System.arraycopy(source, from, elements, offset, count);
    }

    @Override
    public void write(int offset, double[] source, int from, int count) {
      for (int i = 0; i < count; i++) {
        elements[offset + i] = (float) source[from + i];
      }
    }

    @Override
    public void read(int offset, float[] target, int to, int count) {
      System.arraycopy(elements, offset, target, to, count);
    }

    @Override
    public void read(int offset, double[] target, int to, int count) {
      for (int i = 0; i < count; i++) {
        target[to + i] = elements[offset + i];
      }
    }

    @Override
    public void close() {}
  }
}
