package dev.stoa.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The time from the script to the end of the shortest command that needs all services. */
class StartIT {
  private static final int TIMES = 10;
  // What the launcher says when it is told at which time it was called.
  private static final Pattern READY = Pattern.compile("all services after (\\d+) ms");

  @TempDir Path folder;

  @Test
  void theStartOfAShortCommandIsMeasuredTenTimes() {
    measure("list", "algorithms");
  }

  @Test
  void theStartOfATrainingIsMeasuredTenTimes() {
    measure("train", "-a", "ppo", "-e", "CartPole-v1", "-n", "256");
  }

  private void measure(String... arguments) {
    String command = "bin/stoa " + String.join(" ", arguments);
    double[] services = new double[TIMES];
    double[] whole = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      long began = System.nanoTime();
      CommandLine.Result result =
          CommandLine.stoa(arguments)
              .with("STOA_STARTED", Long.toString(System.currentTimeMillis()))
              .in(folder)
              .run();
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      assertEquals(0, result.exit(), result.all());
      Matcher ready = READY.matcher(result.err());
      assertTrue(ready.find(), result.all());
      services[i] = Double.parseDouble(ready.group(1));
      whole[i] = took.toNanos() / 1e6;
      Timings.record("start: to all services, " + command, Duration.ofMillis((long) services[i]));
      Timings.record("start: whole command, " + command, took);
    }
    System.out.printf(
        "%s: median of %d: all services after %.0f ms, whole command %.0f ms%n",
        command, TIMES, median(services), median(whole));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[TIMES / 2 - 1] + sorted[TIMES / 2]) / 2;
  }
}
