package dev.stoa.benchmarks;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.cpujvm.CpuJvmDevice;
import dev.stoa.device.cpund4j.CpuNd4jDevice;
import dev.stoa.nd4j.internal.Nd4jRuntimeComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The devices that are measured, without a framework. */
final class Devices {
  /** Names, in the order of the table's columns. */
  static final List<String> NAMES = List.of("cpu-jvm", "cpu-nd4j");

  /** One of each in a process, as in a framework: what it keeps serves the next session. */
  private static final Map<String, Device> MADE = new ConcurrentHashMap<>();

  private Devices() {}

  static Device named(String name) {
    return MADE.computeIfAbsent(name, Devices::make);
  }

  private static Device make(String name) {
    return switch (name) {
      case "cpu-jvm" -> new CpuJvmDevice();
      case "cpu-nd4j" -> new CpuNd4jDevice(new Nd4jRuntimeComponent(Setting.folder()));
      default -> throw new IllegalArgumentException("no device " + name + " among " + NAMES);
    };
  }

  /** A session on one thread. */
  static DeviceSession open(String name) {
    return named(name).open(DeviceContext.singleThread());
  }

  /** Why a device cannot be measured here; empty when it can. */
  static String absence(String name) {
    DeviceInfo info = named(name).describe();
    return info.ready() ? "" : info.reason();
  }

  /** Loads the natives for direct use. */
  static void loadNatives() {
    Path folder = Setting.folder();
    var status = new Nd4jRuntimeComponent(folder).load();
    if (!status.ready()) {
      throw new IllegalStateException(status.reason());
    }
  }
}
