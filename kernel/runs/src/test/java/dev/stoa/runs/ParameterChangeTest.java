package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Durability;
import dev.stoa.run.Fork;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.Reproduction;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.UserException;
import dev.stoa.state.CheckpointFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run is given other parameters in any phase, after its seventh step. */
@Timeout(180)
class ParameterChangeTest {
  private static final long STEPS = 42;
  private static final long SHORT = 50;
  private static final long LONG = 60_000;

  @TempDir Path folder;

  private final CountDownLatch reached = new CountDownLatch(1);

  private RunActor at(long step, Bench bench, RunSpec spec) throws Exception {
    bench.parts.onStep =
        (number, context) -> {
          if (number == step && reached.getCount() > 0) {
            reached.countDown();
            FakeParts.untilAsked(context);
          }
        };
    Path directory = Files.createDirectories(folder.resolve("run"));
    RunActor run = bench.run(spec, directory, STEPS, Optional.empty());
    assertTrue(reached.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
    return run;
  }

  private RunActor atSeven(Bench bench) throws Exception {
    return at(7, bench, Bench.spec());
  }

  private static CompletableFuture<RunStatus> ask(RunActor run, String key, Object value) {
    return run.set(Map.of(key, new ParameterValue(value, "set " + key))).toCompletableFuture();
  }

  private static <T> T get(CompletableFuture<T> asked) throws Exception {
    return asked.get(Bench.LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private static RunStatus set(RunActor run, String key, Object value) throws Exception {
    return get(ask(run, key, value));
  }

  private static String refused(CompletableFuture<RunStatus> asked) {
    ExecutionException failed = assertThrows(ExecutionException.class, () -> get(asked));
    return ((UserException) failed.getCause()).line();
  }

  /** The sum of {@link FakeParts} when the decay changes after a step. */
  private static double sum(long changedAfter, double decay) {
    double sum = 0;
    for (int step = 1; step <= STEPS; step++) {
      sum = sum * (step > changedAfter ? decay : 0.5) + (step % 10 == 0 ? 0 : step);
    }
    return sum;
  }

  private static void assertSum(Bench bench, RunActor run, double sum) throws Exception {
    RunStatus status = bench.ended(run);
    assertEquals(RunPhase.DONE, status.phase(), status.toString());
    assertEquals(STEPS, status.steps());
    assertEquals(
        sum,
        CheckpointFiles.read(run.directory().resolve("checkpoint"))
            .child("learner")
            .array("sum")
            .doubles()[0]);
    assertEquals(8, metrics(run).size());
    assertEquals(0, bench.parts.open.get());
    assertEquals(1, bench.gotten.get());
  }

  private static List<String> metrics(RunActor run) throws IOException {
    return Files.readAllLines(run.directory().resolve("metrics.jsonl"));
  }

  private static RunSpec recorded(Bench bench, RunActor run) {
    return bench.files.read(run.directory().resolve("run.yaml"));
  }

  @Test
  void aRunThatStepsGetsOtherValuesAtASwapPoint() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      assertEquals(7, set(run, "decay", "0.25").steps());
      RunEvent change = bench.await(event -> event.kind() == RunEvent.Kind.CHANGE);
      assertEquals("set at step 7: decay (default) -> 0.25", change.message());
      assertTrue(change.values().get("pause") > 0);
      assertSum(bench, run, sum(7, 0.25));
      assertEquals(0, run.status().swaps());
      // Lines of steps 5 and 10: before and after.
      assertTrue(!metrics(run).get(0).contains("\"set\""), metrics(run).get(0));
      assertTrue(metrics(run).get(1).contains("\"set\":\"decay=0.25\""), metrics(run).get(1));
      assertEquals(0.25, recorded(bench, run).parameters().get("decay").value());
      assertEquals(Set.of("decay"), recorded(bench, run).changed());
      String log = Files.readString(run.directory().resolve("stoa.log"));
      assertTrue(log.contains(change.message()), log);
      assertEquals(List.of("device-x", "device-x"), bench.parts.madeOn);
    }
  }

  @Test
  void severalAtOnceAreTaken() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      get(
          run.set(
                  Map.of(
                      "decay",
                      new ParameterValue(0.25, "set"),
                      "offset",
                      new ParameterValue("2", "set")))
              .toCompletableFuture());
      bench.ended(run);
      assertTrue(
          metrics(run).get(1).contains("\"set\":\"decay=0.25, offset=2.0\""), metrics(run).get(1));
    }
  }

  @Test
  void valuesThatItHasChangeNothing() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      set(run, "decay", "0.50");
      assertSum(bench, run, sum(STEPS, 0.5));
      assertEquals(List.of("device-x"), bench.parts.madeOn);
      assertEquals(List.of(), bench.recorded);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "dekay;1;unknown key of algorithm algorithm-x 'dekay' (set dekay). Known: decay, size, offset",
        "size;2;size of algorithm algorithm-x cannot be changed while a run lives (set size)."
            + " Changeable: decay, offset",
        "environment.gravity;2;a living run keeps its environment's parameters"
            + " (set environment.gravity). Changeable: decay, offset",
        "decay;much;decay is no number (set decay)",
        "decay;2;decay is out of range (set decay)",
      })
  void whatCannotBeSetIsOneLineAndTheRunGoesOn(String key, String value, String said)
      throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      assertEquals("run run keeps its parameters: " + said, refused(ask(run, key, value)));
      assertSum(bench, run, sum(STEPS, 0.5));
      assertEquals(List.of(), bench.recorded);
    }
  }

  @Test
  void aLearnerThatCannotBeMadeWithTheNewValuesLeavesTheOldOne() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      CountDownLatch askedAgain = new CountDownLatch(1);
      bench.parts.onStep =
          (number, context) -> {
            if (number == 8) {
              askedAgain.await();
            }
          };
      // Refused by the algorithm's own check.
      assertEquals(
          "run run keeps its parameters: nothing would be left of the sum (decay)",
          refused(ask(run, "decay", 0)));
      bench.parts.onCreate =
          () -> {
            throw new AssertionError("no such kernel");
          };
      CompletableFuture<RunStatus> asked = ask(run, "decay", 0.25);
      askedAgain.countDown();
      String line = refused(asked);
      assertTrue(line.contains("no such kernel"), line);
      assertSum(bench, run, sum(STEPS, 0.5));
      assertEquals(List.of(), bench.recorded);
    }
  }

  @Test
  void aRunFileThatCannotBeWrittenLeavesTheOldValues() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      bench.onRecord =
          () -> {
            throw new UserException("cannot write the run's file", "run.yaml", "Make room");
          };
      assertEquals(
          "run run keeps its parameters: cannot write the run's file (run.yaml). Make room",
          refused(ask(run, "decay", 0.25)));
      assertSum(bench, run, sum(STEPS, 0.5));
    }
  }

  @Test
  void anExchangeAfterItKeepsTheNewValues() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      bench.parts.onStep =
          (number, context) -> {
            if (number == 20) {
              FakeParts.untilAsked(context);
            }
          };
      set(run, "decay", 0.25);
      bench.leave(Kind.ALGORITHM);
      bench.await(RunPhase.SUSPENDED);
      bench.parts.onStep = (number, context) -> {};
      bench.arrive(Kind.ALGORITHM, "1.1.0");
      assertSum(bench, run, sum(7, 0.25));
    }
  }

  @Test
  void aSuspendedRunTakesThemWhenItGoesOn() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      bench.leave(Kind.DEVICE);
      bench.await(RunPhase.SUSPENDED);
      assertEquals(RunPhase.SUSPENDED, set(run, "decay", 0.25).phase());
      assertEquals(
          "run run keeps its parameters: nothing would be left of the sum (decay)",
          refused(ask(run, "decay", 0)));
      bench.arrive(Kind.DEVICE, "1.1.0");
      assertSum(bench, run, sum(7, 0.25));
    }
  }

  @Test
  void whileTheAlgorithmIsAwayTheyAreRefused() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      bench.leave(Kind.ALGORITHM);
      bench.await(RunPhase.SUSPENDED);
      String line = refused(ask(run, "decay", 0.25));
      assertTrue(line.startsWith("run run keeps its parameters: unknown algorithm"), line);
      bench.arrive(Kind.ALGORITHM, "1.1.0");
      assertSum(bench, run, sum(STEPS, 0.5));
    }
  }

  @Test
  void aParkedRunTakesThemWhenItIsResumedAndOneThatWasGivenUpDoesNot() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      run.park("later");
      bench.ended(run);
      assertEquals(RunPhase.PARKED, set(run, "decay", 0.25).phase());
      run.resume();
      assertSum(bench, run, sum(7, 0.25));
      assertTrue(run.dispose());
      String line = refused(ask(run, "decay", 0.75));
      assertTrue(line.contains("was given up by this process"), line);
    }
  }

  @Test
  void aLearnerThatHangsWhileItIsMadeIsGivenUpWithTheChange() throws Exception {
    try (Bench bench = new Bench(SHORT)) {
      RunActor run = atSeven(bench);
      CountDownLatch making = new CountDownLatch(1);
      AtomicBoolean first = new AtomicBoolean();
      Thread[] hanging = new Thread[1];
      bench.parts.onCreate =
          () -> {
            if (!first.getAndSet(true)) {
              hanging[0] = Thread.currentThread();
              making.countDown();
              try {
                bench.parts.released.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
          };
      CompletableFuture<RunStatus> asked = ask(run, "decay", 0.25);
      assertTrue(making.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      bench.leave(Kind.ALGORITHM);
      String line = refused(asked);
      assertTrue(line.contains("keeps its parameters: algorithm algorithm-x"), line);
      assertTrue(line.contains("did not end within 50 ms"), line);
      bench.arrive(Kind.ALGORITHM, "1.1.0");
      RunStatus status = bench.ended(run);
      assertEquals(RunPhase.DONE, status.phase(), status.toString());
      bench.parts.released.countDown();
      hanging[0].join();
      assertSum(bench, run, sum(STEPS, 0.5));
    }
  }

  @Test
  void theSameSetAtTheSameStepGivesTheSameBytesAlsoOfAForkAndAfterwards() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunSpec spec = Bench.spec().durability(Durability.STANDARD.withKeepEvery(20));
      RunActor run = at(7, bench, spec);
      set(run, "decay", 0.25);
      assertSum(bench, run, sum(7, 0.25));
      Fork how = Fork.PLAIN.directory(folder.resolve("fork")).from(20);
      RunActor fork = (RunActor) get(run.fork(how).toCompletableFuture());
      assertSum(bench, fork, sum(7, 0.25));
      assertEquals(metrics(run), metrics(fork));
      Reproduction again =
          get(
              bench
                  .reproducer
                  .reproduce(
                      run.directory(),
                      "20",
                      OptionalLong.empty(),
                      Optional.of(folder.resolve("again")))
                  .outcome()
                  .toCompletableFuture());
      assertEquals(Optional.empty(), again.difference());
    }
  }

  @Test
  void aRunThatWasSetOnTheWayIsGoneAgainUpToThere() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = at(32, bench, Bench.spec().durability(Durability.STANDARD.withKeepEvery(20)));
      set(run, "decay", 0.25);
      assertSum(bench, run, sum(32, 0.25));
      UserException refused =
          assertThrows(
              UserException.class,
              () ->
                  bench.reproducer.reproduce(
                      run.directory(), "20", OptionalLong.empty(), Optional.empty()));
      assertTrue(
          refused.line().startsWith("the run was given decay=0.25 before the line of step 35"),
          refused.line());
      Reproduction again =
          get(
              bench
                  .reproducer
                  .reproduce(
                      run.directory(),
                      "20",
                      OptionalLong.of(34),
                      Optional.of(folder.resolve("again")))
                  .outcome()
                  .toCompletableFuture());
      assertEquals(Optional.empty(), again.difference());
    }
  }
}
