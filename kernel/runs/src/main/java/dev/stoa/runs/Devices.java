package dev.stoa.runs;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.run.UserException;

/** Calls of a device, with its failures named. */
final class Devices {
  private Devices() {}

  /**
   * What the bits of a device depend on, with its name.
   *
   * @throws UserException when the device is not ready
   */
  static String fingerprint(Device device, PartEntry part) {
    DeviceInfo info;
    try {
      info = PluginFault.required(part, "to describe itself", device.describe());
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw PluginFault.of(part, "to describe itself", e);
    }
    if (!info.ready()) {
      throw notReady(part, info);
    }
    return part.name + " " + info.fingerprint();
  }

  static UserException notReady(PartEntry part, DeviceInfo info) {
    return new UserException(
        "device " + part.name + " is not ready: " + info.reason(),
        part.place(),
        "Choose another; stoa doctor shows them");
  }

  static DeviceSession open(Device device, PartEntry part, DeviceContext context) {
    try {
      return PluginFault.required(part, "to open", device.open(context));
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw PluginFault.of(part, "to open", e);
    }
  }
}
