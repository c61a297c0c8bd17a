package dev.stoa.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the devices of an installation take for reference graphs; {@code auto} goes by it.
 *
 * @param file where it is kept
 * @param date when it was measured, ISO 8601
 * @param machine what it was measured on: system, processors, virtual machine
 * @param graphs names of the graphs, in order
 * @param devices one entry per device that {@code auto} may choose
 */
public record Measurements(
    String file, String date, String machine, List<String> graphs, List<Device> devices) {
  /** Takes copies. */
  public Measurements {
    graphs = List.copyOf(graphs);
    devices = List.copyOf(devices);
  }

  /**
   * One device.
   *
   * @param name as users type it
   * @param version of its bundle
   * @param fingerprint what its bits depend on; empty when it is not ready
   * @param reason why it was not measured; empty when it was
   * @param microseconds time of one call of each graph, by name; empty when it was not measured
   */
  public record Device(
      String name,
      String version,
      String fingerprint,
      String reason,
      Map<String, Double> microseconds) {
    /** Takes a copy. */
    public Device {
      microseconds = Map.copyOf(microseconds);
    }

    /**
     * The geometric mean of the times, in microseconds: no graph counts more for being larger.
     * Empty when the device was not measured.
     */
    public Optional<Double> mean() {
      return microseconds.isEmpty()
          ? Optional.empty()
          : Optional.of(
              Math.exp(
                  microseconds.values().stream().mapToDouble(Math::log).sorted().sum()
                      / microseconds.size()));
    }
  }
}
