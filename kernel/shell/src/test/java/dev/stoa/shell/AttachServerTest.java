package dev.stoa.shell;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AttachServerTest {
  @Test
  void aPlainSessionRunsCommandsUntilExit() throws IOException {
    FakeInstallation stoa = new FakeInstallation();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String typed = "stoa:runs\n\ntrian\nlist 'algorithms' --json\nexit\nruns\n";
    new LineSessions(stoa)
        .serve(
            new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8));
    String said = out.toString(StandardCharsets.UTF_8);
    assertTrue(said.startsWith("stoa> no runs\nstoa> stoa> stoa: there is no command trian"), said);
    assertTrue(said.contains("some-algorithm"), said);
    assertEquals(5, said.split("stoa> ", -1).length - 1, "one prompt per line read");
  }

  @Test
  void wordsMayBeQuotedAndMayCarryTheScope() {
    assertArrayEquals(
        new String[] {"train", "--out", "a b", "--set", "x=1"},
        LineSessions.words("stoa:train --out \"a b\" --set x=1"));
    assertArrayEquals(new String[0], LineSessions.words("  "));
  }
}
