package dev.stoa.device.cpund4j;

import dev.stoa.conformance.Conformance;
import dev.stoa.conformance.Rule;
import dev.stoa.device.Device;
import dev.stoa.nd4j.internal.Nd4jRuntimeComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ConformanceTest {
  /** Makes the device in other virtual machines. */
  public static final class Maker implements Supplier<Device> {
    @Override
    public Device get() {
      return new CpuNd4jDevice(
          new Nd4jRuntimeComponent(Path.of(System.getProperty("stoa.test.data"))));
    }
  }

  private static Fixture at;

  @BeforeAll
  static void open() {
    at = new Fixture();
  }

  @AfterAll
  static void close() {
    if (at != null) {
      at.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyCaseIsComputedRight() {
    return Conformance.cases().stream()
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> each.check(at.session)));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleIsKept() {
    return Stream.of(
            Conformance.rules(),
            Conformance.bits(),
            Conformance.hostBits(),
            Conformance.virtualMachines(Maker.class),
            List.of(Conformance.hostNormals()))
        .flatMap(List::stream)
        .map((Rule rule) -> DynamicTest.dynamicTest(rule.name(), () -> rule.check(at.device)));
  }
}
