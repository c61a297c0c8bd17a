package dev.stoa.benchmarks;

import dev.stoa.run.Episode;
import dev.stoa.run.StepReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole training of PPO on CartPole-v1 with the defaults of Stable-Baselines3, from the learner's
 * creation to the last update; once in a fresh virtual machine and once again in the same one.
 */
final class Training {
  /** Transitions: fifty rollouts. */
  static final int TRANSITIONS = 102_400;

  private static final int EPISODES = 100;

  private Training() {}

  /** Argument: the device. */
  public static void main(String... arguments) throws IOException {
    String device = arguments[0];
    Results results = new Results();
    results.put("training.first/" + device, train(device, results));
    results.put("training/" + device, train(device, results));
    results.write("training-" + device);
  }

  private static double train(String device, Results results) {
    List<Double> returns = new ArrayList<>();
    long start = System.nanoTime();
    try (PpoRun run = new PpoRun(Devices.open(device), PpoRun.SB3)) {
      for (int taken = 0; taken < TRANSITIONS || !run.settled(); ) {
        StepReport report = run.step();
        taken += report.transitions();
        report.episodes().stream().map(Episode::totalReward).forEach(returns::add);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    results.put(
        "training.return/" + device,
        returns.subList(Math.max(0, returns.size() - EPISODES), returns.size()).stream()
            .mapToDouble(each -> each)
            .average()
            .orElse(0));
    return seconds;
  }
}
