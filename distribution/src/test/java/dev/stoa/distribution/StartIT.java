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
  void theStartIsMeasuredTenTimes() {
    long[] nanos = new long[TIMES];
    for (int i = 0; i < TIMES; i++) {
      long began = System.nanoTime();
      CommandLine.Result result =
          CommandLine.stoa("list", "algorithms")
              .with("STOA_STARTED", Long.toString(System.currentTimeMillis()))
              .in(folder)
              .run();
      nanos[i] = System.nanoTime() - began;
      assertEquals(0, result.exit(), result.all());
      Matcher ready = READY.matcher(result.err());
      assertTrue(ready.find(), result.all());
      Timings.record("start: to all services", Duration.ofMillis(Long.parseLong(ready.group(1))));
      Timings.record("start: bin/stoa list algorithms, whole command", Duration.ofNanos(nanos[i]));
    }
    Arrays.sort(nanos);
    System.out.printf(
        "bin/stoa list algorithms: median of %d %.0f ms%n",
        TIMES, (nanos[TIMES / 2 - 1] + nanos[TIMES / 2]) / 2e6);
  }
}
