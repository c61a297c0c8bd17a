package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.Durability;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.UserException;
import dev.stoa.state.CheckpointArchive;
import dev.stoa.state.CheckpointFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a run's state goes to disk, and which checkpoints stay; a step is one transition. */
@Timeout(180)
class DurabilityTest {
  private static final long LONG = 60_000;
  private static final Durability NEVER =
      new Durability(Long.MAX_VALUE, Long.MAX_VALUE / 1_000_000_000, 0, 0);

  @TempDir Path folder;

  private Path directory() throws IOException {
    return Files.createDirectories(folder.resolve("run"));
  }

  private RunActor run(Bench bench, Durability rule, long steps) throws IOException {
    return bench.run(Bench.spec().durability(rule), directory(), steps, Optional.empty());
  }

  private void done(Bench bench, RunActor run) throws Exception {
    assertEquals(RunPhase.DONE, bench.ended(run).phase(), run.status().toString());
  }

  private CheckpointArchive archive() {
    return new CheckpointArchive(folder.resolve("run/checkpoints"));
  }

  private List<Long> kept() {
    return List.copyOf(archive().steps());
  }

  /** Steps at which a state was saved, in order. */
  private static List<Long> savedAt(Bench bench) {
    List<Long> saved = new ArrayList<>();
    bench.parts.onSave = (number, context) -> saved.add(number);
    return saved;
  }

  @Test
  void aCheckpointIsWrittenAfterSoManySteps() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      List<Long> saved = savedAt(bench);
      done(bench, run(bench, NEVER.withCheckpointSteps(4), 10));
      // At the beginning, at 4 and 8, and at the end.
      assertEquals(List.of(0L, 4L, 8L, 10L), saved);
      assertEquals(List.of(), kept());
    }
  }

  @Test
  void aCheckpointIsWrittenAfterSoManySeconds() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      List<Long> saved = savedAt(bench);
      // A second passes in every step: three have passed after steps 3, 6 and 9.
      bench.parts.onStep = (number, context) -> bench.nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
      done(bench, run(bench, NEVER.withCheckpointSeconds(3), 10));
      assertEquals(List.of(0L, 3L, 6L, 9L, 10L), saved);
    }
  }

  @Test
  void theLastSoManyStayBesidesTheLatest() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      done(bench, run(bench, NEVER.withCheckpointSteps(4).withKeep(2), 22));
      // Written at 0, 4, 8, 12, 16, 20, 22; the latest is linked there, too.
      assertEquals(List.of(16L, 20L, 22L), kept());
      for (long step : kept()) {
        assertEquals(step, CheckpointFiles.read(archive().path(step)).integer("steps"));
      }
      assertEquals(22, CheckpointFiles.read(directory().resolve("checkpoint")).integer("steps"));
    }
  }

  @Test
  void theFirstAtEachMultipleIsWrittenAndStaysForGood() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      done(bench, run(bench, NEVER.withCheckpointSteps(4).withKeepEvery(10), 33));
      // Every four steps after the last one: 0 4 8 10 14 18 20 24 28 30 33.
      assertEquals(List.of(10L, 20L, 30L), kept());
    }
  }

  @ParameterizedTest
  @CsvSource({"0,0", "2,0", "0,10", "1,10"})
  void whatIsRemovedFollowsFromWhatIsThere(long keep, long every) {
    // At 3 7 | 10 14 | 21 25 28 | 30, the latest 30: of tens the first are 10 and 21.
    TreeSet<Long> kept = new TreeSet<>(List.of(3L, 7L, 10L, 14L, 21L, 25L, 28L, 30L));
    List<Long> gone =
        switch (keep + "," + every) {
          case "0,0" -> List.of(3L, 7L, 10L, 14L, 21L, 25L, 28L);
          case "2,0" -> List.of(3L, 7L, 10L, 14L, 21L);
          case "0,10" -> List.of(3L, 7L, 14L, 25L, 28L);
          default -> List.of(3L, 7L, 14L, 25L);
        };
    Durability rule = NEVER.withKeep(keep).withKeepEvery(every);
    assertEquals(gone, List.copyOf(Retention.superfluous(rule, kept, 30)));
  }

  @Test
  void oneThatAKilledProcessDidNotComeToKeepIsKeptBeforeTheNextIsWritten() throws Exception {
    Durability rule = NEVER.withCheckpointSteps(10).withKeepEvery(10);
    try (Bench bench = new Bench(LONG)) {
      done(bench, run(bench, rule, 12));
      archive().remove(10);
      // As if killed right after the checkpoint of step 12 was in place.
    }
    try (Bench bench = new Bench(LONG)) {
      RunActor run =
          bench.run(
              Bench.spec().durability(rule), directory(), 15, RunResolver.checkpoint(directory()));
      done(bench, run);
      assertEquals(List.of(12L), kept());
    }
  }

  @Test
  void whatCannotBeRemovedIsAWarningAndTheRunGoesOn() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      Path blocked = directory().resolve("checkpoints/4");
      bench.parts.onStep =
          (number, context) -> {
            if (number == 6) {
              Files.createDirectories(blocked.resolve("a folder/of somebody"));
            }
          };
      RunActor run = run(bench, NEVER.withCheckpointSteps(4).withKeep(1), 12);
      RunEvent warning = bench.await(event -> event.kind() == RunEvent.Kind.WARNING);
      assertTrue(warning.message().startsWith("cannot remove " + blocked), warning.message());
      done(bench, run);
      assertEquals(List.of(8L, 12L), kept());
    }
  }

  @Test
  void whatCannotBeKeptIsAWarningAndTheRunGoesOn() throws Exception {
    Files.writeString(directory().resolve("checkpoints"), "in the way");
    try (Bench bench = new Bench(LONG)) {
      RunActor run = run(bench, NEVER.withKeep(1), 5);
      RunEvent warning = bench.await(event -> event.kind() == RunEvent.Kind.WARNING);
      assertTrue(warning.message().startsWith("cannot keep "), warning.message());
      done(bench, run);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,0,0,checkpoint-steps is 0 (--checkpoint-steps). Give at least 1",
    "1,-3,0,0,checkpoint-seconds is -3 (--checkpoint-seconds). Give at least 1",
    "1,1,-1,0,keep is -1 (--keep). Give at least 0",
    "1,1,0,-7,keep-every is -7 (--keep-every). Give at least 0"
  })
  void aBadValueIsOneLine(long steps, long seconds, long keep, long every, String line) {
    Durability bad = new Durability(steps, seconds, keep, every);
    assertEquals(line, assertThrows(UserException.class, () -> RunResolver.check(bad)).line());
  }
}
