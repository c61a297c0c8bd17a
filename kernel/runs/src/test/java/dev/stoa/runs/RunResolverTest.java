package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.RunSpec;
import dev.stoa.run.UserException;
import dev.stoa.state.CheckpointFiles;
import dev.stoa.state.State;
import dev.stoa.state.StateSchema;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunResolverTest {
  @TempDir Path folder;

  private static State.Builder state(StateSchema schema) {
    State.Builder state = State.of(schema).text("fingerprint", "none");
    new Counters().save(state);
    return state;
  }

  private void write(State.Builder state) {
    CheckpointFiles.write(folder.resolve("checkpoint"), state.build(), Map.of());
  }

  @Test
  void moreStepsAreCountedFromThoseTaken() {
    RunSpec spec = RunSpec.of("a", "b").steps(100);
    assertEquals(100, RunResolver.budget(spec, 40, OptionalLong.empty(), folder));
    assertEquals(90, RunResolver.budget(spec, 40, OptionalLong.of(50), folder));
    assertThrows(
        UserException.class, () -> RunResolver.budget(spec, 100, OptionalLong.empty(), folder));
  }

  @Test
  void stepsBeyondCountingAreRefused() {
    UserException refused =
        assertThrows(
            UserException.class,
            () ->
                RunResolver.budget(
                    RunSpec.of("a", "b"), 40, OptionalLong.of(Long.MAX_VALUE), folder));
    // 2^63 - 1 - 40.
    assertTrue(refused.line().contains("at most 9223372036854775767"), refused.line());
  }

  @Test
  void aRunThatEndedBeforeItsFirstCheckpointBeginsAnew() {
    assertEquals(Optional.empty(), RunResolver.checkpoint(folder));
  }

  @Test
  void entriesOfANewerVersionAreLeftAlone() {
    write(state(RunResolver.RUN_STATE).integer("unheardOf", 1));
    assertEquals(0, RunResolver.checkpoint(folder).orElseThrow().integer("steps"));
  }

  @Test
  void aStateOfANewerSchemaIsRefused() {
    write(state(new StateSchema("run", 2)));
    UserException refused = assertThrows(UserException.class, () -> RunResolver.checkpoint(folder));
    assertTrue(refused.line().contains(folder.toString()), refused.line());
    assertTrue(refused.line().contains("Use the version"), refused.line());
  }

  @Test
  void aStateThatLacksCountsIsRefused() {
    write(State.of(RunResolver.RUN_STATE).integer("steps", 1));
    assertThrows(UserException.class, () -> RunResolver.checkpoint(folder));
  }
}
