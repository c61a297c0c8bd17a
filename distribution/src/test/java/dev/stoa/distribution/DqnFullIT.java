package dev.stoa.distribution;

import static org.junit.Assert.assertTrue;

import dev.stoa.run.RunSpec;
import dev.stoa.run.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;

/**
 * DQN with its defaults on CartPole-v1 ({@code -Pfull}): 50,000 steps, a greedy evaluation of 20
 * episodes every 2,500; the best is 475 or more for four of five seeds. Choosing the best flatters
 * it, so the table, which is kept in docs/measurements.md, also tells what that network gets on 50
 * other episodes, and what the last one gets.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class DqnFullIT {
  private static final long STEPS = 50_000;
  private static final long EVERY = 2_500;
  private static final int EPISODES = 20;
  private static final int FRESH = 50;
  private static final double SOLVED = 475;

  @Inject private Runs runs;

  @Configuration
  public static Option[] configuration() throws Exception {
    return StoaContainer.options();
  }

  /** What one seed came to: means of evaluations, and the steps at the first that solved it. */
  private record Result(long seed, double best, long first, double fresh, double last) {}

  @Test
  public void theBestEvaluationOfFourOfFiveSeedsSolvesCartPole() throws Exception {
    StringBuilder table =
        new StringBuilder(
            "| seed | best | first at 475 | the best on 50 others | last |\n|---|---|---|---|---|\n");
    int solved = 0;
    for (long seed : List.of(1L, 2L, 3L, 4L, 5L)) {
      Result result = train(seed);
      solved += result.best() >= SOLVED ? 1 : 0;
      table.append(
          String.format(
              Locale.ROOT,
              "| %d | %.1f | %s | %.1f | %.1f |%n",
              seed,
              result.best(),
              result.first() == 0 ? "–" : String.format(Locale.ROOT, "%,d", result.first()),
              result.fresh(),
              result.last()));
    }
    System.out.println(table);
    assertTrue(table.toString(), solved >= 4);
  }

  private Result train(long seed) throws Exception {
    Path folder = Files.createTempDirectory(StoaContainer.build(), "dqn-learning");
    Path directory = folder.resolve("run");
    Path chosen = folder.resolve("chosen");
    double best = 0;
    double last = 0;
    long first = 0;
    for (long at = EVERY; at <= STEPS; at += EVERY) {
      Training.finished(
          at == EVERY
              ? runs.start(
                  RunSpec.of("dqn", "CartPole-v1")
                      .seed(seed)
                      .steps(EVERY)
                      .scheduleSteps(STEPS)
                      .device("cpu-jvm")
                      .directory(directory))
              : runs.resume(directory, OptionalLong.of(EVERY), OptionalInt.empty()));
      last = runs.evaluate(directory, EPISODES, false).mean();
      first = first == 0 && last >= SOLVED ? at : first;
      if (last > best) {
        best = last;
        copy(directory, chosen);
      }
    }
    // Episode i starts alike however many there are: the first 20 are those it was chosen by.
    double all = runs.evaluate(chosen, EPISODES + FRESH, false).mean();
    double fresh = (all * (EPISODES + FRESH) - best * EPISODES) / FRESH;
    return new Result(seed, best, first, fresh, last);
  }

  /** What an evaluation reads of a run: how it was made, and its checkpoint. */
  private static void copy(Path from, Path to) throws IOException {
    Path checkpoint = Files.createDirectories(to.resolve("checkpoint"));
    Files.write(to.resolve("run.yaml"), Files.readAllBytes(from.resolve("run.yaml")));
    try (Stream<Path> files = Files.list(from.resolve("checkpoint"))) {
      for (Path file : files.toList()) {
        Files.write(checkpoint.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
  }
}
