package dev.stoa.distribution;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.stoa.distribution.Training.Files3;
import dev.stoa.run.Fork;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.Run;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.Runs;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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

/**
 * Many runs at once, and everything is changed under them by a schedule that follows from a seed:
 * none fails, every one ends, those whose bits nobody asked to change end with the bytes of a run
 * that was left alone, and nothing of a bundle that was replaced stays.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ChaosIT {
  private static final int RUNS = Integer.getInteger("stoa.chaos.runs", 5);
  private static final int ACTS = Integer.getInteger("stoa.chaos.acts", 22);
  private static final long SEED = Long.getLong("stoa.chaos.seed", 1);
  private static final long STEPS = 10_240;
  private static final long LIMIT_SECONDS = 240;
  private static final List<String> ALGORITHMS = List.of("ppo", "ppo", "dqn");
  private static final List<String> LIBRARIES =
      List.of("dev.stoa.lib.networks", "dev.stoa.lib.learners", "dev.stoa.device.compiler");
  private static final String ENVIRONMENT = "dev.stoa.environment.classic";
  private static final String DEVICE = "dev.stoa.device.cpujvm";

  @Inject private BundleContext context;
  @Inject private Runs runs;
  private Path folder;
  private Training training;
  private Installed installed;

  /** Runs by number; one that is taken up from disk is another object. */
  private final List<Run> living = new ArrayList<>();

  /** Forks by the number of the run that they are of. */
  private final Map<Run, Integer> forks = new HashMap<>();

  private final List<WeakReference<ClassLoader>> replaced = new ArrayList<>();
  private final Map<Chaos.Kind, Integer> done = new EnumMap<>(Chaos.Kind.class);
  private final Map<Chaos.Kind, Double> seconds = new EnumMap<>(Chaos.Kind.class);

  @Configuration
  public static Option[] configuration() throws Exception {
    return StoaContainer.options();
  }

  @Before
  public void open() throws Exception {
    folder = Files.createTempDirectory(StoaContainer.build(), "chaos");
    training = new Training(context, runs);
    installed = new Installed(context);
  }

  @After
  public void close() {
    training.close();
  }

  /** Runs of one algorithm have one seed, so that one undisturbed run tells what all must give. */
  private RunSpec spec(int run, String name) {
    return RunSpec.of(ALGORITHMS.get(run % ALGORITHMS.size()), "CartPole-v1")
        .seed(1 + run % ALGORITHMS.size())
        .steps(STEPS)
        .device("cpu-jvm")
        .directory(folder.resolve(name));
  }

  @Test
  public void everythingIsChangedUnderManyRunsAndNoBitIsLost() throws Exception {
    Map<Integer, Files3> undisturbed = new HashMap<>();
    for (int kind = 0; kind < ALGORITHMS.size(); kind++) {
      undisturbed.put(kind, training.train(spec(kind, "undisturbed-" + kind)));
    }
    int exact = RUNS - 1;
    List<Chaos.Act> schedule = Chaos.schedule(SEED, exact, RUNS, ACTS, RUNS * STEPS);
    for (int i = 0; i < RUNS; i++) {
      living.add(training.start(spec(i, "run-" + i)));
    }
    for (Chaos.Act act : schedule) {
      try {
        awaitTogether(act.afterSteps());
        long began = System.nanoTime();
        if (did(act)) {
          done.merge(act.kind(), 1, Integer::sum);
          seconds.merge(act.kind(), (System.nanoTime() - began) / 1e9, Double::sum);
        }
        assertNoneFailed();
      } catch (Exception | AssertionError e) {
        throw new AssertionError("with -Dstoa.chaos.seed=" + SEED + " at " + act, e);
      }
    }
    String seed = "with -Dstoa.chaos.seed=" + SEED;
    for (int i = 0; i < RUNS; i++) {
      Training.finished(living.get(i));
      if (i < exact) {
        String difference = undisturbed.get(i % ALGORITHMS.size()).difference(files(living.get(i)));
        assertEquals(seed + ", run " + i, "", difference);
      }
    }
    // The one that was set says so in its metrics.
    assertTrue(
        seed,
        !done.containsKey(Chaos.Kind.SET)
            || files(living.get(exact)).metrics().stream()
                .anyMatch(line -> line.contains("\"set\"")));
    for (Map.Entry<Run, Integer> fork : forks.entrySet()) {
      Training.finished(fork.getKey());
      if (fork.getValue() < exact) {
        String difference =
            undisturbed.get(fork.getValue() % ALGORITHMS.size()).difference(files(fork.getKey()));
        assertEquals(seed + ", fork " + fork.getKey().name(), "", difference);
      }
    }
    System.out.println("chaos: " + done + " of " + ACTS + ", seconds " + seconds);
    assertTrue(seed + ": the runs were over too soon: " + done, sum() > ACTS / 2);
    living.clear();
    forks.clear();
    Leaks.expectGone(replaced);
  }

  private static Files3 files(Run run) throws Exception {
    return Files3.of(run.directory());
  }

  private int sum() {
    return done.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Waits until all runs together have taken so many steps, or have ended. */
  private void awaitTogether(long steps) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (living.stream().mapToLong(run -> run.status().steps()).sum() < steps
        && living.stream().anyMatch(run -> !run.status().phase().ended())) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no progress: " + statuses() + "\n" + Training.threads());
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private List<RunStatus> statuses() {
    return living.stream().map(Run::status).toList();
  }

  private void assertNoneFailed() {
    assertTrue(
        statuses().toString(),
        statuses().stream().noneMatch(each -> each.phase() == RunPhase.FAILED));
  }

  /** Makes a change; false when the run that it was meant for has ended. */
  private boolean did(Chaos.Act act) throws Exception {
    Run run = living.get(act.run());
    if (run.status().phase().ended()) {
      return false;
    }
    String algorithm = "dev.stoa.algorithm." + ALGORITHMS.get(act.run() % ALGORITHMS.size());
    switch (act.kind()) {
      case UPDATE_ALGORITHM -> update(algorithm);
      case UPDATE_ENVIRONMENT -> update(ENVIRONMENT);
      case UPDATE_DEVICE -> update(DEVICE);
      case REFRESH_LIBRARY -> {
        String library = LIBRARIES.get(act.run() % LIBRARIES.size());
        replaced.add(installed.loader(library));
        installed.refresh(installed.bundle(library));
      }
      case STOP_AND_START -> {
        Bundle bundle = installed.bundle(algorithm);
        bundle.stop();
        bundle.start();
      }
      case PARK_AND_RESUME -> {
        answer(run.park("chaos"));
        if (Training.ended(run).phase() == RunPhase.PARKED) {
          answer(run.resume());
        }
      }
      case RESUME_FROM_DISK -> {
        answer(run.park("chaos"));
        if (Training.ended(run).phase() == RunPhase.PARKED) {
          living.set(
              act.run(), runs.resume(run.directory(), OptionalLong.empty(), OptionalInt.empty()));
        }
      }
      case CHECKPOINT -> answer(run.checkpoint());
      case FORK -> {
        Path to = folder.resolve("fork-" + forks.size());
        forks.put(answer(run.fork(Fork.PLAIN.directory(to))), act.run());
      }
      case MOVE -> {
        answer(run.move("reference"));
        answer(run.move("cpu-jvm"));
      }
      case SET -> answer(run.set(Map.of("learningRate", new ParameterValue("0.0005", "the test"))));
      default -> throw new IllegalStateException(act.toString());
    }
    return true;
  }

  private void update(String symbolicName) throws Exception {
    replaced.add(installed.loader(symbolicName));
    installed.bundle(symbolicName).update();
  }

  private static <T> T answer(CompletionStage<T> asked) throws Exception {
    return asked.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }
}
