package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A step that does not return for 60 seconds of a clock that the test sets. */
@Timeout(180)
class WatchdogTest {
  private static final long LIMIT = Bench.STALL_NANOS;

  @TempDir Path folder;

  private final CountDownLatch reached = new CountDownLatch(1);

  /** A run that hangs in its seventh step until the test lets it go. */
  private RunActor hanging(Bench bench) throws Exception {
    bench.parts.onStep =
        (number, context) -> {
          if (number == 7) {
            reached.countDown();
            bench.parts.released.await();
          }
        };
    RunActor run = bench.run(Files.createDirectories(folder.resolve("run")), 12);
    assertTrue(reached.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
    return run;
  }

  private static void look(RunActor run) {
    new Watchdog(() -> List.of(run), LIMIT).look();
  }

  private static String log(RunActor run) throws Exception {
    return Files.readString(run.directory().resolve("stoa.log"));
  }

  @Test
  void aStepThatDoesNotReturnIsToldOnceWithAllThreads() throws Exception {
    try (Bench bench = new Bench(60_000)) {
      RunActor run = hanging(bench);
      bench.nanos.addAndGet(LIMIT - 1);
      look(run);
      assertFalse(log(run).contains("has not returned"), log(run));
      assertFalse(run.status().parts().containsKey("stalled"));
      bench.nanos.addAndGet(1);
      look(run);
      RunEvent warning = bench.await(event -> event.kind() == RunEvent.Kind.WARNING);
      assertEquals(
          "algorithm-x 1.0.0 (test.ALGORITHM): the step after step 6 has not returned for 60 s;"
              + " it is left alone, and stoa.log shows all threads",
          warning.message());
      List<String> lines = log(run).lines().toList();
      int dump = 0;
      while (!lines.get(dump).endsWith("threads, the run's first:")) {
        dump++;
      }
      assertEquals("\"stoa-run-run\" WAITING", lines.get(dump + 1));
      assertTrue(log(run).contains("\"" + Thread.currentThread().getName() + "\" RUNNABLE"));
      bench.nanos.addAndGet(15_000_000_000L);
      assertEquals("its step has lasted for 75 s", run.status().parts().get("stalled"));
      long told = log(run).lines().count();
      look(run);
      assertEquals(told, log(run).lines().count());

      bench.parts.released.countDown();
      assertEquals(RunPhase.DONE, bench.ended(run).phase());
      assertTrue(log(run).contains("the step returned after 75 s"), log(run));
      assertFalse(run.status().parts().containsKey("stalled"));
    }
  }

  @Test
  void aRunThatDoesNotStepIsLeftAlone() throws Exception {
    try (Bench bench = new Bench(60_000)) {
      RunActor run = bench.run(Files.createDirectories(folder.resolve("run")), 12);
      bench.ended(run);
      bench.nanos.addAndGet(10 * LIMIT);
      look(run);
      assertFalse(log(run).contains("has not returned"), log(run));
    }
  }

  @Test
  void theInnermostPartOnTheStackIsNamed() {
    StackTraceElement[] stack = {
      new StackTraceElement("java.lang.Object", "wait", "Object.java", 1),
      new StackTraceElement("dev.stoa.device.cpujvm.Session", "run", "Session.java", 2),
      new StackTraceElement("dev.stoa.algorithm.ppo.PpoLearner", "step", "PpoLearner.java", 3)
    };
    Map<String, String> parts =
        Map.of("dev.stoa.algorithm.ppo", "ppo 1", "dev.stoa.device.cpujvm", "cpu-jvm 2");
    assertEquals("cpu-jvm 2", Watchdog.culprit(stack, parts, "ppo 1"));
    assertEquals("x", Watchdog.culprit(stack, Map.of("dev.stoa.device.cpu", "y"), "x"));
  }
}
