package dev.stoa.distribution;

import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import dev.stoa.run.RunStatus;
import dev.stoa.run.Runs;
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

/** Five seeds on both CPU devices ({@code -Pfull}); the tables are kept in docs/measurements.md. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class LearningFullIT {
  @Inject private BundleContext context;
  @Inject private Runs runs;

  @Configuration
  public static Option[] configuration() throws Exception {
    return StoaContainer.options();
  }

  private void atLeast(int needed, String device, long... seeds) throws Exception {
    List<RunStatus> results = CartPole.learn(context, runs, device, seeds);
    System.out.println(CartPole.table(results));
    long solved = results.stream().filter(CartPole::solved).count();
    assertTrue(CartPole.table(results), solved >= needed);
  }

  @Test
  public void fourOfFiveSeedsSolveCartPoleOnTheJvm() throws Exception {
    atLeast(4, "cpu-jvm", 1, 2, 3, 4, 5);
  }

  @Test
  public void fourOfFiveSeedsSolveCartPoleOnNd4j() throws Exception {
    assumeTrue(
        "cpu-nd4j has no natives for this platform", StoaContainer.ready(context, "cpu-nd4j"));
    atLeast(4, "cpu-nd4j", 1, 2, 3, 4, 5);
  }
}
