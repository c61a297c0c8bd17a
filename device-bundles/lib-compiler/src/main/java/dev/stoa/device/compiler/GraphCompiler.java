package dev.stoa.device.compiler;

import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Compiles graphs for one device of the processor: fused loops and products on Java's vectors, or
 * in plain loops with the same bits. It lives as long as its device, whose sessions share the code
 * that it makes. Safe for use by several threads.
 */
public final class GraphCompiler {
  private final String device;
  private final Machine machine;
  private final AtomicLong allocated = new AtomicLong();

  GraphCompiler(String device, Machine machine) {
    this.device = device;
    this.machine = machine;
  }

  /**
   * A compiler for what this virtual machine offers: new graphs run on plain loops at first, on
   * vectors once those are compiled.
   *
   * @param device name for messages
   */
  public static GraphCompiler of(String device) {
    return new GraphCompiler(device, Machine.present());
  }

  /**
   * The same with vectors from the first call on, however slow they are until they are compiled.
   *
   * @param device name for messages
   */
  public static GraphCompiler atOnce(String device) {
    return new GraphCompiler(device, Machine.atOnce());
  }

  /**
   * Opens a session.
   *
   * @param context threads of the run
   */
  public DeviceSession open(DeviceContext context) {
    return new CompiledSession(device, context, machine, allocated);
  }

  /** Bytes that open buffers and executables of all sessions hold. */
  public long allocatedBytes() {
    return allocated.get();
  }
}
