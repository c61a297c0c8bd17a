package dev.stoa.device;

/** A device that cannot do what was asked: not ready, out of memory, a fault. It stays usable. */
public class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the device and the remedy. */
  public DeviceException(String message) {
    super(message);
  }

  /** With a message and the failure below it. */
  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
