package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run on another device: in any phase, and whatever the device does. */
@Timeout(180)
class DeviceMoveTest {
  private static final long STEPS = 42;
  private static final long SHORT = 50;
  private static final long LONG = 60_000;
  private static final String X = "device-x";
  private static final String Y = "device-y";

  @TempDir Path folder;

  private final CountDownLatch reached = new CountDownLatch(1);

  private RunActor run(Bench bench) throws IOException {
    return bench.run(Files.createDirectories(folder.resolve("run")), STEPS);
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
    RunActor run = run(bench);
    assertTrue(reached.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
    return run;
  }

  private static RunStatus get(CompletableFuture<RunStatus> asked) throws Exception {
    return asked.get(Bench.LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private static RunStatus move(RunActor run, String device) throws Exception {
    return get(run.move(device).toCompletableFuture());
  }

  private static UserException refused(RunActor run, String device) {
    return refused(run.move(device).toCompletableFuture());
  }

  private static UserException refused(CompletableFuture<RunStatus> asked) {
    ExecutionException failed = assertThrows(ExecutionException.class, () -> get(asked));
    return (UserException) failed.getCause();
  }

  /** The state a run of so many steps ends in: sums of halves, see {@link FakeParts}. */
  private static void assertWhole(Bench bench, RunActor run) throws Exception {
    RunStatus status = bench.ended(run);
    assertEquals(RunPhase.DONE, status.phase(), status.toString());
    assertEquals(STEPS, status.steps());
    assertEquals(4, status.episodes());
    // The environment shows the number of the step, and 0 where an episode ends.
    double sum = 0;
    for (int step = 1; step <= STEPS; step++) {
      sum = sum * 0.5 + (step % 10 == 0 ? 0 : step);
    }
    assertEquals(
        sum,
        CheckpointFiles.read(run.directory().resolve("checkpoint"))
            .child("learner")
            .array("sum")
            .doubles()[0]);
    // A line at every fifth step.
    List<String> lines = Files.readAllLines(run.directory().resolve("metrics.jsonl"));
    assertEquals(8, lines.size());
    for (int i = 0; i < 8; i++) {
      assertTrue(lines.get(i).startsWith("{\"step\":" + 5 * (i + 1) + ","), lines.get(i));
    }
    assertEquals(0, bench.parts.open.get());
    assertEquals(1, bench.gotten.get());
  }

  private static String log(RunActor run) throws IOException {
    return Files.readString(run.directory().resolve("stoa.log"), StandardCharsets.UTF_8);
  }

  private static String device(RunActor run, int line) throws IOException {
    String text = Files.readAllLines(run.directory().resolve("metrics.jsonl")).get(line);
    return text.replaceFirst(".*\"device\":\"([^\"]*)\".*", "$1");
  }

  private static String fingerprint(RunActor run) {
    return CheckpointFiles.read(run.directory().resolve("checkpoint")).text("fingerprint");
  }

  @Test
  void aRunThatStepsGoesOverAtASwapPointAndBackAndLosesNoStep() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      RunActor run = atSeven(bench);
      RunStatus moved = move(run, Y);
      assertEquals(Y, moved.device());
      RunEvent swap = bench.await(event -> event.kind() == RunEvent.Kind.SWAP);
      assertEquals(
          "moved at step 7: device device-x 1.0.0 (test.DEVICE) -> device-y 1.0.0 (test.DEVICE):"
              + " within tolerance, not to the bit",
          swap.message());
      assertTrue(swap.values().get("pause") > 0);
      assertWhole(bench, run);
      assertEquals(1, run.status().swaps());
      assertEquals(List.of(X, Y), bench.parts.madeOn);
      assertEquals(List.of("device-y, device-y 1.0.0 (test.DEVICE)"), bench.recorded);
      assertTrue(log(run).contains(swap.message()), log(run));
      // Lines of steps 5 and 10: before and after.
      assertEquals(X, device(run, 0));
      assertEquals(Y, device(run, 1));
      assertEquals("device-y bits of device-y", fingerprint(run));
    }
  }

  @Test
  void severalMovesAskedAtOnceAreMadeOneAfterTheOther() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      bench.parts.onStep =
          (number, context) -> {
            if (number == 7 && reached.getCount() > 0) {
              reached.countDown();
              bench.parts.released.await();
            }
          };
      RunActor run = run(bench);
      assertTrue(reached.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      CompletableFuture<RunStatus> there = run.move(Y).toCompletableFuture();
      CompletableFuture<RunStatus> back = run.move(X).toCompletableFuture();
      bench.parts.released.countDown();
      assertEquals(7, get(there).steps());
      assertEquals(7, get(back).steps());
      assertWhole(bench, run);
      assertEquals(2, run.status().swaps());
      assertEquals(List.of(X, Y, X), bench.parts.madeOn);
      assertEquals(X, run.status().device());
    }
  }

