package dev.stoa.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The time from the script to the end of the shortest command that needs all services. */
class StartIT {
  private static final int TIMES = 10;

  @TempDir Path folder;

  @Test
  void theStartIsMeasuredTenTimes() {
    long[] nanos = new long[TIMES];
    for (int i = 0; i < TIMES; i++) {
      long began = System.nanoTime();
      CommandLine.Result result = CommandLine.stoa("list", "algorithms").in(folder).run();
      nanos[i] = System.nanoTime() - began;
      assertEquals(0, result.exit(), result.all());
      Timings.record("start: bin/stoa list algorithms, whole command", Duration.ofNanos(nanos[i]));
    }
    Arrays.sort(nanos);
    System.out.printf(
        "bin/stoa list algorithms: median of %d %.0f ms%n",
        TIMES, (nanos[TIMES / 2 - 1] + nanos[TIMES / 2]) / 2e6);
  }
}
