package dev.stoa.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.ParameterValue;
import dev.stoa.run.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SetCommandTest {
  private final FakeInstallation stoa = new FakeInstallation();
  private final FakeRun run = new FakeRun("first", Path.of("d"));

  SetCommandTest() {
    stoa.living.add(run);
  }

  @Test
  void keysInAnySpellingReachTheRun() {
    assertEquals(0, stoa.shell("set", "first", "learning-rate=1e-4", "clip_range=0.1"), stoa.err());
    assertEquals(
        List.of(
            Map.of(
                "learningRate", new ParameterValue("1e-4", "set learning-rate"),
                "clipRange", new ParameterValue("0.1", "set clip_range"))),
        run.sets);
    assertEquals(
        "first has learning-rate=1e-4, clip_range=0.1 from step 700 on", stoa.out().strip());
  }

  @Test
  void aRefusalIsOneLine() {
    run.refusal = Optional.of(new UserException("run first keeps its parameters", "", ""));
    assertEquals(2, stoa.shell("set", "first", "a=1"));
    assertEquals("stoa: run first keeps its parameters", stoa.err().strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set",
        "set first",
        "set first a",
        "set first =1",
        "set first a_b=1 aB=2",
        "set none a=1"
      })
  void aMistakeIsOneLineAndExitCodeTwo(String line) {
    assertEquals(2, stoa.shell(line.split(" ")));
    assertEquals(1, stoa.err().lines().count(), stoa.err());
    assertTrue(run.sets.isEmpty());
  }
}
