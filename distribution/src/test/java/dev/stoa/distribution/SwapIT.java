package dev.stoa.distribution;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.stoa.distribution.Training.Files3;
import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
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

/** Change any part of a running system, lose no step, change no bit. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SwapIT {
  private static final long STEPS = 25_600;

  /** Updates of each bundle. */
  private static final int SWAPS = Integer.getInteger("stoa.swaps", 20);

  /** Steps from one update to the next: four rollouts of PPO with its defaults. */
  private static final long ROLLOUTS = 1_024;

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
    folder = Files.createTempDirectory(StoaContainer.build(), "swap");
    training = new Training(context, runs);
  }

  @After
  public void close() {
    training.close();
  }

  private RunSpec spec(String name) {
    return RunSpec.of("ppo", "CartPole-v1")
        .seed(1)
        .steps(STEPS)
        .device("cpu-jvm")
        .directory(folder.resolve(name));
  }

  private Bundle bundle(String symbolicName) {
    return Arrays.stream(context.getBundles())
        .filter(each -> symbolicName.equals(each.getSymbolicName()))
        .findFirst()
        .orElseThrow();
  }

  /** Trains while a bundle is updated every so many steps of the run. */
  private Run trainUnderUpdates(RunSpec spec, String symbolicName, int updates, long every)
      throws Exception {
    Run run = training.start(spec);
    for (int i = 1; i <= updates; i++) {
      training.awaitSteps(run, i * every);
      bundle(symbolicName).update();
      training.await(run, event -> event.kind() == RunEvent.Kind.SWAP);
    }
    Training.finished(run);
    assertEquals(updates, run.status().swaps());
    return run;
  }

  @Test
  public void theSameSeedGivesTheSameBytesOnOneAndOnTwoThreads() throws Exception {
    Files3 once = training.train(spec("once"));
    assertEquals("", once.difference(training.train(spec("again"))));
    assertEquals("", once.difference(training.train(spec("one").threads(1))));
    assertEquals("", once.difference(training.train(spec("two").threads(2))));
    assertTrue(
        "another seed gives other bytes",
        once.difference(training.train(spec("other").seed(2))).contains("policy"));
  }

  /** Trains undisturbed and under updates of a bundle, and expects equal bytes. */
  private void swap(String symbolicName) throws Exception {
    // Twice the way of all updates: a machine under load may lag behind the run.
    long steps = 2 * SWAPS * ROLLOUTS;
    Files3 undisturbed = training.train(spec("undisturbed").steps(steps));
    Run run = trainUnderUpdates(spec("updated").steps(steps), symbolicName, SWAPS, ROLLOUTS);
    assertEquals("", undisturbed.difference(Files3.of(run.directory())));
  }

  @Test
  public void updatesOfTheAlgorithmChangeNoBit() throws Exception {
    swap("dev.stoa.algorithm.ppo");
  }

  @Test
  public void updatesOfTheEnvironmentChangeNoBit() throws Exception {
    swap("dev.stoa.environment.classic");
  }

  @Test
  public void updatesOfTheDeviceChangeNoBit() throws Exception {
    swap("dev.stoa.device.cpujvm");
  }

  @Test
  public void parkingAndResumingChangesNoBit() throws Exception {
    Files3 undisturbed = training.train(spec("undisturbed"));
    Run run = training.start(spec("parked"));
    training.awaitSteps(run, 5_000);
    run.park("for the test").toCompletableFuture().get();
    assertEquals(RunPhase.PARKED, Training.ended(run).phase());
    run.resume().toCompletableFuture().get();
    Training.finished(run);
    assertEquals("", undisturbed.difference(Files3.of(run.directory())));
  }

  @Test
  public void twoHalvesEqualOneWhole() throws Exception {
    Files3 whole = training.train(spec("whole").steps(102_400));
    Path halves = folder.resolve("halves");
    Run first = training.start(spec("halves").steps(51_200).scheduleSteps(102_400));
    Training.finished(first);
    Run second = runs.resume(halves, OptionalLong.of(51_200), OptionalInt.empty());
    Training.finished(second);
    assertEquals("", whole.difference(Files3.of(halves)));
  }

  @Test
  public void aCheckpointOnTheWayChangesNoBit() throws Exception {
    Files3 undisturbed = training.train(spec("undisturbed"));
    Run run = training.start(spec("checkpointed"));
    training.awaitSteps(run, 3_000);
    run.checkpoint().toCompletableFuture().get();
    Training.finished(run);
    assertEquals("", undisturbed.difference(Files3.of(run.directory())));
  }
}
