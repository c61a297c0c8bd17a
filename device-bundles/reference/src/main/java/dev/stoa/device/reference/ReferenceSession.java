package dev.stoa.device.reference;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceException;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Buffers and executables of one run; they count what they hold. */
final class ReferenceSession implements DeviceSession {
  private final AtomicLong allocated;
  private final Set<Holding> holdings = new LinkedHashSet<>();

  /** Memory that an open buffer or executable holds. */
  final class Holding {
    private long bytes;

    Holding(long bytes) {
      this.bytes = bytes;
      holdings.add(this);
      allocated.addAndGet(bytes);
    }

    boolean released() {
      return bytes < 0;
    }

    void release() {
      if (bytes >= 0) {
        holdings.remove(this);
        allocated.addAndGet(-bytes);
        bytes = -1;
      }
    }
  }

  ReferenceSession(AtomicLong allocated) {
    this.allocated = allocated;
  }

  @Override
  public DeviceBuffer allocate(TensorType type) {
    return within(
        "a buffer " + type, () -> new ReferenceBuffer(type, new Holding(8L * type.shape().size())));
  }

  @Override
  public Executable compile(Graph graph) {
    return within("graph " + graph.name(), () -> new ReferenceExecutable(graph, this));
  }

  private static <T> T within(String what, Supplier<T> make) {
    try {
      return make.get();
    } catch (OutOfMemoryError e) {
      throw new DeviceException(
          "device reference has no memory for " + what + "; give the JVM more (-Xmx)", e);
    }
  }

  @Override
  public void close() {
    for (Holding holding : List.copyOf(holdings)) {
      holding.release();
    }
  }
}
