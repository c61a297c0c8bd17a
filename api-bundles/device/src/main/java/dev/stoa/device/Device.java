package dev.stoa.device;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of compute device, registered as an immediate service with the properties of {@code
 * dev.stoa.run.Parts}. Stateless towards runs: each run opens a session of its own.
 */
@ConsumerType
public interface Device {
  /**
   * What it is, and whether it can work here. May load native code the first time; never throws for
   * a platform it cannot serve, but says so.
   */
  DeviceInfo describe();

  /**
   * Opens a session.
   *
   * @param context threads and limits of the run
   * @throws DeviceException when the device cannot work here, with the reason of {@link
   *     #describe()}
   */
  DeviceSession open(DeviceContext context);

  /**
   * Bytes that open buffers and executables of all sessions hold: back to 0 when all are closed.
   */
  long allocatedBytes();
}
