package dev.stoa.benchmarks;

import dev.stoa.device.DeviceSession;
import dev.stoa.tensor.Graph;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a graph that this virtual machine has never seen, PPO's update, takes from the call that
 * compiles it to its first result, and to full speed: the end of the first stretch of updates that
 * is within a tenth of the best one. The device is open and the virtual machine otherwise fresh.
 */
final class NewGraph {
  private static final long NANOSECONDS = 6_000_000_000L;
  private static final int STRETCH = 32;

  private NewGraph() {}

  /** Arguments: the device, the number of the attempt. */
  public static void main(String... arguments) throws IOException {
    Results results = new Results();
    Graph graph = PpoUpdate.graph();
    try (DeviceSession session = Devices.open(arguments[0])) {
      long start = System.nanoTime();
      PpoUpdate update = new PpoUpdate(session, graph);
      update.update();
      results.put("newGraph.first/" + arguments[0], (System.nanoTime() - start) / 1e9);
      List<Long> ends = new ArrayList<>(List.of(System.nanoTime()));
      while (last(ends) - start < NANOSECONDS) {
        for (int i = 0; i < STRETCH; i++) {
          update.update();
        }
        ends.add(System.nanoTime());
      }
      long best = Long.MAX_VALUE;
      for (int i = 1; i < ends.size(); i++) {
        best = Math.min(best, ends.get(i) - ends.get(i - 1));
      }
      int full = 1;
      while (ends.get(full) - ends.get(full - 1) > 1.1 * best) {
        full++;
      }
      results.put("newGraph.full/" + arguments[0], (ends.get(full) - start) / 1e9);
    }
    results.write("new-graph-" + arguments[0] + "-" + arguments[1]);
  }

  private static long last(List<Long> ends) {
    return ends.get(ends.size() - 1);
  }
}
