package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Durability;
import dev.stoa.run.Reproduction;
import dev.stoa.run.Reproduction.Difference;
import dev.stoa.run.RunPhase;
import dev.stoa.run.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run of 42 steps with a line at every fifth, kept at 20 and 40, gone again. */
@Timeout(180)
class ReproducerTest {
  private static final long LONG = 60_000;

  @TempDir Path folder;

  private Path directory() throws IOException {
    return Files.createDirectories(folder.resolve("run"));
  }

  private RunActor recorded(Bench bench) throws Exception {
    Durability rule = Durability.STANDARD.withKeepEvery(20);
    RunActor run = bench.run(Bench.spec().durability(rule), directory(), 42, Optional.empty());
    assertEquals(RunPhase.DONE, bench.ended(run).phase());
    return run;
  }

  private Reproduction.UnderWay begin(Bench bench, String from, OptionalLong to)
      throws IOException {
    return bench.reproducer.reproduce(directory(), from, to, Optional.of(folder.resolve("again")));
  }

  private Reproduction again(Bench bench, String from) throws Exception {
    return get(begin(bench, from, OptionalLong.empty()));
  }

  private static Reproduction get(Reproduction.UnderWay going) throws Exception {
    return going.outcome().toCompletableFuture().get(Bench.LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private String refused(Bench bench, String from, OptionalLong to) {
    return assertThrows(UserException.class, () -> begin(bench, from, to)).line();
  }

  /** Puts something else into the recorded metrics. */
  private void falsify(int line, String from, String to) throws IOException {
    Path file = directory().resolve("metrics.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    assertTrue(lines.get(line - 1).contains(from), lines.get(line - 1));
    lines.set(line - 1, lines.get(line - 1).replace(from, to));
    Files.write(file, lines);
  }

  @Test
  void whatWasRecordedComesOutAgain() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      RunActor run = recorded(bench);
      Reproduction result = again(bench, "20");
      assertEquals(Optional.empty(), result.difference());
      // The lines of steps 25, 30, 35 and 40.
      assertEquals(4, result.lines());
      assertEquals(20, result.from());
      assertEquals(40, result.to());
      assertEquals(folder.resolve("again"), result.directory());
      assertEquals(result.then(), result.now());
      assertEquals("device-x bits of device-x", result.now().get("fingerprint"));
      assertEquals("algorithm-x 1.0.0 (test.ALGORITHM)", result.now().get("algorithm"));
      assertEquals(42, run.status().steps());
      assertEquals(1, bench.gotten.get());
      assertEquals(0, bench.parts.open.get());
    }
  }

  @Test
  void aCheckpointFolderWillDoAndAnEarlierEnd() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      recorded(bench);
      String checkpoint = directory().resolve("checkpoints/20").toString();
      Reproduction result = get(begin(bench, checkpoint, OptionalLong.of(34)));
      assertEquals(Optional.empty(), result.difference());
      assertEquals(2, result.lines());
      assertEquals(30, result.to());
    }
  }

  @Test
  void theFirstDifferenceIsNamed() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      recorded(bench);
      // What lies before the checkpoint is not gone again, and a later difference not told.
      falsify(1, "\"episodes\":0", "\"episodes\":7");
      falsify(6, "\"episodes\":3", "\"episodes\":4");
      falsify(7, "\"episodes\":3", "\"episodes\":9");
      assertEquals(
          Optional.of(new Difference(6, 30, "episodes", "4", "3")),
          again(bench, "20").difference());
    }
  }

  @Test
  void numbersAreComparedByTheirBitsAndNotByTheirDigits() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      recorded(bench);
      falsify(5, "\"length\":10.0", "\"length\":1.00E1");
      assertEquals(Optional.empty(), again(bench, "20").difference());
    }
  }

  @Test
  void theLastBitOfANumberIsADifference() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      recorded(bench);
      // The double next to 10 is 10 + 2^-49.
      falsify(8, "\"length\":10.0", "\"length\":10.000000000000002");
      assertEquals(
          Optional.of(new Difference(8, 40, "length", "10.000000000000002", "10.0")),
          again(bench, "20").difference());
    }
  }

  @Test
  void anotherAlgorithmThatSaysOtherwiseIsSeenWithItsVersion() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      recorded(bench);
      bench.leave(Kind.ALGORITHM);
      bench.arrive(Kind.ALGORITHM, "1.1.0");
      Reproduction result = again(bench, "20");
      assertEquals("algorithm-x 1.0.0 (test.ALGORITHM)", result.then().get("algorithm"));
      assertEquals("algorithm-x 1.1.0 (test.ALGORITHM)", result.now().get("algorithm"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "7;no checkpoint of step 7 is kept",
        "nowhere;there is no checkpoint nowhere (--from). Give the step of a kept one",
      })
  void aCheckpointThatIsNotThereIsOneLine(String from, String said) throws Exception {
    try (Bench bench = new Bench(LONG)) {
      recorded(bench);
      String line = refused(bench, from, OptionalLong.empty());
      assertTrue(line.startsWith(said), line);
      assertTrue(Files.notExists(folder.resolve("again")));
    }
  }

  @Test
  void nothingToCompareIsOneLine() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      recorded(bench);
      String metrics = directory().resolve("metrics.jsonl").toString();
      assertEquals(
          "no metrics are recorded after step 20 and up to step 24 ("
              + metrics
              + "). Begin from an earlier checkpoint or end later",
          refused(bench, "20", OptionalLong.of(24)));
      String latest = directory().resolve("checkpoint").toString();
      assertEquals(
          "no metrics are recorded after step 42 ("
              + metrics
              + "). Begin from an earlier checkpoint",
          refused(bench, latest, OptionalLong.empty()));
    }
  }

  @Test
  void aDamagedLineIsOneLine() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      recorded(bench);
      falsify(6, "{\"step\":30", "{\"step");
      String line = refused(bench, "20", OptionalLong.empty());
      assertTrue(line.startsWith("line 6 of the metrics is damaged"), line);
    }
  }

  @Test
  void aRunThatWasMovedOnTheWayIsGoneAgainUpToThere() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      bench.arriveDevice("device-y", bench.parts.device("device-y", () -> {}, true));
      CountDownLatch reached = new CountDownLatch(1);
      bench.parts.onStep =
          (number, context) -> {
            if (number == 32 && reached.getCount() > 0) {
              reached.countDown();
              FakeParts.untilAsked(context);
            }
          };
      Durability rule = Durability.STANDARD.withKeepEvery(20);
      RunActor run = bench.run(Bench.spec().durability(rule), directory(), 42, Optional.empty());
      assertTrue(reached.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      run.move("device-y").toCompletableFuture().get(Bench.LIMIT_SECONDS, TimeUnit.SECONDS);
      bench.ended(run);
      bench.parts.madeOn.clear();
      String line = refused(bench, "20", OptionalLong.empty());
      assertTrue(
          line.startsWith("the run was moved from device-x to device-y before the line of step 35"),
          line);
      Reproduction result = get(begin(bench, "20", OptionalLong.of(34)));
      assertEquals(Optional.empty(), result.difference());
      // On the device of then, though run.yaml names the other.
      assertEquals(List.of("device-x"), bench.parts.madeOn);
      assertFalse(result.then().isEmpty());
    }
  }

  @Test
  void aRepetitionThatIsStoppedSaysSo() throws Exception {
    try (Bench bench = new Bench(LONG)) {
      recorded(bench);
      CountDownLatch reached = new CountDownLatch(1);
      bench.parts.onStep =
          (number, context) -> {
            reached.countDown();
            FakeParts.untilAsked(context);
          };
      Reproduction.UnderWay going = begin(bench, "20", OptionalLong.empty());
      assertTrue(reached.await(Bench.LIMIT_SECONDS, TimeUnit.SECONDS));
      going.run().stop("by the user");
      ExecutionException failed = assertThrows(ExecutionException.class, () -> get(going));
      assertEquals(
          "the repetition did not come to its end: it is STOPPED: by the user ("
              + folder.resolve("again")
              + ")",
          ((UserException) failed.getCause()).line());
    }
  }

  @Test
  void aLineTooFewIsADifference() {
    JsonObject line = new JsonObject();
    line.addProperty("step", 5);
    assertEquals(
        Optional.of(new Difference(1, 5, "(line)", "{\"step\":5}", "nothing")),
        MetricsComparison.first(List.of(line), List.of(), 0));
  }
}