  @Test
  void aMoveToTheSameDeviceDoesNothing() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      assertEquals(X, move(run, X).device());
      assertWhole(bench, run);
      assertEquals(0, run.status().swaps());
      assertEquals(List.of(X), bench.parts.madeOn);
      assertEquals(List.of(), bench.recorded);
    }
  }

  @Test
  void anUnknownDeviceIsRefusedWithTheNearestNames() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      RunActor run = atSeven(bench);
      assertEquals(
          "run run stays on device-x: unknown device 'devicey'. Known: device-y, device-x",
          refused(run, "devicey").line());
      assertWhole(bench, run);
      assertEquals(X, run.status().device());
    }
  }

  @Test
  void aDeviceThatIsNotReadyOrFailsToOpenLeavesTheRunWhereItIs() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.arriveDevice("absent", bench.parts.device("absent", () -> {}, false));
      bench.arriveDevice(
          "broken",
          bench.parts.device(
              "broken",
              () -> {
                throw new IllegalStateException("the card is on fire");
              },
              true));
      RunActor run = atSeven(bench);
      String absent = refused(run, "absent").line();
      assertTrue(absent.contains("stays on device-x: device absent is not ready: no such"), absent);
      String broken = refused(run, "broken").line();
      assertTrue(broken.contains("failed to open"), broken);
      assertTrue(broken.contains("the card is on fire"), broken);
      assertWhole(bench, run);
      assertEquals(0, run.status().swaps());
      assertEquals(List.of(), bench.recorded);
      assertTrue(log(run).contains("the card is on fire"), log(run));
    }
  }

  @Test
  void aLearnerThatFailsOnTheOtherDeviceLeavesTheRunWhereItIs() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      RunActor run = atSeven(bench);
      bench.parts.onCreate =
          () -> {
            throw new AssertionError("no such kernel");
          };
      String line = refused(run, Y).line();
      assertTrue(line.contains("no such kernel"), line);
      assertWhole(bench, run);
      assertEquals(X, run.status().device());
    }
  }

  @Test
  void aRunFileThatCannotBeWrittenLeavesTheRunWhereItIs() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      RunActor run = atSeven(bench);
      bench.onRecord =
          () -> {
            throw new UserException("cannot write the run's file", "run.yaml", "Make room");
          };
      assertEquals(
          "run run stays on device-x: cannot write the run's file (run.yaml). Make room",
          refused(run, Y).line());
      assertWhole(bench, run);
      assertEquals(X, run.status().device());
    }
  }

  @Test
  void aDeviceThatLeavesWhileItIsWrittenDownIsNotTakenEither() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      PartEntry there = bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      Thread leaving = new Thread(() -> bench.registry.drain(there));
      RunActor run = atSeven(bench);
      bench.onRecord =
          () -> {
            if (leaving.getState() == Thread.State.NEW) {
              leaving.start();
              while (!bench.registry.leaves(there)) {
                Thread.yield();
              }
            }
          };
      String line = refused(run, Y).line();
      assertTrue(line.contains("stays on device-x: unknown device 'device-y'"), line);
      leaving.join();
      assertWhole(bench, run);
      assertEquals(X, run.status().device());
      // Written down, and taken back.
      assertEquals(List.of("device-y, device-y 1.0.0 (test.DEVICE)", "device-x, "), bench.recorded);
    }
  }

  @Test
  void aDeviceThatLeavesWhileItIsMadeReadyIsNotTaken() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      PartEntry[] there = new PartEntry[1];
      CountDownLatch opening = new CountDownLatch(1);
      there[0] =
          bench.arriveDevice(
              Y,
              bench.parts.device(
                  Y,
                  () -> {
                    opening.countDown();
                    // Until the registry knows that it leaves.
                    while (!bench.registry.leaves(there[0])) {
                      Thread.yield();
                    }
                  },
                  true));
      RunActor run = atSeven(bench);
      CompletableFuture<RunStatus> asked = run.move(Y).toCompletableFuture();
      assertTrue(opening.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      bench.registry.drain(there[0]);
      assertEquals(
          "run run stays on device-x: device device-y 1.0.0 (test.DEVICE) left while the learner"
              + " was made ready on it",
          refused(asked).line());
      assertWhole(bench, run);
      assertEquals(X, run.status().device());
      assertEquals(0, run.status().swaps());
      assertEquals(List.of(), bench.recorded);
    }
  }

  @Test
  void aDeviceThatHangsWhileItLeavesIsGivenUpAndTheRunGoesOnWhereItIs() throws Exception {
    try (Bench bench = new Bench(SHORT)) {
      CountDownLatch opening = new CountDownLatch(1);
      Thread[] hanging = new Thread[1];
      PartEntry there =
          bench.arriveDevice(
              Y,
              bench.parts.device(
                  Y,
                  () -> {
                    hanging[0] = Thread.currentThread();
                    opening.countDown();
                    try {
                      bench.parts.released.await();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  },
                  true));
      RunActor run = atSeven(bench);
      CompletableFuture<RunStatus> asked = run.move(Y).toCompletableFuture();
      assertTrue(opening.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      bench.registry.drain(there);
      String line = refused(asked).line();
      assertTrue(line.contains("stays on device-x: device device-y"), line);
      assertTrue(line.contains("did not end within 50 ms"), line);
      RunStatus status = bench.ended(run);
      assertEquals(RunPhase.DONE, status.phase(), status.toString());
      assertEquals(X, status.device());
      bench.parts.released.countDown();
      hanging[0].join();
      assertWhole(bench, run);
    }
  }

  @Test
  void theEnvironmentMayLeaveWhileTheLearnerIsMadeReady() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      CountDownLatch opening = new CountDownLatch(1);
      bench.arriveDevice(
          Y,
          bench.parts.device(
              Y,
              () -> {
                opening.countDown();
                while (bench.registry.best(Kind.ENVIRONMENT, "environment-x").isPresent()) {
                  Thread.yield();
                }
              },
              true));
      RunActor run = atSeven(bench);
      AtomicBoolean left = new AtomicBoolean();
      bench.parts.onStep =
          (number, context) -> {
            while (!left.get() && !context.yieldRequested()) {
              Thread.yield();
            }
          };
      CompletableFuture<RunStatus> asked = run.move(Y).toCompletableFuture();
      assertTrue(opening.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      Thread stopping = new Thread(() -> bench.leave(Kind.ENVIRONMENT));
      stopping.start();
      assertEquals(Y, get(asked).device());
      stopping.join();
      bench.await(RunPhase.SUSPENDED);
      left.set(true);
      bench.arrive(Kind.ENVIRONMENT, "1.1.0");
      assertWhole(bench, run);
    }
  }

  @Test
  void aMovedRunFollowsItsNewDeviceAndNotTheOld() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      PartEntry there = bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      RunActor run = atSeven(bench);
      CountDownLatch ninth = new CountDownLatch(1);
      bench.parts.onStep =
          (number, context) -> {
            if (number == 9) {
              ninth.countDown();
              FakeParts.untilAsked(context);
            }
          };
      move(run, Y);
      assertTrue(ninth.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      bench.leave(Kind.DEVICE);
      assertEquals(RunPhase.RUNNING, run.status().phase());
      bench.registry.drain(there);
      RunEvent suspended = bench.await(RunPhase.SUSPENDED);
      assertEquals("suspended at step 9: device device-y left", suspended.message());
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      assertWhole(bench, run);
      assertEquals(List.of(X, Y, Y), bench.parts.madeOn);
    }
  }

  @Test
  void aRunWhoseDeviceLeftGoesOnAtOnceOnAnother() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      bench.leave(Kind.DEVICE);
      bench.await(RunPhase.SUSPENDED);
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      assertEquals(RunPhase.SUSPENDED, run.status().phase());
      assertEquals(Y, move(run, Y).device());
      RunEvent swap = bench.await(event -> event.kind() == RunEvent.Kind.SWAP);
      assertTrue(swap.message().contains("-> device-y 1.0.0"), swap.message());
      assertWhole(bench, run);
      assertEquals(1, run.status().swaps());
      assertEquals(List.of(X, Y), bench.parts.madeOn);
      assertTrue(log(run).contains("within tolerance, not to the bit"), log(run));
    }
  }

  @Test
  void aRunWhoseEnvironmentIsAwayGoesOnOnTheOtherDeviceWhenItIsBack() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      RunActor run = atSeven(bench);
      bench.leave(Kind.ENVIRONMENT);
      bench.await(RunPhase.SUSPENDED);
      assertEquals(RunPhase.SUSPENDED, move(run, Y).phase());
      // The learner on the old device is gone, and so is its session.
      bench.leave(Kind.DEVICE);
      assertEquals(0, bench.parts.open.get());
      bench.arrive(Kind.ENVIRONMENT, "1.1.0");
      assertWhole(bench, run);
      assertEquals(List.of(X, Y), bench.parts.madeOn);
    }
  }

  @Test
  void aWaitingRunGoesOnOnTheOtherDevice() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      bench.leave(Kind.DEVICE);
      bench.await(RunPhase.SUSPENDED);
      bench.graceOver();
      bench.await(RunPhase.WAITING);
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      move(run, Y);
      assertWhole(bench, run);
      assertEquals(List.of(X, Y), bench.parts.madeOn);
    }
  }

  /** Repeated: the other device's arrival wakes the run while it looks at what was asked. */
  @RepeatedTest(100)
  void aRunThatWaitsBecauseItsDeviceFailedGoesOnOnAnother() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = atSeven(bench);
      bench.leave(Kind.DEVICE);
      bench.await(RunPhase.SUSPENDED);
      bench.arriveDevice(X, bench.parts.device(X, () -> {}, false));
      RunStatus waiting = bench.await(RunPhase.WAITING).status();
      assertTrue(waiting.reason().contains("no such card"), waiting.reason());
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      move(run, Y);
      assertWhole(bench, run);
    }
  }

  @Test
  void aParkedRunIsResumedOnTheOtherDeviceAndOneThatDoesNotOpenIsRefused() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      bench.arriveDevice(
          "broken",
          bench.parts.device(
              "broken",
              () -> {
                throw new IllegalStateException("the card is on fire");
              },
              true));
      RunActor run = atSeven(bench);
      run.park("later");
      assertEquals(RunPhase.PARKED, bench.ended(run).phase());
      String broken = refused(run, "broken").line();
      assertTrue(broken.contains("stays on device-x"), broken);
      RunStatus moved = move(run, Y);
      assertEquals(RunPhase.PARKED, moved.phase());
      assertEquals(Y, moved.device());
      assertEquals(List.of("device-y, device-y 1.0.0 (test.DEVICE)"), bench.recorded);
      assertEquals(0, bench.parts.open.get());
      run.resume();
      assertWhole(bench, run);
      assertEquals(List.of(X, Y), bench.parts.madeOn);
    }
  }

  @Test
  void aMoveAskedBeforeTheFirstStepIsMadeBeforeIt() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
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
      RunActor run = run(bench);
      assertTrue(reached.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      CompletableFuture<RunStatus> move = run.move(Y).toCompletableFuture();
      asked.countDown();
      assertEquals(0, get(move).steps());
      assertWhole(bench, run);
      assertEquals(List.of(X, Y), bench.parts.madeOn);
    }
  }

  @Test
  void aRunThatFailedOnItsDeviceBeginsAnewOnTheOther() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.leave(Kind.DEVICE);
      bench.arriveDevice(
          X,
          bench.parts.device(
              X,
              () -> {
                throw new IllegalStateException("the card is on fire");
              },
              true));
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      RunActor run = run(bench);
      assertEquals(RunPhase.FAILED, bench.ended(run).phase());
      assertEquals(RunPhase.FAILED, move(run, Y).phase());
      run.resume();
      assertWhole(bench, run);
      assertEquals(List.of(Y), bench.parts.madeOn);
    }
  }

  @Test
  void aMoveAskedWithAParkIsStillMade() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      bench.parts.onStep =
          (number, context) -> {
            if (number == 7 && reached.getCount() > 0) {
              reached.countDown();
              bench.parts.released.await();
            }
          };
      RunActor run = run(bench);
      assertTrue(reached.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      run.park("first");
      CompletableFuture<RunStatus> asked = run.move(Y).toCompletableFuture();
      bench.parts.released.countDown();
      RunStatus moved = get(asked);
      assertEquals(RunPhase.PARKED, moved.phase());
      assertEquals(Y, moved.device());
      run.resume();
      assertWhole(bench, run);
    }
  }

  @Test
  void aRunThatGaveItsDirectoryUpIsNotMoved() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      RunActor run = atSeven(bench);
      run.stop("enough");
      bench.ended(run);
      assertTrue(run.dispose());
      String line = refused(run, Y).line();
      assertTrue(line.contains("given up by this process"), line);
      assertEquals(X, run.status().device());
      assertEquals(List.of(), bench.recorded);
    }
  }

  @Test
  void aMoveLeavesACheckpointFromWhichTheRunGoesOnAfterAKill() throws Exception {
    Path directory = folder.resolve("run");
    try (Bench bench = new Bench(LONG)) {
      bench.arriveDevice(Y, bench.parts.device(Y, () -> {}, true));
      RunActor run = atSeven(bench);
      CountDownLatch ninth = new CountDownLatch(1);
      bench.parts.onStep =
          (number, context) -> {
            if (number == 9) {
              ninth.countDown();
              bench.parts.released.await();
            }
          };
      move(run, Y);
      assertTrue(ninth.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      assertEquals(7, CheckpointFiles.read(directory.resolve("checkpoint")).integer("steps"));
      Path copy = Files.createDirectories(folder.resolve("copy"));
      Files.createDirectories(copy.resolve("checkpoint"));
      Files.copy(directory.resolve("metrics.jsonl"), copy.resolve("metrics.jsonl"));
      try (var files = Files.list(directory.resolve("checkpoint"))) {
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve("checkpoint").resolve(file.getFileName()));
        }
      }
    }
    try (Bench bench = new Bench(LONG)) {
      Path copy = folder.resolve("copy");
      RunActor run =
          bench.run(copy, STEPS, Optional.of(RunResolver.checkpoint(copy).orElseThrow()));
      assertWhole(bench, run);
      assertFalse(log(run).isEmpty());
    }
  }
}
