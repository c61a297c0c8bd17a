package dev.stoa.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessAreaTest {
  /** Above the greatest process number of Linux (2^22), so that no process can have it. */
  private static final String NOBODY = "99999999";

  @TempDir Path parent;

  @Test
  void anAreaIsRemovedWithAllThatIsInIt() throws IOException {
    ProcessArea area = ProcessArea.create(parent);
    Files.writeString(area.folder("cache").resolve("file"), "x");
    area.delete();
    try (var left = Files.list(parent)) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void sweepingRemovesWhatDeadProcessesLeftAndNothingElse() throws IOException {
    Path dead = Files.createDirectories(parent.resolve("stoa-" + NOBODY + "-1/cache"));
    Files.createFile(parent.resolve("stoa-" + NOBODY + "-1/lock"));
    Path other = Files.createDirectories(parent.resolve("stoa-unrelated"));
    ProcessArea living = ProcessArea.create(parent);
    Path livingFolder = living.folder("cache");
    ProcessArea mine = ProcessArea.create(parent);

    mine.sweep();

    assertFalse(Files.exists(dead.getParent()));
    assertTrue(Files.exists(other));
    assertTrue(Files.exists(livingFolder));
    living.delete();
    mine.delete();
  }
}
