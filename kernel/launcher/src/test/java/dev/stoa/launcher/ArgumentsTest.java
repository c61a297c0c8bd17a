package dev.stoa.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @Test
  void withoutArgumentsTheShellIsWanted() {
    assertEquals(Arguments.Mode.INTERACTIVE, Arguments.parse().mode());
    assertEquals(Arguments.Mode.INTERACTIVE, Arguments.parse("--deploy", "x").mode());
  }

  @Test
  void optionsOfTheLauncherComeFirstAndTheRestIsTheCommand() {
    Arguments arguments = Arguments.parse("--deploy", "d", "--data", "e", "train", "--deploy", "f");
    assertEquals(Arguments.Mode.COMMAND, arguments.mode());
    assertEquals(Optional.of("d"), arguments.deploy());
    assertEquals(Optional.of("e"), arguments.data());
    assertEquals(List.of("train", "--deploy", "f"), arguments.command());
  }

  @Test
  void attachTakesAProcessOrNone() {
    assertEquals(OptionalLong.empty(), Arguments.parse("attach").pid());
    assertEquals(OptionalLong.of(42), Arguments.parse("attach", "42").pid());
    assertEquals(Arguments.Mode.COMMAND, Arguments.parse("attach", "--help").mode());
  }

  @Test
  void mistakesOfTheUserEndWithCodeTwo() {
    for (String[] wrong :
        List.of(
            new String[] {"--deploy"},
            new String[] {"attach", "x"},
            new String[] {"attach", "0"},
            new String[] {"attach", "1", "2"})) {
      LaunchException e = assertThrows(LaunchException.class, () -> Arguments.parse(wrong));
      assertEquals(2, e.exitCode());
    }
  }
}
