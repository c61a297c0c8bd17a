package dev.stoa.conformance;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceException;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A rule that nothing breaks would be no rule. */
class KitTest {
  private static final String CYCLES = "leave nothing behind";
  private static final String MEMORY = "No memory";
  private static final String INTERPRETED = "interpreted gives";
  private static final String NARROW = "16 bytes";

  private static Rule rule(List<Rule> rules, String part) {
    List<Rule> found = rules.stream().filter(each -> each.name().contains(part)).toList();
    assertEquals(1, found.size(), () -> part + " among " + rules);
    return found.get(0);
  }

  private static String broken(Rule rule, Device device) {
    return assertThrows(AssertionError.class, () -> rule.check(device)).getMessage();
  }

  @Test
  void aDeviceThatLeavesNothingBehindKeepsTheRulesOfMemory() {
    for (String each : List.of(CYCLES, MEMORY)) {
      assertDoesNotThrow(() -> rule(Conformance.rules(), each).check(new FakeDevice()));
    }
  }

  @Test
  void aDeviceThatKeepsSomethingOfEveryGraphIsFound() {
    List<byte[]> kept = new ArrayList<>();
    Device device =
        new FakeDevice() {
          @Override
          void compiled(Graph graph) {
            kept.add(new byte[50_000]);
          }
        };
    String message = broken(rule(Conformance.rules(), CYCLES), device);
    assertTrue(message.contains("bytes on the heap"), message);
    assertTrue(kept.size() >= 200);
  }

  @Test
  void aDeviceThatCountsMoreAndMoreBytesIsFound() {
    Device device =
        new FakeDevice() {
          private long bytes;

          @Override
          void compiled(Graph graph) {
            bytes += 8;
          }

          @Override
          public long allocatedBytes() {
            return bytes;
          }
        };
    String message = broken(rule(Conformance.rules(), CYCLES), device);
    assertTrue(message.contains("the device holds more"), message);
  }

  @Test
  void aDeviceThatDoesNotSayWhatItHasNoMemoryForIsFound() {
    Device silent =
        new FakeDevice() {
          @Override
          RuntimeException refusal(TensorType type) {
            return new DeviceException("sorry");
          }
        };
    assertEquals("'sorry' does not name fake", broken(rule(Conformance.rules(), MEMORY), silent));
  }

  @Test
  void aDeviceThatLetsTheErrorThroughIsFound() {
    Device device =
        new FakeDevice() {
          @Override
          RuntimeException refusal(TensorType type) {
            throw new OutOfMemoryError("a fake one");
          }
        };
    String message = broken(rule(Conformance.rules(), MEMORY), device);
    assertTrue(message.contains("an error of the virtual machine"), message);
  }

  @Test
  void aDeviceThatRunsBoundedGraphsWithoutALengthIsFound() {
    String message = broken(rule(Conformance.rules(), "A length outside"), new FakeDevice());
    assertTrue(message.contains("not refused: [doubled, a length"), message);
  }

  /** Another result where nothing is compiled. */
  static final class Moody extends FakeDevice {
    @Override
    float result() {
      return System.getProperty("java.vm.info").contains("interpreted") ? 2 : 1;
    }
  }

  /** Makes that device in other virtual machines. */
  public static final class Maker implements Supplier<Device> {
    @Override
    public Device get() {
      return new Moody();
    }
  }

  @Test
  void aDeviceThatComputesOtherwiseInAnotherVirtualMachineIsFound() {
    List<Rule> rules = Conformance.virtualMachines(Maker.class);
    assertDoesNotThrow(() -> rule(rules, NARROW).check(new Moody()));
    String message = broken(rule(rules, INTERPRETED), new Moody());
    assertTrue(message.contains("digests"), message);
  }
}
