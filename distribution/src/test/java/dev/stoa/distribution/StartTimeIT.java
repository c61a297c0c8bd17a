package dev.stoa.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.distribution.CommandLine.Result;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;

/**
 * From the call of the script until all services are there, ten times, for {@code timings.json}.
 */
class StartTimeIT {
  private static final Pattern SAID = Pattern.compile("all services after (\\d+) ms");

  @RepeatedTest(10)
  void theStartIsMeasured() {
    String now = Long.toString(System.currentTimeMillis());
    Result result = CommandLine.stoa("list", "algorithms").with("STOA_STARTED", now).run();
    assertEquals(0, result.exit(), result.all());
    Matcher said = SAID.matcher(result.err());
    assertTrue(said.find(), result.all());
    Timings.record("start to all services", Duration.ofMillis(Long.parseLong(said.group(1))));
  }
}
