package dev.stoa.device.cpund4j;

import dev.stoa.conformance.Conformance;
import dev.stoa.conformance.Rule;
import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.compiler.GraphCompiler;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The kit on the device as it is shipped, whose small products are the compiler's, and on one that
 * gives every product to OpenBLAS.
 */
class ConformanceTest {
  /** Makes the device in other virtual machines, all products by OpenBLAS. */
  public static final class Maker implements Supplier<Device> {
    @Override
    public Device get() {
      GraphCompiler compiler = GraphCompiler.atOnce(CpuNd4jDevice.NAME);
      return new CpuNd4jDevice(Fixture.runtime(), compiler, product -> true);
    }
  }

  private static Device shipped;
  private static Device everyProduct;

  @BeforeAll
  static void open() {
    shipped = Fixture.device(ProductChoice::byOpenBlas);
    everyProduct = Fixture.device(product -> true);
  }

  @TestFactory
  Stream<DynamicTest> everyCaseIsComputedRight() {
    return cases(shipped);
  }

  @TestFactory
  Stream<DynamicTest> everyCaseIsComputedRightWithEveryProductByOpenBlas() {
    return cases(everyProduct);
  }

  private static Stream<DynamicTest> cases(Device device) {
    return Conformance.cases().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.name(),
                    () -> {
                      try (DeviceSession session = device.open(DeviceContext.singleThread())) {
                        each.check(session);
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleIsKept() {
    return rules(
        shipped,
        Stream.of(
            Conformance.rules(),
            Conformance.bits(),
            Conformance.hostBits(),
            List.of(Conformance.hostNormals())));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleIsKeptWithEveryProductByOpenBlas() {
    return rules(
        everyProduct,
        Stream.of(
            Conformance.rules(),
            Conformance.bits(),
            Conformance.hostBits(),
            Conformance.virtualMachines(Maker.class)));
  }

  private static Stream<DynamicTest> rules(Device device, Stream<List<Rule>> rules) {
    return rules
        .flatMap(List::stream)
        .map(rule -> DynamicTest.dynamicTest(rule.name(), () -> rule.check(device)));
  }
}
