package dev.stoa.device.cpund4j;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.device.MaskedExecutable;
import dev.stoa.nd4j.Nd4jRuntime;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Transforms;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** One run's buffers and executables. */
final class CpuNd4jSession implements DeviceSession {
  private final Memory memory;
  private final Nd4jRuntime runtime;
  private final Set<AutoCloseable> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean closed;

  CpuNd4jSession(Memory memory, Nd4jRuntime runtime) {
    this.memory = memory;
    this.runtime = runtime;
  }

  @Override
  public DeviceBuffer allocate(TensorType type) {
    checkOpen();
    CpuNd4jBuffer buffer = new CpuNd4jBuffer(memory.allocate(type), this);
    open.add(buffer);
    return buffer;
  }

  @Override
  public Executable compile(Graph graph) {
    checkOpen();
    return graph.capacity().isPresent()
        ? new MaskedExecutable(graph, this, this::executable)
        : executable(graph);
  }

  private Executable executable(Graph graph) {
    Program program =
        new Compilation(Transforms.withoutCalls(graph, name -> false), memory).program();
    CpuNd4jExecutable executable = new CpuNd4jExecutable(graph, program, this);
    open.add(executable);
    return executable;
  }

  void forget(AutoCloseable resource) {
    open.remove(resource);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the session of device " + CpuNd4jDevice.NAME + " is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    for (AutoCloseable each : List.copyOf(open)) {
      if (each instanceof DeviceBuffer buffer) {
        buffer.close();
      } else if (each instanceof Executable executable) {
        executable.close();
      }
    }
    // A caller's thread may outlive ND4J; what ran on other threads ends with those of its run.
    runtime.forgetThread();
  }
}
