package dev.stoa.device.cpund4j;

import dev.stoa.device.DeviceException;
import dev.stoa.tensor.DataType;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.bytedeco.javacpp.Pointer;

/**
 * Native memory, of JavaCPP's allocator: ND4J's own ends the process where the system has none,
 * because it writes zeros without looking.
 */
final class Memory {
  private final AtomicLong held = new AtomicLong();
  private final LongSupplier limit;
  private final LongFunction<Pointer> system;

  /**
   * Native memory up to a limit.
   *
   * @param limit in bytes, of all that is open at once
   */
  Memory(LongSupplier limit) {
    this(limit, Pointer::malloc);
  }

  Memory(LongSupplier limit, LongFunction<Pointer> system) {
    this.limit = limit;
    this.system = system;
  }

  /**
   * An array of any content.
   *
   * @throws DeviceException when there is no memory for it
   */
  NativeArray allocate(DataType type, int elements) {
    long bytes = NativeArray.bytes(type, elements);
    long now = held.addAndGet(bytes);
    Pointer memory = now > limit.getAsLong() ? null : system.apply(bytes);
    if (memory == null || memory.isNull()) {
      held.addAndGet(-bytes);
      throw new DeviceException(
          "device "
              + CpuNd4jDevice.NAME
              + " has no native memory for a matrix "
              + type
              + "["
              + elements
              + "]: it holds "
              + (now - bytes)
              + " of "
              + limit.getAsLong()
              + " bytes");
    }
    return new NativeArray(type, memory, () -> held.addAndGet(-bytes));
  }

  /** Bytes of what is open. */
  long held() {
    return held.get();
  }
}
