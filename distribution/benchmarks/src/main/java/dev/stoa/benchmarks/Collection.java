package dev.stoa.benchmarks;

import dev.stoa.run.StepReport;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Steps of one CartPole that PPO's learner collects: both networks, the draw of the action, the
 * environment, and what is kept for learning. The best of many stretches counts.
 */
final class Collection {
  private static final int STEPS = 1 << 19;
  private static final int STRETCH = 4096;

  private Collection() {}

  /** Argument: the device. */
  public static void main(String... arguments) throws IOException {
    Map<String, Object> parameters = new HashMap<>(PpoRun.SB3);
    // No update is reached.
    parameters.put("rolloutSteps", STEPS);
    Results results = new Results();
    try (PpoRun run = new PpoRun(Devices.open(arguments[0]), parameters)) {
      for (int stretch = 0; stretch < STEPS / STRETCH - 1; stretch++) {
        long start = System.nanoTime();
        for (int i = 0; i < STRETCH; i++) {
          StepReport report = run.step();
          if (report.transitions() != 1) {
            throw new IllegalStateException("a step that collects nothing: " + report);
          }
        }
        results.least("collection/" + arguments[0], (System.nanoTime() - start) / 1e3 / STRETCH);
      }
    }
    results.write("collection-" + arguments[0]);
  }
}
