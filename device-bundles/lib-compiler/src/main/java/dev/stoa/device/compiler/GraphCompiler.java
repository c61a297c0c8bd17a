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
  /** Changes whenever the bits of the code do that it makes. */
  private static final int KERNEL_SET = 3;

  private final String device;
  private final Machine machine;
  private final ProductKernels products;
  private final AtomicLong allocated = new AtomicLong();

  GraphCompiler(String device, Machine machine) {
    this(device, machine, ProductKernels.none());
  }

  private GraphCompiler(String device, Machine machine, ProductKernels products) {
    this.device = device;
    this.machine = machine;
    this.products = products;
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

  /** What the bits of the compiler's own code depend on, for the fingerprints of devices. */
  public static String kernels() {
    return "kernels " + KERNEL_SET;
  }

  /** The same with products of the device; without sessions yet. */
  public GraphCompiler with(ProductKernels products) {
    return new GraphCompiler(device, machine, products);
  }

  /**
   * Opens a session.
   *
   * @param context threads of the run
   */
  public DeviceSession open(DeviceContext context) {
    return new CompiledSession(device, context, machine, products, allocated);
  }

  /** Bytes that open buffers and executables of all sessions hold. */
  public long allocatedBytes() {
    return allocated.get();
  }
}
