package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.environment.Snapshot;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunStatus;
import dev.stoa.run.UserException;
import dev.stoa.state.CheckpointFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The life of a run, part by part, failure by failure; each against the run nothing happened to.
 */
@Timeout(180)
class RunActorTest {
  private static final long STEPS = 42;
  private static final long SHORT = 50;
  private static final long LONG = 60_000;

  @TempDir Path folder;

  private Path directory(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /** The files that equal states have equal, and the metrics. */
  private static List<String> files(Path run) throws IOException {
    List<String> files = new ArrayList<>();
    for (String name :
        List.of(CheckpointFiles.POLICY, CheckpointFiles.STATE, CheckpointFiles.STRUCTURE)) {
      byte[] bytes = Files.readAllBytes(run.resolve("checkpoint").resolve(name));
      files.add(new String(bytes, StandardCharsets.ISO_8859_1));
    }
    files.addAll(Files.readAllLines(run.resolve("metrics.jsonl")));
    return files;
  }

  private List<String> undisturbed() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      Path run = directory("undisturbed");
      assertDone(bench, bench.run(run, STEPS));
      return files(run);
    }
  }

  private static void assertDone(Bench bench, RunActor run) throws Exception {
    RunStatus status = bench.ended(run);
    assertEquals(RunPhase.DONE, status.phase(), status.toString());
    assertEquals(STEPS, status.steps());
    // 42 steps, an episode's end at every tenth.
    assertEquals(4, status.episodes());
    assertReleased(bench);
  }

  /** All that was opened is closed, and every service but the listener's is given back. */
  private static void assertReleased(Bench bench) {
    assertEquals(0, bench.parts.open.get());
    assertEquals(1, bench.gotten.get());
  }

  /** At the seventh step, once: lets the test go on and waits until the kernel asks for the end. */
  private static CountDownLatch stopAtSeven(Bench bench) {
    CountDownLatch reached = new CountDownLatch(1);
    bench.parts.onStep =
        (number, context) -> {
          if (number == 7 && reached.getCount() > 0) {
            reached.countDown();
            FakeParts.untilAsked(context);
          }
        };
    return reached;
  }

  private static void reach(CountDownLatch latch) throws InterruptedException {
    assertTrue(latch.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aPartThatLeavesAndReturnsChangesNoBit(Kind kind) throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch reached = stopAtSeven(bench);
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      bench.leave(kind);
      RunEvent suspended = bench.await(RunPhase.SUSPENDED);
      assertEquals(
          "suspended at step 7: " + kind.label() + " " + Bench.name(kind) + " left",
          suspended.message());
      bench.arrive(kind, "1.1.0");
      assertDone(bench, run);
      assertEquals(1, run.status().swaps());
      assertEquals(undisturbed(), files(run.directory()));
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aRunGoesOverToAnotherVersionThatIsThereAlready(Kind kind) throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch reached = stopAtSeven(bench);
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      // Beside the old: it is not taken before the old one leaves.
      PartEntry newer = bench.arriveBeside(kind, "2.0.0");
      assertTrue(newer.leases.isEmpty());
      bench.leave(kind);
      RunEvent swap = bench.await(event -> event.kind() == RunEvent.Kind.SWAP);
      assertTrue(swap.message().contains("2.0.0"), swap.message());
      assertDone(bench, run);
      assertEquals(undisturbed(), files(run.directory()));
    }
  }

  @Test
  void aStepThatHangsIsDisownedAndWhatItReturnsLateIsDropped() throws Exception {
    try (Bench bench = new Bench(SHORT)) {
      CountDownLatch reached = new CountDownLatch(1);
      Thread[] hanging = new Thread[1];
      bench.parts.onStep =
          (number, context) -> {
            if (number == 7 && reached.getCount() > 0) {
              hanging[0] = Thread.currentThread();
              reached.countDown();
              bench.parts.released.await();
            }
          };
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      bench.leave(Kind.ENVIRONMENT);
      assertTrue(run.status().parts().containsKey("overrun"), run.status().toString());
      RunEvent warning = bench.await(event -> event.kind() == RunEvent.Kind.WARNING);
      assertTrue(warning.message().contains("goes on from step 0"), warning.message());
      bench.arrive(Kind.ENVIRONMENT, "1.1.0");
      RunStatus status = bench.ended(run);
      assertEquals(RunPhase.DONE, status.phase(), status.toString());
      assertEquals(1, status.swaps());
      assertEquals(undisturbed(), files(run.directory()));
      bench.parts.released.countDown();
      hanging[0].join();
      assertReleased(bench);
      assertEquals(RunPhase.DONE, run.status().phase());
      assertFalse(run.status().parts().containsKey("overrun"), run.status().toString());
    }
  }

  @Test
  void aStepThatUpdatesItsOwnBundleIsDisownedAtOnce() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      AtomicBoolean updated = new AtomicBoolean();
      bench.parts.onStep =
          (number, context) -> {
            if (number == 7 && !updated.getAndSet(true)) {
              bench.leave(Kind.ALGORITHM);
              bench.arrive(Kind.ALGORITHM, "1.1.0");
            }
          };
      RunActor run = bench.run(directory("run"), STEPS);
      RunEvent warning = bench.await(event -> event.kind() == RunEvent.Kind.WARNING);
      assertTrue(warning.message().contains("of its own algorithm"), warning.message());
      assertEquals(RunPhase.DONE, bench.ended(run).phase());
      assertEquals(undisturbed(), files(run.directory()));
    }
  }

  @Test
  void aStopIsNotLostWithTheStepThatHungOnIt() throws Exception {
    try (Bench bench = new Bench(SHORT)) {
      CountDownLatch reached = stopAtSeven(bench);
      CountDownLatch saving = new CountDownLatch(1);
      bench.parts.onSave =
          (number, context) -> {
            if (number == 7 && saving.getCount() > 0) {
              saving.countDown();
              bench.parts.released.await();
            }
          };
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      var asked = run.stop("enough").toCompletableFuture();
      reach(saving);
      bench.leave(Kind.DEVICE);
      RunStatus status = asked.get(Bench.LIMIT_SECONDS, TimeUnit.SECONDS);
      assertEquals(RunPhase.STOPPED, status.phase());
      assertEquals("enough", status.reason());
      // The save that hung held steps 1 to 7: they are taken again on resumption.
      assertEquals(0, status.steps());
      bench.arrive(Kind.DEVICE, "1.1.0");
      run.resume();
      assertEquals(RunPhase.DONE, bench.ended(run).phase());
      assertEquals(undisturbed(), files(run.directory()));
    }
  }

  @Test
  void aSuspendedRunCanBeParkedAndResumed() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch reached = stopAtSeven(bench);
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      bench.leave(Kind.ENVIRONMENT);
      bench.await(RunPhase.SUSPENDED);
      run.park("later");
      assertEquals(RunPhase.PARKED, bench.ended(run).phase());
      assertReleased(bench);
      assertEquals(7, CheckpointFiles.read(run.directory().resolve("checkpoint")).integer("steps"));
      bench.arrive(Kind.ENVIRONMENT, "1.1.0");
      run.resume();
      assertDone(bench, run);
      assertEquals(undisturbed(), files(run.directory()));
    }
  }

  @Test
  void pastTheGraceTheStateIsOnDiskAndEverythingLetGoAndAWaitingRunCanBeStopped() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch reached = stopAtSeven(bench);
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      bench.leave(Kind.ENVIRONMENT);
      bench.await(RunPhase.SUSPENDED);
      bench.graceOver();
      bench.await(RunPhase.WAITING);
      assertReleased(bench);
      run.stop("enough");
      assertEquals(RunPhase.STOPPED, bench.ended(run).phase());
      assertEquals(7, CheckpointFiles.read(run.directory().resolve("checkpoint")).integer("steps"));
    }
  }

  @Test
  void aWaitingRunGoesOnWhenItsPartIsBack() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch reached = stopAtSeven(bench);
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      bench.leave(Kind.ALGORITHM);
      bench.await(RunPhase.SUSPENDED);
      bench.graceOver();
      bench.await(RunPhase.WAITING);
      bench.arrive(Kind.ALGORITHM, "1.1.0");
      assertDone(bench, run);
      assertEquals(undisturbed(), files(run.directory()));
    }
  }

  @Test
  void aFailureInSaveOfAPartThatLeavesCostsStepsButNoBit() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch reached = stopAtSeven(bench);
      bench.parts.onSave =
          (number, context) -> {
            if (number == 7) {
              throw new IllegalStateException("cannot save now");
            }
          };
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      bench.leave(Kind.ALGORITHM);
      bench.await(RunPhase.SUSPENDED);
      assertReleased(bench);
      bench.arrive(Kind.ALGORITHM, "1.1.0");
      assertDone(bench, run);
      assertEquals(undisturbed(), files(run.directory()));
    }
  }

  @Test
  void aNewVersionThatRefusesLeavesTheRunWaitingForABetterOne() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch reached = stopAtSeven(bench);
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      bench.leave(Kind.ALGORITHM);
      bench.await(RunPhase.SUSPENDED);
      bench.parts.onCreate =
          () -> {
            throw new AssertionError("not with me");
          };
      bench.arrive(Kind.ALGORITHM, "1.1.0");
      RunStatus waiting = bench.await(RunPhase.WAITING).status();
      assertTrue(waiting.reason().contains("not with me"), waiting.reason());
      assertTrue(waiting.reason().contains("1.1.0"), waiting.reason());
      assertReleased(bench);
      bench.parts.onCreate = () -> {};
      bench.leave(Kind.ALGORITHM);
      bench.arrive(Kind.ALGORITHM, "1.2.0");
      assertDone(bench, run);
      assertEquals(undisturbed(), files(run.directory()));
    }
  }

  @Test
  void aStopAskedWhileANewVersionRefusesIsHeardByTheWaitingRun() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch reached = stopAtSeven(bench);
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      bench.leave(Kind.ALGORITHM);
      bench.await(RunPhase.SUSPENDED);
      bench.parts.onCreate =
          () -> {
            run.stop("enough");
            throw new AssertionError("not with me");
          };
      bench.arrive(Kind.ALGORITHM, "1.1.0");
      RunStatus status = bench.ended(run);
      assertEquals(RunPhase.STOPPED, status.phase());
      assertEquals(7, status.steps());
    }
  }

  @Test
  void aPartThatCannotBeActivatedIsNamedAndNotTriedForever() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch reached = stopAtSeven(bench);
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      bench.leave(Kind.ENVIRONMENT);
      bench.await(RunPhase.SUSPENDED);
      PartEntry broken = bench.arriveBroken(Kind.ENVIRONMENT, "1.1.0");
      RunStatus waiting = bench.await(RunPhase.WAITING).status();
      assertTrue(waiting.reason().contains("could not be activated"), waiting.reason());
      assertTrue(waiting.reason().contains("1.1.0"), waiting.reason());
      bench.registry.drain(broken);
      bench.arrive(Kind.ENVIRONMENT, "1.2.0");
      assertDone(bench, run);
      assertEquals(undisturbed(), files(run.directory()));
    }
  }

  @Test
  void aRunWhosePartCannotBeActivatedAtTheBeginningFails() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.leave(Kind.DEVICE);
      bench.arriveBroken(Kind.DEVICE, "1.1.0");
      RunStatus status = bench.ended(bench.run(directory("run"), STEPS));
      assertEquals(RunPhase.FAILED, status.phase());
      assertFalse(status.internal(), status.reason());
      assertReleased(bench);
    }
  }

  @Test
  void aFailedRunGoesOnFromItsLastCheckpointWithoutADoubledLine() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      AtomicBoolean thrown = new AtomicBoolean();
      bench.parts.onStep =
          (number, context) -> {
            if (number == 33 && !thrown.getAndSet(true)) {
              throw new IllegalStateException("once");
            }
          };
      RunActor run = bench.run(directory("run"), STEPS);
      RunStatus failed = bench.ended(run);
      assertEquals(RunPhase.FAILED, failed.phase());
      assertTrue(failed.reason().contains("once"), failed.reason());
      assertFalse(failed.internal(), failed.reason());
      assertEquals(0, failed.steps());
      run.resume();
      assertDone(bench, run);
      assertEquals(undisturbed(), files(run.directory()));
    }
  }

  @Test
  void anErrorOfTheMachineEndsTheRunAndDoesNotLeaveItHanging() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.parts.onStep =
          (number, context) -> {
            throw new OutOfMemoryError("made up by the test");
          };
      RunStatus status = bench.ended(bench.run(directory("run"), STEPS));
      assertEquals(RunPhase.FAILED, status.phase());
      assertTrue(status.internal(), status.reason());
      assertReleased(bench);
    }
  }

  @Test
  void aDiskThatTakesNoCheckpointFailsTheRunInOneLineThatNamesThePlace() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      Path run = directory("run");
      // Where the writer clears leftovers away lies something that is no folder.
      Files.writeString(run.resolve("checkpoint.tmp-1"), "in the way");
      RunStatus status = bench.ended(bench.run(run, STEPS));
      assertEquals(RunPhase.FAILED, status.phase());
      assertFalse(status.internal(), status.reason());
      assertTrue(status.reason().contains(run.resolve("checkpoint").toString()), status.reason());
      assertFalse(status.reason().contains("\n"), status.reason());
      assertReleased(bench);
    }
  }

  @Test
  void aCheckpointAskedForAndParkingOnTheWayChangeNoBit() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch reached = stopAtSeven(bench);
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      var checkpoint = run.checkpoint().toCompletableFuture();
      run.park("later");
      assertEquals(7, checkpoint.get(Bench.LIMIT_SECONDS, TimeUnit.SECONDS).steps());
      assertEquals(RunPhase.PARKED, bench.ended(run).phase());
      run.resume();
      assertDone(bench, run);
      assertEquals(undisturbed(), files(run.directory()));
    }
  }

  @Test
  void aRunTakenUpFromItsFilesEqualsOneWhole() throws Exception {
    Path directory = directory("run");
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch reached = stopAtSeven(bench);
      RunActor run = bench.run(directory, STEPS);
      reach(reached);
      run.stop("half");
      assertEquals(RunPhase.STOPPED, bench.ended(run).phase());
    }
    // As after a kill: a line and a half beyond the checkpoint.
    Path metrics = directory.resolve("metrics.jsonl");
    Files.writeString(metrics, Files.readString(metrics) + "{\"step\":10}\n{\"st");
    try (Bench bench = new Bench(LONG)) {
      RunActor run =
          bench.run(directory, STEPS, Optional.of(RunResolver.checkpoint(directory).orElseThrow()));
      assertDone(bench, run);
      assertEquals(undisturbed(), files(directory));
    }
  }

  @Test
  void aRunThatGaveItsDirectoryUpDoesNotGoOn() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch reached = stopAtSeven(bench);
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      assertFalse(run.dispose());
      run.stop("enough");
      bench.ended(run);
      assertTrue(run.dispose());
      ExecutionException refused =
          assertThrows(ExecutionException.class, () -> run.resume().toCompletableFuture().get());
      assertTrue(refused.getCause() instanceof UserException, refused.toString());
      assertEquals(RunPhase.STOPPED, run.status().phase());
    }
  }

  @Test
  void aRunThatCannotBeParkedInTimeIsAbortedAtItsLastKeptState() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch reached = new CountDownLatch(1);
      bench.parts.onStep =
          (number, context) -> {
            if (number == 7) {
              reached.countDown();
              bench.parts.released.await();
            }
          };
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      run.park("the kernel stopped");
      run.abort("late");
      RunStatus status = bench.ended(run);
      assertEquals(RunPhase.PARKED, status.phase());
      assertEquals(0, status.steps());
      assertEquals(0, CheckpointFiles.read(run.directory().resolve("checkpoint")).integer("steps"));
    }
  }

  @Test
  void anEnvironmentWithoutSnapshotsLosesItsEpisodesAndTheRunSaysSo() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.parts.snapshot = Snapshot.NONE;
      CountDownLatch reached = stopAtSeven(bench);
      RunActor run = bench.run(directory("run"), STEPS);
      reach(reached);
      assertFalse(run.status().exact());
      bench.leave(Kind.ENVIRONMENT);
      bench.await(RunPhase.SUSPENDED);
      bench.arrive(Kind.ENVIRONMENT, "1.1.0");
      RunStatus status = bench.ended(run);
      assertEquals(RunPhase.DONE, status.phase(), status.toString());
      assertFalse(status.exact());
      // Step 8 cuts the episode off; from there an episode's end at every tenth: 18, 28, 38.
      assertEquals(4, status.episodes());
    }
  }
}
