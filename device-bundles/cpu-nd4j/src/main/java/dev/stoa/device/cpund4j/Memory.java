package dev.stoa.device.cpund4j;

import dev.stoa.device.DeviceException;
import dev.stoa.tensor.TensorType;
import java.util.concurrent.atomic.AtomicLong;

/** Where arrays come from, and the device's count of what they hold. */
final class Memory {
  private final AtomicLong allocated;
  private final long limit;

  Memory(AtomicLong allocated, long limit) {
    this.allocated = allocated;
    this.limit = limit;
  }

  /**
   * An array of zeros.
   *
   * @throws DeviceException when there is no memory for it
   */
  NativeArray allocate(TensorType type) {
    long bytes = NativeArray.heldBytes(type);
    long now = allocated.addAndGet(bytes);
    if (now > limit || bytes > Integer.MAX_VALUE) {
      allocated.addAndGet(-bytes);
      throw new DeviceException(
          "device "
              + CpuNd4jDevice.NAME
              + ": no memory for "
              + type
              + " ("
              + bytes
              + " bytes): "
              + (now - bytes)
              + " of "
              + limit
              + " bytes are in use, one tensor holds at most "
              + Integer.MAX_VALUE);
    }
    try {
      return new NativeArray(type, allocated);
    } catch (RuntimeException | OutOfMemoryError e) {
      allocated.addAndGet(-bytes);
      throw new DeviceException(
          "device "
              + CpuNd4jDevice.NAME
              + ": ND4J has no memory for "
              + type
              + " ("
              + bytes
              + " bytes)",
          e);
    }
  }
}
