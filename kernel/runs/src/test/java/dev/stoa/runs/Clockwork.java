package dev.stoa.runs;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceException;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;

/**
 * A device that computes nothing and takes exact times for it: the clock goes by calls alone. The
 * first calls of a graph take ten times as long.
 */
final class Clockwork implements Device {
  private static final int COLD = 50;

  private final String name;
  private final long nanos;

  /** Where it fails to compile; empty when nowhere. */
  String failing = "";

  /** Called with every call of a graph. */
  Runnable onCall = () -> {};

  boolean ready = true;
  String fingerprint;
  int described;
  long open;
  private static long now;

  /**
   * A device.
   *
   * @param nanos of one call of any graph once it is warm
   */
  Clockwork(String name, long nanos) {
    this.name = name;
    this.nanos = nanos;
    this.fingerprint = "bits of " + name;
  }

  static Clocks clocks() {
    return new Clocks(() -> now, () -> now);
  }

  @Override
  public DeviceInfo describe() {
    described++;
    return ready
        ? new DeviceInfo(name, true, "", fingerprint, 0)
        : new DeviceInfo(name, false, "no such card", "", 0);
  }

  @Override
  public DeviceSession open(DeviceContext context) {
    open++;
    return new DeviceSession() {
      @Override
      public DeviceBuffer allocate(TensorType type) {
        open++;
        return new Cells(type);
      }

      @Override
      public Executable compile(Graph graph) {
        if (graph.name().equals(failing)) {
          throw new DeviceException("no kernel for " + graph.name());
        }
        open++;
        return new Calls(graph);
      }

      @Override
      public void close() {
        open--;
      }
    };
  }

  @Override
  public long allocatedBytes() {
    return open;
  }

  private final class Calls implements Executable {
    private final Graph graph;
    private int calls;

    Calls(Graph graph) {
      this.graph = graph;
    }

    @Override
    public Graph graph() {
      return graph;
    }

    @Override
    public void run(DeviceBuffer[] inputs, DeviceBuffer[] outputs) {
      dev.stoa.device.Arguments.check(graph, inputs, outputs);
      onCall.run();
      now += calls++ < COLD ? 10 * nanos : nanos;
    }

    @Override
    public void close() {
      open--;
    }
  }

  private final class Cells implements DeviceBuffer {
    private final TensorType type;

    Cells(TensorType type) {
      this.type = type;
    }

    @Override
    public TensorType type() {
      return type;
    }

    @Override
    public void write(int offset, float[] source, int from, int count) {}

    @Override
    public void read(int offset, float[] target, int to, int count) {}

    @Override
    public void close() {
      open--;
    }
  }
}
