package dev.stoa.device.cpujvm;

import dev.stoa.conformance.Conformance;
import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ConformanceTest {
  /** Makes the device in other virtual machines. */
  public static final class Maker implements Supplier<Device> {
    @Override
    public Device get() {
      return CpuJvmDevice.atOnce();
    }
  }

  /** Cases and the host's bits are computed once: on vectors from the first call on. */
  private final Device device = CpuJvmDevice.atOnce();

  @TestFactory
  Stream<DynamicTest> computesEveryCase() {
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
  Stream<DynamicTest> keepsEveryRule() {
    return Stream.of(
            Conformance.rules(),
            Conformance.bits(),
            Conformance.hostBits(),
            Conformance.virtualMachines(Maker.class))
        .flatMap(List::stream)
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> each.check(device)));
  }

  @TestFactory
  Stream<DynamicTest> keepsTheRulesOfMemoryAndBitsWhileVectorsTakeOver() {
    Device gradual = new CpuJvmDevice();
    return Stream.of(Conformance.rules(), Conformance.bits())
        .flatMap(List::stream)
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> each.check(gradual)));
  }

  @Test
  void normalNumbersAreTheHosts() {
    Conformance.hostNormals().check(device);
  }
}
