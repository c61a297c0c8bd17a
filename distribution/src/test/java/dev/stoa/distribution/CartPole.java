package dev.stoa.distribution;

import dev.stoa.run.RunEvent;
import dev.stoa.run.RunListener;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.Runs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * The learning task: a mean return of 475 over 100 episodes of CartPole-v1 within 200,000 steps.
 */
final class CartPole {
  private static final double SOLVED = 475;

  private CartPole() {}

  static boolean solved(RunStatus status) {
    return status.episodes() >= 100 && status.meanReturn() >= SOLVED;
  }

  /**
   * Trains PPO with its defaults, one run per seed, each stopped soon after it has solved the task.
   */
  static List<RunStatus> learn(BundleContext context, Runs runs, String device, long... seeds)
      throws Exception {
    RunListener early =
        (run, event) -> {
          if (event.kind() == RunEvent.Kind.REPORT && solved(event.status())) {
            run.stop("solved");
          }
        };
    ServiceRegistration<RunListener> registration =
        context.registerService(RunListener.class, early, new Hashtable<>());
    Path folder = Files.createTempDirectory(StoaContainer.build(), "learning");
    try {
      List<RunStatus> results = new ArrayList<>();
      for (long seed : seeds) {
        RunSpec spec =
            RunSpec.of("ppo", "CartPole-v1")
                .seed(seed)
                .steps(200_000)
                .device(device)
                .directory(folder.resolve("seed-" + seed));
        results.add(Training.ended(runs.start(spec)));
      }
      return results;
    } finally {
      registration.unregister();
    }
  }

  /** A row per run. */
  static String table(List<RunStatus> results) {
    StringBuilder table =
        new StringBuilder(
            "| device | seed | steps | episodes | mean return |\n|---|---|---|---|---|\n");
    for (RunStatus each : results) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %,d | %d | %.1f |%n",
              each.device(),
              each.seed(),
              each.steps(),
              each.episodes(),
              each.meanReturn()));
    }
    return table.toString();
  }
}
