package dev.stoa.device.compiler;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceException;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.device.MaskedExecutable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Transforms;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Buffers and executables of one run. Equal graphs share one plan while one of them is open. */
final class CompiledSession implements DeviceSession {
  private final String device;
  private final DeviceContext context;
  private final Machine machine;
  private final ProductKernels products;
  private final AtomicLong allocated;
  private final Set<ArrayBuffer> buffers = new LinkedHashSet<>();
  private final Set<CompiledExecutable> executables = new LinkedHashSet<>();
  private final Map<String, Shared> plans = new HashMap<>();
  private boolean closed;

  private static final class Shared {
    private final Plan plan;
    private final Rows rows;
    private final Mirrors mirrors;
    private int users;

    private Shared(Plan plan, Rows rows, Mirrors mirrors) {
      this.plan = plan;
      this.rows = rows;
      this.mirrors = mirrors;
    }

    private long bytes() {
      return plan.bytes() + mirrors.bytes();
    }
  }

  CompiledSession(
      String device,
      DeviceContext context,
      Machine machine,
      ProductKernels products,
      AtomicLong allocated) {
    this.device = device;
    this.context = context;
    this.machine = machine;
    this.products = products;
    this.allocated = allocated;
  }

  @Override
  public DeviceBuffer allocate(TensorType type) {
    checkOpen();
    try {
      ArrayBuffer buffer = new ArrayBuffer(type, this);
      buffers.add(buffer);
      allocated.addAndGet(type.bytes());
      return buffer;
    } catch (OutOfMemoryError e) {
      throw full("a buffer " + type, e);
    }
  }

  @Override
  public Executable compile(Graph graph) {
    checkOpen();
    // An axis of capacity 1 is no loop that could end sooner.
    return graph.capacity().orElse(2) < 2
        ? new MaskedExecutable(graph, this, this::executable)
        : executable(graph);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the session of device " + device + " is closed");
    }
  }

  private Executable executable(Graph graph) {
    try {
      Shared shared = plans.get(graph.hash());
      if (shared == null) {
        shared = plan(graph);
        plans.put(graph.hash(), shared);
        allocated.addAndGet(shared.bytes());
      }
      shared.users++;
      CompiledExecutable executable = new CompiledExecutable(graph, shared.plan, shared.rows, this);
      executables.add(executable);
      return executable;
    } catch (OutOfMemoryError e) {
      throw full("graph " + graph.name(), e);
    }
  }

  private Shared plan(Graph graph) {
    Graph plain = Transforms.withoutCalls(graph, name -> false);
    Graph filled = Transforms.filled(plain, CompiledSession::skips);
    Rows rows = new Rows();
    Mirrors mirrors = new Mirrors(products);
    try {
      Plan plan = new Planner(filled, context, machine, rows, mirrors).plan();
      return new Shared(plan, rows, mirrors);
    } catch (RuntimeException | OutOfMemoryError e) {
      mirrors.close();
      throw e;
    }
  }

  /** Whether the steps of a node end at the rows that exist by themselves. */
  private static boolean skips(Node node) {
    return node.operation() instanceof Operation.Reduce
        || node.operation() instanceof Operation.Dot && node.type().dataType() == DataType.FLOAT32;
  }

  private DeviceException full(String what, OutOfMemoryError cause) {
    return new DeviceException(
        "device " + device + " has no memory for " + what + "; give the JVM more (-Xmx)", cause);
  }

  void closed(ArrayBuffer buffer) {
    if (buffers.remove(buffer)) {
      allocated.addAndGet(-buffer.type().bytes());
    }
  }

  void closed(CompiledExecutable executable) {
    if (executables.remove(executable)) {
      Shared shared = plans.get(executable.graph().hash());
      shared.users--;
      if (shared.users == 0) {
        plans.remove(executable.graph().hash());
        allocated.addAndGet(-shared.bytes());
        shared.mirrors.close();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    List.copyOf(executables).forEach(CompiledExecutable::close);
    List.copyOf(buffers).forEach(ArrayBuffer::close);
  }
}
