package dev.stoa.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointArchiveTest {
  private static final State FIRST = TestStates.learner(1);
  private static final State SECOND = TestStates.learner(2);

  @TempDir Path run;
  private Path checkpoint;
  private CheckpointArchive archive;

  @BeforeEach
  void writeOne() {
    checkpoint = run.resolve("checkpoint");
    archive = new CheckpointArchive(run.resolve("checkpoints"));
    CheckpointFiles.write(checkpoint, FIRST, Map.of());
  }

  /** Whatever is listed can be read, and is the first state. */
  private void assertWhole() {
    for (long step : archive.steps()) {
      assertEquals(FIRST, CheckpointFiles.read(archive.path(step)));
    }
  }

  @Test
  void aKeptCheckpointStaysWhenALaterOneIsWritten() {
    assertEquals(List.of(), List.copyOf(archive.steps()));
    archive.keep(checkpoint, 100);
    CheckpointFiles.write(checkpoint, SECOND, Map.of());
    archive.keep(checkpoint, 20);
    assertEquals(List.of(20L, 100L), List.copyOf(archive.steps()));
    assertEquals(FIRST, CheckpointFiles.read(archive.path(100)));
    assertEquals(SECOND, CheckpointFiles.read(archive.path(20)));
  }

  @Test
  void theFirstOfAStepStays() {
    archive.keep(checkpoint, 100);
    CheckpointFiles.write(checkpoint, SECOND, Map.of());
    archive.keep(checkpoint, 100);
    assertEquals(FIRST, CheckpointFiles.read(archive.path(100)));
  }

  @Test
  void oneWhoseWriterDiedWithinTheExchangeIsKeptToo() throws IOException {
    Files.move(checkpoint, run.resolve("checkpoint.old"));
    archive.keep(checkpoint, 100);
    assertEquals(FIRST, CheckpointFiles.read(archive.path(100)));
  }

  @Test
  void removalLeavesTheOthers() {
    archive.keep(checkpoint, 1);
    archive.keep(checkpoint, 2);
    archive.remove(1);
    archive.remove(7);
    assertEquals(List.of(2L), List.copyOf(archive.steps()));
    assertWhole();
    assertEquals(FIRST, CheckpointFiles.read(checkpoint));
  }

  private enum Work {
    KEEP,
    REMOVE;

    void on(CheckpointArchive archive, Path checkpoint) {
      if (this == KEEP) {
        archive.keep(checkpoint, 2);
      } else {
        archive.remove(1);
      }
    }

    List<Long> steps() {
      return this == KEEP ? List.of(1L, 2L) : List.of();
    }
  }

  /** True when the work was done, false when it failed or was killed. */
  private boolean did(Work work, FaultyDisk disk) {
    try {
      work.on(new CheckpointArchive(disk, run.resolve("checkpoints")), checkpoint);
      return true;
    } catch (StateException | FaultyDisk.Killed e) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whateverFailsIsKilledOrLosesPowerACheckpointIsWholeOrAbsentAndTheWorkCanBeDoneAgain(
      Work work) throws IOException {
    archive.keep(checkpoint, 1);
    Map<Path, byte[]> before = PowerFailure.snapshot(run);
    for (FaultyDisk.Fault fault : FaultyDisk.Fault.values()) {
      boolean whole = false;
      for (int at = 0; !whole; at++) {
        PowerFailure.restore(run, before);
        FaultyDisk disk = new FaultyDisk(at, fault);
        boolean done = did(work, disk);
        whole = disk.operations() <= at || fault == FaultyDisk.Fault.NONE;
        List<Map<Path, byte[]>> outcomes = new ArrayList<>();
        outcomes.add(PowerFailure.snapshot(run));
        outcomes.addAll(PowerFailure.after(before, disk.journal()));
        for (Map<Path, byte[]> each : outcomes) {
          PowerFailure.restore(run, each);
          String where = fault + " at " + at + ", left " + each.keySet();
          List<Long> steps = List.copyOf(archive.steps());
          assertTrue(steps.equals(List.of(1L)) && !done || steps.equals(work.steps()), where);
          assertWhole();
          assertEquals(FIRST, CheckpointFiles.read(checkpoint), where);
          work.on(
              new CheckpointArchive(
                  new FaultyDisk(0, FaultyDisk.Fault.NONE), run.resolve("checkpoints")),
              checkpoint);
          archive.sweep();
          assertEquals(work.steps(), List.copyOf(archive.steps()), where);
          assertWhole();
          assertEquals(
              work.steps().stream().map(archive::path).toList(),
              StableStorage.list(run.resolve("checkpoints")),
              where);
        }
      }
    }
  }

  @Test
  void theFolderThatTheFirstOneMakesIsKeptWithIt() {
    Map<Path, byte[]> before = PowerFailure.snapshot(run);
    FaultyDisk disk = new FaultyDisk(0, FaultyDisk.Fault.NONE);
    assertTrue(did(Work.KEEP, disk));
    for (Map<Path, byte[]> each : PowerFailure.after(before, disk.journal())) {
      PowerFailure.restore(run, each);
      assertEquals(List.of(2L), List.copyOf(archive.steps()));
      assertWhole();
    }
  }

  @Test
  void whatCannotBeKeptOrRemovedIsNamed() throws IOException {
    Files.writeString(run.resolve("file"), "in the way");
    CheckpointArchive blocked = new CheckpointArchive(run.resolve("file"));
    String kept =
        assertThrows(StateException.class, () -> blocked.keep(checkpoint, 5)).getMessage();
    assertTrue(kept.startsWith("cannot keep " + run.resolve("file/5")), kept);
    archive.keep(checkpoint, 5);
    Files.createDirectories(archive.path(5).resolve("foreign/folder"));
    String left = assertThrows(StateException.class, () -> archive.remove(5)).getMessage();
    assertTrue(left.startsWith("cannot remove " + archive.path(5)), left);
    assertFalse(Files.exists(archive.path(5)));
    assertThrows(StateException.class, archive::sweep);
  }
}
