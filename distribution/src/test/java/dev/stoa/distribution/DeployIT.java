package dev.stoa.distribution;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.stoa.run.Catalogue;
import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunSpec;
import dev.stoa.run.Runs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.OptionUtils;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/**
 * What is moved into {@code deploy/} is used, what is taken out is missed, what is newer takes
 * over.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class DeployIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Inject private BundleContext context;
  @Inject private Runs runs;
  @Inject private Catalogue catalogue;

  @Configuration
  public static Option[] configuration() throws Exception {
    Path fixtures = Files.createTempDirectory(StoaContainer.build(), "fixtures");
    return OptionUtils.combine(
        StoaContainer.options(),
        CoreOptions.systemProperty("it.corridor1")
            .value(FixtureBundles.corridor(fixtures.resolve("c1.jar"), "1.0.0").toString()),
        CoreOptions.systemProperty("it.corridor2")
            .value(FixtureBundles.corridor(fixtures.resolve("c2.jar"), "1.1.0").toString()));
  }

  private boolean listed() {
    return catalogue.list(Catalogue.Kind.ENVIRONMENT).stream()
        .anyMatch(each -> each.name().equals("Corridor-v0"));
  }

  private static void await(String what, BooleanSupplier condition) {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - began > LIMIT.toNanos()) {
        throw new AssertionError(what + " did not happen\n" + Training.threads());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    Timings.record(what, Duration.ofNanos(System.nanoTime() - began));
  }

  @Test
  public void anEnvironmentComesLeavesAndReturnsUnderARun() throws Exception {
    Path deploy = Path.of(context.getProperty("stoa.deploy"));
    Path first = Path.of(System.getProperty("it.corridor1"));
    Path second = Path.of(System.getProperty("it.corridor2"));
    RunSpec spec = RunSpec.of("ppo", "Corridor-v0").seed(1).steps(102_400).device("cpu-jvm");
    Path folder = Files.createTempDirectory(StoaContainer.build(), "deploy-run");
    try (Training training = new Training(context, runs)) {
      FixtureBundles.drop(first, deploy, "corridor.jar");
      await("deploy: from the move of a jar to its environment in the list", this::listed);
      Training.Files3 undisturbed = training.train(spec.directory(folder.resolve("undisturbed")));

      Run run = training.start(spec.directory(folder.resolve("run")));
      training.awaitSteps(run, 2_000);
      Files.delete(deploy.resolve("corridor.jar"));
      await(
          "deploy: from the removal of a jar to the suspension of its run",
          () -> run.status().phase() == RunPhase.SUSPENDED);
      assertTrue(run.status().reason(), run.status().reason().contains("Corridor-v0 left"));

      FixtureBundles.drop(second, deploy, "corridor.jar");
      await(
          "deploy: from the move of a newer jar to the run going on",
          () -> run.status().phase() != RunPhase.SUSPENDED);
      RunEvent swap = training.await(run, event -> event.kind() == RunEvent.Kind.SWAP);
      assertTrue(swap.message(), swap.message().contains("1.1.0"));
      Training.finished(run);
      assertEquals("", undisturbed.difference(Training.Files3.of(run.directory())));
    }
  }
}
