package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Durability;
import dev.stoa.run.Fork;
import dev.stoa.run.Origin;
import dev.stoa.run.Run;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.UserException;
import dev.stoa.state.CheckpointFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A second run from the state of a first, in any phase of that. */
@Timeout(180)
class ForkTest {
  private static final long STEPS = 42;
  private static final long SHORT = 50;
  private static final long LONG = 60_000;
  private static final List<String> EQUAL =
      List.of(
          "metrics.jsonl",
          "checkpoint/policy.safetensors",
          "checkpoint/state.safetensors",
          "checkpoint/state.json");

  @TempDir Path folder;

  private final CountDownLatch reached = new CountDownLatch(1);

  private Path directory() throws IOException {
    return Files.createDirectories(folder.resolve("run"));
  }

  /** A run that is in its seventh step, and ends it when something is asked. */
  private RunActor atSeven(Bench bench) throws Exception {
    bench.parts.onStep =
        (number, context) -> {
          if (number == 7 && reached.getCount() > 0) {
            reached.countDown();
            FakeParts.untilAsked(context);
          }
        };
    RunActor run = bench.run(directory(), STEPS);
    assertTrue(reached.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
    return run;
  }

  private Fork to(String name) {
    return Fork.PLAIN.directory(folder.resolve(name)).name(name);
  }

  private static RunActor get(CompletableFuture<Run> asked) throws Exception {
    return (RunActor) asked.get(Bench.LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private static RunActor fork(RunActor run, Fork how) throws Exception {
    return get(run.fork(how).toCompletableFuture());
  }

  private static String refused(RunActor run, Fork how) {
    CompletableFuture<Run> asked = run.fork(how).toCompletableFuture();
    ExecutionException failed = assertThrows(ExecutionException.class, () -> get(asked));
    return ((UserException) failed.getCause()).line();
  }

  /** The sum a run of so many steps ends in, see {@link FakeParts}. */
  private static double sum(long steps) {
    double sum = 0;
    for (int step = 1; step <= steps; step++) {
      sum = sum * 0.5 + (step % 10 == 0 ? 0 : step);
    }
    return sum;
  }

  private static void assertWhole(Bench bench, RunActor run, long steps) throws Exception {
    RunStatus status = bench.ended(run);
    assertEquals(RunPhase.DONE, status.phase(), status.toString());
    assertEquals(steps, status.steps());
    assertEquals(
        sum(steps),
        CheckpointFiles.read(run.directory().resolve("checkpoint"))
            .child("learner")
            .array("sum")
            .doubles()[0]);
    List<String> lines = Files.readAllLines(run.directory().resolve("metrics.jsonl"));
    assertEquals(steps / 5, lines.size());
    for (int i = 0; i < lines.size(); i++) {
      assertTrue(lines.get(i).startsWith("{\"step\":" + 5 * (i + 1) + ","), lines.get(i));
    }
  }

  private static void assertEqualBytes(RunActor first, RunActor second) throws IOException {
    for (String name : EQUAL) {
      Path one = first.directory().resolve(name);
      assertEquals(-1, Files.mismatch(one, second.directory().resolve(name)), name);
    }
  }

  @Test
  void aRunThatStepsAndItsForkComeToEqualBytes() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      RunActor fork = fork(run, to("fork"));
      assertEquals("fork", fork.name());
      assertEquals(folder.resolve("fork"), fork.directory());
      assertWhole(bench, run, STEPS);
      assertWhole(bench, fork, STEPS);
      assertEqualBytes(run, fork);
      assertEquals(0, run.status().swaps());
      RunSpec recorded = bench.files.read(folder.resolve("fork/run.yaml"));
      assertEquals(Optional.of(new Origin(run.directory().toString(), 7)), recorded.origin());
      assertTrue(
          Files.readString(folder.resolve("fork/stoa.log"))
              .contains("forked from " + run.directory() + " at step 7"));
      assertEquals(0, bench.parts.open.get());
      assertEquals(1, bench.gotten.get());
    }
  }

  @Test
  void aForkMayGoFurther() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      RunActor fork = fork(run, to("fork").steps(50));
      assertWhole(bench, run, STEPS);
      // Seven taken and fifty more.
      assertWhole(bench, fork, 57);
    }
  }

  @Test
  void aForkAskedBeforeTheFirstStepBeginsAtTheBeginning() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch asked = new CountDownLatch(1);
      AtomicBoolean first = new AtomicBoolean();
      bench.parts.onCreate =
          () -> {
            if (!first.getAndSet(true)) {
              reached.countDown();
              try {
                assertTrue(asked.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
          };
      RunActor run = bench.run(directory(), STEPS);
      assertTrue(reached.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      CompletableFuture<Run> forked = run.fork(to("fork")).toCompletableFuture();
      asked.countDown();
      RunActor fork = get(forked);
      assertWhole(bench, fork, STEPS);
      assertWhole(bench, run, STEPS);
      assertEqualBytes(run, fork);
    }
  }

  @Test
  void aForkAskedWithAParkIsStillMade() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.parts.onStep =
          (number, context) -> {
            if (number == 7 && reached.getCount() > 0) {
              reached.countDown();
              bench.parts.released.await();
            }
          };
      RunActor run = bench.run(directory(), STEPS);
      assertTrue(reached.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      run.park("first");
      CompletableFuture<Run> forked = run.fork(to("fork")).toCompletableFuture();
      bench.parts.released.countDown();
      assertWhole(bench, get(forked), STEPS);
      assertEquals(RunPhase.PARKED, run.status().phase());
      assertEquals(7, run.status().steps());
      run.resume();
      assertWhole(bench, run, STEPS);
    }
  }

  @Test
  void aRunThatEndedIsForkedWithMoreSteps() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = bench.run(directory(), STEPS);
      bench.ended(run);
      assertEquals(
          "the run has used its budget of 42 steps ("
              + run.directory()
              + "). Give it more with -n N",
          refused(run, to("none")));
      assertTrue(Files.notExists(folder.resolve("none")));
      assertWhole(bench, fork(run, to("fork").steps(8)), 50);
      assertWhole(bench, run, STEPS);
    }
  }

  @Test
  void whileAPartIsAwayAForkIsRefusedAndTheRunGoesOnWhenItIsBack() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      bench.leave(Kind.ENVIRONMENT);
      bench.await(RunPhase.SUSPENDED);
      String line = refused(run, to("fork"));
      assertTrue(line.startsWith("unknown environment 'environment-x'"), line);
      bench.arrive(Kind.ENVIRONMENT, "1.1.0");
      assertWhole(bench, run, STEPS);
    }
  }

  @Test
  void aWaitingRunIsForkedWhereItStandsWhenItsPartsAreThereForAnother() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      run.park("set aside");
      bench.ended(run);
      RunActor fork = fork(run, to("fork"));
      assertWhole(bench, fork, STEPS);
      run.resume();
      assertWhole(bench, run, STEPS);
      assertEqualBytes(run, fork);
    }
  }

  @Test
  void aStateThatCannotBeTakenIsRefusedAndTheRunGoesOn() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      bench.parts.onSave =
          (number, context) -> {
            if (number == 7) {
              throw new IllegalStateException("no memory");
            }
          };
      String line = refused(run, to("fork"));
      assertTrue(line.startsWith("run run was not forked: algorithm algorithm-x"), line);
      assertTrue(line.endsWith("no memory"), line);
      assertWhole(bench, run, STEPS);
    }
  }

  @Test
  void aUsedDirectoryIsRefusedAndTheRunGoesOn() throws Exception {
    Files.createDirectories(folder.resolve("used/by somebody"));
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      String line = refused(run, to("used"));
      assertTrue(line.startsWith("the run's directory is not empty"), line);
      assertWhole(bench, run, STEPS);
    }
  }

  @Test
  void aRunThatGaveItsDirectoryUpIsNotForked() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      run.stop("enough");
      bench.ended(run);
      assertTrue(run.dispose());
      String line = refused(run, to("fork"));
      assertTrue(line.startsWith("run run was given up by this process"), line);
    }
  }

  @Test
  void aForkAskedOfAStepThatIsDisownedIsTakenFromTheKeptState() throws Exception {
    try (Bench bench = new Bench(SHORT)) {
      AtomicBoolean hung = new AtomicBoolean();
      Thread[] hanging = new Thread[1];
      bench.parts.onStep =
          (number, context) -> {
            if (number == 7 && !hung.getAndSet(true)) {
              hanging[0] = Thread.currentThread();
              reached.countDown();
              bench.parts.released.await();
            }
          };
      RunActor run = bench.run(directory(), STEPS);
      assertTrue(reached.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      CompletableFuture<Run> forked = run.fork(to("fork")).toCompletableFuture();
      bench.leave(Kind.DEVICE);
      bench.await(RunPhase.SUSPENDED);
      bench.arrive(Kind.DEVICE, "1.1.0");
      assertWhole(bench, run, STEPS);
      bench.parts.released.countDown();
      hanging[0].join();
      // Either before the device was back, when there is none for a fork, or after it.
      try {
        assertWhole(bench, get(forked), STEPS);
      } catch (ExecutionException refused) {
        assertTrue(refused.getCause().getMessage().startsWith("unknown device"));
      }
    }
  }

  @Test
  void aDirectoryIsForkedFromItsLastCheckpointOrAKeptOne() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      Durability rule = Durability.STANDARD.withKeepEvery(20);
      RunActor run = bench.run(Bench.spec().durability(rule), directory(), STEPS, Optional.empty());
      assertWhole(bench, run, STEPS);
      run.dispose();
      assertWhole(bench, bench.starter.fork(directory(), to("more").steps(8)), 50);
      RunActor fork = bench.starter.fork(directory(), to("kept").from(20));
      assertWhole(bench, fork, STEPS);
      assertEqualBytes(run, fork);
      assertEquals(
          new Origin(directory().toString(), 20),
          bench.files.read(folder.resolve("kept/run.yaml")).origin().orElseThrow());
      UserException unknown =
          assertThrows(
              UserException.class, () -> bench.starter.fork(directory(), to("none").from(7)));
      assertEquals(
          "no checkpoint of step 7 is kept (" + directory() + "/checkpoints). Kept: 20, 40",
          unknown.line());
      assertWhole(bench, fork(run, to("alive").from(40)), STEPS);
    }
  }

  @Test
  void aForkOfAForkGoesOnToo() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = bench.run(directory(), STEPS);
      bench.ended(run);
      RunActor fork = fork(run, to("fork").steps(8));
      bench.ended(fork);
      assertWhole(bench, fork(fork, to("second").steps(5)), 55);
    }
  }
}
