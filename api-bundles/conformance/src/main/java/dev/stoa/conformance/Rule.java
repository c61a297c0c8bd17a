package dev.stoa.conformance;

import dev.stoa.device.Device;
import java.util.function.Consumer;

/**
 * Something that holds for a device as a whole.
 *
 * @param name a sentence
 * @param body throws {@link AssertionError} when it does not hold
 */
public record Rule(String name, Consumer<Device> body) {
  /**
   * Checks the rule.
   *
   * @throws AssertionError when it does not hold
   */
  public void check(Device device) {
    body.accept(device);
  }

  @Override
  public String toString() {
    return name;
  }
}
