package dev.stoa.distribution;

import static org.junit.Assert.assertEquals;

import dev.stoa.distribution.Training.Files3;
import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunSpec;
import dev.stoa.run.Runs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.OptionalLong;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** DQN in the system: its replay memory outlives its bundle and its process, bit for bit. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class DqnIT {
  private static final long STEPS = 8_192;

  @Inject private BundleContext context;
  @Inject private Runs runs;
  private Path folder;
  private Training training;

  @Configuration
  public static Option[] configuration() throws Exception {
    return StoaContainer.options();
  }

  @Before
  public void open() throws Exception {
    folder = Files.createTempDirectory(StoaContainer.build(), "dqn");
    training = new Training(context, runs);
  }

  @After
  public void close() {
    training.close();
  }

  /** A memory that is full, and overwritten, after half of the run. */
  private RunSpec spec(String name) {
    return RunSpec.of("dqn", "CartPole-v1")
        .seed(1)
        .steps(STEPS)
        .device("cpu-jvm")
        .set("hidden", "32")
        .set("bufferCapacity", STEPS / 2)
        .directory(folder.resolve(name));
  }

  @Test
  public void updatesOfTheBundleChangeNoBit() throws Exception {
    Files3 undisturbed = training.train(spec("undisturbed"));
    Bundle bundle =
        Arrays.stream(context.getBundles())
            .filter(each -> "dev.stoa.algorithm.dqn".equals(each.getSymbolicName()))
            .findFirst()
            .orElseThrow();
    Run run = training.start(spec("updated"));
    for (int i = 1; i <= 3; i++) {
      // Learning begins after 1,000 steps, the last update may come as late as 7,000.
      training.awaitSteps(run, i * 1_500L);
      bundle.update();
      training.await(run, event -> event.kind() == RunEvent.Kind.SWAP);
    }
    Training.finished(run);
    assertEquals(3, run.status().swaps());
    assertEquals("", undisturbed.difference(Files3.of(run.directory())));
  }

  @Test
  public void twoHalvesEqualOneWhole() throws Exception {
    Files3 whole = training.train(spec("whole"));
    Path halves = folder.resolve("halves");
    // An odd half: it ends between two phases of updates.
    Training.finished(training.start(spec("halves").steps(4_099).scheduleSteps(STEPS)));
    Training.finished(runs.resume(halves, OptionalLong.of(STEPS - 4_099), OptionalInt.empty()));
    assertEquals("", whole.difference(Files3.of(halves)));
  }
}
