package dev.stoa.distribution;

import static org.junit.Assert.assertTrue;

import dev.stoa.run.Catalogue;
import dev.stoa.run.Run;
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
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** PPO learns CartPole-v1: a mean return of 475 over 100 episodes within 200,000 steps. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class LearningIT {
  private static final double SOLVED = 475;

  @Inject private BundleContext context;
  @Inject private Runs runs;
  @Inject private Catalogue catalogue;

  @Configuration
  public static Option[] configuration() throws Exception {
    return StoaContainer.options();
  }

  /** Trains, stopping early; the status at the end. */
  private RunStatus learn(long seed, String device) throws Exception {
    Path folder = Files.createTempDirectory("stoa-learning");
    RunListener early =
        (run, event) -> {
          RunStatus status = event.status();
          if (event.kind() == RunEvent.Kind.REPORT
              && status.episodes() >= 100
              && status.meanReturn() >= SOLVED) {
            run.stop("solved");
          }
        };
    ServiceRegistration<RunListener> registration =
        context.registerService(RunListener.class, early, new Hashtable<>());
    try {
      Run run =
          runs.start(
              RunSpec.of("ppo", "CartPole-v1")
                  .seed(seed)
                  .steps(200_000)
                  .device(device)
                  .directory(folder.resolve("run")));
      RunStatus status = Training.ended(run);
      System.out.printf(
          "ppo on CartPole-v1, %s, seed %d: mean return %.1f at step %d%n",
          device, seed, status.meanReturn(), status.steps());
      return status;
    } finally {
      registration.unregister();
    }
  }

  private void atLeast(int needed, String device, long... seeds) throws Exception {
    List<RunStatus> results = new ArrayList<>();
    for (long seed : seeds) {
      results.add(learn(seed, device));
    }
    long solved = results.stream().filter(each -> each.meanReturn() >= SOLVED).count();
    assertTrue(solved + " of " + seeds.length + " solved: " + results, solved >= needed);
  }

  @Test
  public void twoOfThreeSeedsSolveCartPoleOnTheJvm() throws Exception {
    atLeast(2, "cpu-jvm", 1, 2, 3);
  }

  @Test
  public void cartPoleIsSolvedOnNd4j() throws Exception {
    org.junit.Assume.assumeTrue(
        "cpu-nd4j has no natives for this platform",
        catalogue.describe("cpu-nd4j").details().get("ready").equals("true"));
    atLeast(1, "cpu-nd4j", 1);
  }
}
