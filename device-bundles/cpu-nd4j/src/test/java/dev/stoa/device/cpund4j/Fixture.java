package dev.stoa.device.cpund4j;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stoa.device.DeviceInfo;
import dev.stoa.device.compiler.GraphCompiler;
import dev.stoa.device.compiler.Product;
import dev.stoa.nd4j.internal.Nd4jRuntimeComponent;
import java.nio.file.Path;
import java.util.function.Predicate;

/** Devices for tests; these are skipped, with the device's own reason, where it has no natives. */
final class Fixture {
  private Fixture() {}

  /** As it is shipped. */
  static CpuNd4jDevice device() {
    return ready(new CpuNd4jDevice(runtime()));
  }

  /** On vectors from the first call on, with another choice of products. */
  static CpuNd4jDevice device(Predicate<Product> choice) {
    GraphCompiler compiler = GraphCompiler.atOnce(CpuNd4jDevice.NAME);
    return ready(new CpuNd4jDevice(runtime(), compiler, choice));
  }

  static Nd4jRuntimeComponent runtime() {
    return new Nd4jRuntimeComponent(Path.of(System.getProperty("stoa.test.data")));
  }

  private static CpuNd4jDevice ready(CpuNd4jDevice device) {
    DeviceInfo info = device.describe();
    assumeTrue(info.ready(), info.reason());
    return device;
  }
}
