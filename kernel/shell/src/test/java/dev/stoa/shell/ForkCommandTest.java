package dev.stoa.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.Fork;
import dev.stoa.run.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForkCommandTest {
  private final FakeInstallation stoa = new FakeInstallation();
  private final FakeRun run = new FakeRun("first", Path.of("d").toAbsolutePath());

  @Test
  void aDirectoryIsForkedAndTheForkFollowedToItsEnd() {
    assertEquals(0, stoa.call("fork", "e", "--from", "2e4", "-n", "100"), stoa.err());
    assertEquals(List.of("e " + Fork.PLAIN.from(20_000).steps(100)), stoa.forked);
    assertTrue(stoa.out().startsWith("done: ppo on CartPole-v1"), stoa.out());
  }

  @Test
  void aRunOfThisProcessIsForkedByNameOrDirectoryAndTheNameIsPrinted() {
    stoa.living.add(run);
    assertEquals(0, stoa.shell("fork", "first", "--name", "x", "--out", "o"), stoa.err());
    assertEquals(0, stoa.shell("fork", "d"), stoa.err());
    assertEquals(List.of(Fork.PLAIN.name("x").directory(Path.of("o")), Fork.PLAIN), run.forks);
    assertEquals("x\nfirst-fork\n", stoa.out().replace("\r", ""));
    assertTrue(stoa.forked.isEmpty());
  }

  @Test
  void aRefusalIsOneLine() {
    stoa.living.add(run);
    run.refusal = Optional.of(new UserException("run first was not forked", "", ""));
    assertEquals(2, stoa.shell("fork", "first"));
    assertEquals("stoa: run first was not forked", stoa.err().strip());
  }

  @Test
  void pauseIsAnotherNameOfPark() {
    stoa.living.add(run);
    assertEquals(0, stoa.shell("pause", "first"), stoa.err());
    assertEquals("first is parked at step 700: by the user", stoa.out().strip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fork", "fork d -n 0", "fork d --from soon", "fork d e"})
  void aMistakeIsOneLineAndExitCodeTwo(String line) {
    assertEquals(2, stoa.call(line.split(" ")));
    assertEquals(1, stoa.err().lines().count(), stoa.err());
    assertTrue(stoa.forked.isEmpty());
  }
}
