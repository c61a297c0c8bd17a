package dev.stoa.distribution;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import dev.stoa.run.Catalogue;
import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.Runs;
import dev.stoa.run.UserException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.OptionUtils;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerMethod;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Parts that come, leave, misbehave: one clear word about it, and the rest goes on. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerMethod.class)
public class PartsIT {
  @Inject private BundleContext context;
  @Inject private Runs runs;
  @Inject private Catalogue catalogue;
  private Path folder;
  private Training training;

  @Configuration
  public static Option[] configuration() throws Exception {
    Path fixtures = Files.createTempDirectory(StoaContainer.build(), "fixtures");
    return OptionUtils.combine(
        StoaContainer.options(),
        CoreOptions.systemProperty("it.corridor1")
            .value(FixtureBundles.corridor(fixtures.resolve("c1.jar"), "1.0.0").toString()),
        CoreOptions.systemProperty("it.corridor2")
            .value(FixtureBundles.corridor(fixtures.resolve("c2.jar"), "1.1.0").toString()),
        CoreOptions.systemProperty("it.unresolvable")
            .value(FixtureBundles.unresolvable(fixtures.resolve("u.jar")).toString()));
  }

  @Before
  public void open() throws Exception {
    folder = Files.createTempDirectory(StoaContainer.build(), "parts");
    training = new Training(context, runs);
  }

  @After
  public void close() {
    training.close();
  }

  private Bundle install(String property) throws Exception {
    try (InputStream jar = Files.newInputStream(Path.of(System.getProperty(property)))) {
      Bundle bundle = context.installBundle("test:" + property, jar);
      bundle.start();
      return bundle;
    }
  }

  private RunSpec corridor(String name) {
    return RunSpec.of("ppo", "Corridor-v0")
        .seed(1)
        .steps(40_960)
        .device("cpu-jvm")
        .directory(folder.resolve(name));
  }

  private RunStatus failing(String fault) throws Exception {
    Run other =
        training.start(
            RunSpec.of("ppo", "CartPole-v1").steps(10_240).directory(folder.resolve("other")));
    Run run = training.start(corridor("run").set("environment.fault", fault));
    RunStatus status = Training.ended(run);
    assertEquals(RunPhase.FAILED, status.phase());
    Training.finished(other);
    assertFalse(status.reason(), status.reason().contains("\n"));
    assertFalse(status.reason(), status.reason().startsWith("internal"));
    assertTrue(status.reason(), status.reason().contains("Corridor-v0 1.0.0"));
    assertTrue(status.reason(), status.reason().contains("dev.stoa.fixture.corridor"));
    return status;
  }

  @Test
  public void aRewardThatIsNoNumberFailsTheRunAndNoOther() throws Exception {
    install("it.corridor1");
    RunStatus status = failing("NAN_REWARD");
    assertTrue(status.reason(), status.reason().contains("reward NaN in copy 0"));
  }

  @Test
  public void anInfiniteObservationFailsTheRunAndNoOther() throws Exception {
    install("it.corridor1");
    RunStatus status = failing("INFINITE_OBSERVATION");
    assertTrue(status.reason(), status.reason().contains("observation Infinity"));
  }

  @Test
  public void anEnvironmentThatThrowsFailsTheRunAndNoOther() throws Exception {
    install("it.corridor1");
    RunStatus status = failing("THROWS");
    assertTrue(status.reason(), status.reason().contains("the corridor collapsed"));
  }

  @Test
  public void aRunIsSuspendedWhileItsEnvironmentIsAwayAndGoesOnWithANewVersion() throws Exception {
    Bundle bundle = install("it.corridor1");
    Training.Files3 undisturbed = training.train(corridor("undisturbed"));
    Run run = training.start(corridor("run"));
    training.awaitSteps(run, 4_000);
    bundle.uninstall();
    RunEvent suspended = training.await(run, event -> event.status().phase() == RunPhase.SUSPENDED);
    assertTrue(suspended.message(), suspended.message().contains("environment Corridor-v0 left"));
    assertThrows(UserException.class, () -> training.start(corridor("none")));
    install("it.corridor2");
    RunEvent swap = training.await(run, event -> event.kind() == RunEvent.Kind.SWAP);
    assertTrue(swap.message(), swap.message().contains("1.0.0"));
    assertTrue(swap.message(), swap.message().contains("1.1.0"));
    Training.finished(run);
    assertEquals("", undisturbed.difference(Training.Files3.of(run.directory())));
  }

  @Test
  public void aStepThatHangsIsDisownedAndItsLostStepsAreRepeatedToTheBit() throws Exception {
    Bundle bundle = install("it.corridor1");
    Training.Files3 undisturbed = training.train(corridor("undisturbed"));
    Run run =
        training.start(
            corridor("run").set("environment.fault", "HANGS").set("environment.faultStep", 900));
    training.await(run, event -> event.kind() == RunEvent.Kind.STARTED);
    // The 900th step of eight copies hangs: 899 are counted, and the bundle leaves meanwhile.
    Training.awaitCount(run, 899 * 8);
    bundle.stop();
    RunEvent warning = training.await(run, event -> event.kind() == RunEvent.Kind.WARNING);
    assertTrue(warning.message(), warning.message().contains("the run goes on from step 0"));
    bundle.start();
    RunStatus status = Training.finished(run);
    assertEquals(40_960, status.steps());
    Training.Files3 files = Training.Files3.of(run.directory());
    // The corridor hangs again at its 900th step, for ten seconds, and then goes on.
    assertEquals("", undisturbed.difference(files));
  }

  @Test
  public void aBundleThatDoesNotResolveIsNamedWithWhatItMisses() throws Exception {
    try (InputStream jar = Files.newInputStream(Path.of(System.getProperty("it.unresolvable")))) {
      context.installBundle("test:unresolvable", jar);
    }
    Catalogue.Problem problem =
        catalogue.problems().stream()
            .filter(each -> each.bundle().contains("dev.stoa.fixture.unresolvable"))
            .findFirst()
            .orElseThrow();
    assertTrue(problem.why(), problem.why().contains("org.nowhere.missing"));
    assertFalse(problem.why(), problem.why().contains("\n"));
  }

  @Test
  public void whatIsInstalledIsListedAndDescribed() {
    assertTrue(
        catalogue.list(Catalogue.Kind.ALGORITHM).stream().anyMatch(e -> e.name().equals("ppo")));
    assertTrue(
        catalogue.describe("ppo").parameters().stream()
            .anyMatch(each -> each.name().equals("learningRate")));
    UserException unknown = assertThrows(UserException.class, () -> catalogue.describe("CartPole"));
    assertTrue(unknown.line(), unknown.line().contains("CartPole-v1"));
    assertTrue(catalogue.problems().toString(), catalogue.problems().isEmpty());
  }
}
