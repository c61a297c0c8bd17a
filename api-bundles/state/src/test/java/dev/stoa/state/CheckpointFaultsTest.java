package dev.stoa.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.state.FaultyDisk.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation of a writer fails, ends in a kill or in a loss of power, one after the other:
 * what is read then is the old checkpoint or the new one, and the next writer writes.
 */
class CheckpointFaultsTest {
  private static final State OLD = TestStates.learner(1);
  private static final State NEW = TestStates.learner(2);
  private static final State NEXT = TestStates.learner(3);

  @TempDir Path run;
  private Path checkpoint;
  private Map<Path, byte[]> withOld;

  @BeforeEach
  void writeTheOldOne() {
    checkpoint = run.resolve("checkpoint");
    CheckpointFiles.write(checkpoint, OLD, Map.of());
    withOld = PowerFailure.snapshot(run);
  }

  /** True when the writer returned, false when it failed or was killed. */
  private boolean wrote(FaultyDisk disk, State state) {
    try {
      new CheckpointWriter(disk, checkpoint).write(state, Map.of());
      return true;
    } catch (IOException | StateException | FaultyDisk.Killed e) {
      return false;
    }
  }

  private int operations() {
    FaultyDisk whole = new FaultyDisk(0, Fault.NONE);
    assertTrue(wrote(whole, NEW));
    assertEquals(NEW, CheckpointFiles.read(checkpoint));
    PowerFailure.restore(run, withOld);
    return whole.operations();
  }

  private void assertGoesOn(String where) throws IOException {
    new CheckpointWriter(new FaultyDisk(0, Fault.NONE), checkpoint).write(NEXT, Map.of());
    assertEquals(NEXT, CheckpointFiles.read(checkpoint), where);
    assertEquals(List.of(checkpoint), StableStorage.list(run), where);
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILS", "FULL", "BROKEN", "KILLED"})
  void whateverHappensTheOldCheckpointOrTheNewOneIsReadAndTheNextIsWritten(Fault fault)
      throws IOException {
    Set<State> read = new HashSet<>();
    int operations = operations();
    for (int at = 0; at < operations; at++) {
      PowerFailure.restore(run, withOld);
      boolean returned = wrote(new FaultyDisk(at, fault), NEW);
      String where = fault + " at operation " + at;
      State found = CheckpointFiles.read(checkpoint);
      assertTrue(returned ? found.equals(NEW) : found.equals(OLD) || found.equals(NEW), where);
      read.add(found);
      if (fault == Fault.FAILS || fault == Fault.FULL) {
        assertTrue(Files.isDirectory(checkpoint), where);
      }
      assertGoesOn(where);
    }
    assertTrue(read.contains(OLD));
  }

  @Test
  void aWriterThatStartsFromWhatAKilledOneLeftMayBeKilledToo() throws IOException {
    int operations = operations();
    Set<Set<Path>> seen = new HashSet<>();
    for (int first = 0; first < operations; first++) {
      PowerFailure.restore(run, withOld);
      wrote(new FaultyDisk(first, Fault.KILLED), NEW);
      Map<Path, byte[]> left = PowerFailure.snapshot(run);
      if (!seen.add(left.keySet())) {
        // How far a file had been written makes no difference to who removes it.
        continue;
      }
      State before = CheckpointFiles.read(checkpoint);
      boolean returned = false;
      for (int second = 0; !returned; second++) {
        PowerFailure.restore(run, left);
        returned = wrote(new FaultyDisk(second, Fault.KILLED), NEXT);
        State found = CheckpointFiles.read(checkpoint);
        String where = "killed at operation " + first + " and then at " + second;
        assertTrue(found.equals(before) && !returned || found.equals(NEXT), where);
      }
      assertEquals(List.of(checkpoint), StableStorage.list(run));
    }
  }

  @Test
  void afterALossOfPowerTheOldCheckpointOrTheNewOneIsReadAndTheNextIsWritten() throws IOException {
    int operations = operations();
    int left = 0;
    for (int at = 0; at <= operations; at++) {
      PowerFailure.restore(run, withOld);
      FaultyDisk disk = new FaultyDisk(at, Fault.KILLED);
      boolean returned = wrote(disk, NEW);
      assertEquals(at == operations, returned);
      for (Map<Path, byte[]> each : PowerFailure.after(withOld, disk.journal())) {
        PowerFailure.restore(run, each);
        String where = "power lost at operation " + at + ", left " + each.keySet();
        State found = CheckpointFiles.read(checkpoint);
        assertTrue(returned ? found.equals(NEW) : found.equals(OLD) || found.equals(NEW), where);
        assertGoesOn(where);
        left++;
      }
    }
    // More than one outcome for most operations: the model does lose something.
    assertTrue(left > 2 * operations, left + " outcomes of " + operations + " operations");
  }

  @Test
  void afterALossOfPowerOfTheFirstWriterThereIsNoCheckpointOrAWholeOne() throws IOException {
    PowerFailure.restore(run, Map.of());
    boolean returned = false;
    for (int at = 0; !returned; at++) {
      PowerFailure.restore(run, Map.of());
      FaultyDisk disk = new FaultyDisk(at, Fault.KILLED);
      returned = wrote(disk, NEW);
      for (Map<Path, byte[]> each : PowerFailure.after(Map.of(), disk.journal())) {
        PowerFailure.restore(run, each);
        Optional<State> found = found();
        assertTrue(found.isEmpty() ? !returned : found.get().equals(NEW), "operation " + at);
        assertGoesOn("operation " + at);
      }
    }
  }

  private Optional<State> found() {
    if (Files.isDirectory(checkpoint)) {
      return Optional.of(CheckpointFiles.read(checkpoint));
    }
    StateException none =
        assertThrows(StateException.class, () -> CheckpointFiles.read(checkpoint));
    assertTrue(none.getMessage().contains("there is no checkpoint"), none.getMessage());
    return Optional.empty();
  }

  /** The model itself: bytes that were never forced, and a rename in a folder that was not. */
  @Test
  void theModelLosesWhatWasNotForced() throws IOException {
    PowerFailure.restore(run, Map.of());
    Path file = run.resolve("file");
    FaultyDisk disk = new FaultyDisk(0, Fault.NONE);
    try (Disk.Sink sink = disk.create(file)) {
      sink.write("ab".getBytes(StandardCharsets.UTF_8));
      sink.force();
      sink.write("cd".getBytes(StandardCharsets.UTF_8));
    }
    disk.forceFolder(run);
    disk.rename(file, run.resolve("other"));
    assertEquals(
        Set.of("file=ab", "file=abc", "file=abcd", "other=ab", "other=abc", "other=abcd"),
        left(disk));
  }

  @Test
  void theModelMayKeepAFolderAndLoseWhatIsInIt() throws IOException {
    PowerFailure.restore(run, Map.of());
    Path folder = run.resolve("folder");
    FaultyDisk disk = new FaultyDisk(0, Fault.NONE);
    disk.createFolder(folder);
    disk.write(folder.resolve("file"), out -> out.write('a'));
    disk.rename(folder, run.resolve("new"));
    disk.forceFolder(run);
    assertEquals(Set.of("new", "new,new/file=a"), left(disk));
    disk.forceFolder(run.resolve("new"));
    assertEquals(Set.of("new,new/file=a"), left(disk));
  }

  private Set<String> left(FaultyDisk disk) {
    Set<String> left = new HashSet<>();
    for (Map<Path, byte[]> each : PowerFailure.after(Map.of(), disk.journal())) {
      List<String> names = new ArrayList<>();
      each.forEach(
          (path, bytes) ->
              names.add(
                  run.relativize(path)
                      + (bytes == null ? "" : "=" + new String(bytes, StandardCharsets.UTF_8))));
      left.add(String.join(",", names));
    }
    return left;
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILS", "FULL", "BROKEN", "KILLED"})
  void aFileThatIsReplacedIsTheOldOneOrTheNewOne(Fault fault) throws IOException {
    Path file = run.resolve("run.yaml");
    byte[] old = "old".getBytes(StandardCharsets.UTF_8);
    byte[] fresh = "fresh".getBytes(StandardCharsets.UTF_8);
    Map<Path, byte[]> before = Map.of(file, old);
    boolean whole = false;
    for (int at = 0; !whole; at++) {
      PowerFailure.restore(run, before);
      FaultyDisk disk = new FaultyDisk(at, fault);
      boolean returned = replaced(disk, file, fresh);
      whole = disk.operations() <= at;
      List<Map<Path, byte[]>> outcomes = new ArrayList<>();
      outcomes.add(PowerFailure.snapshot(run));
      outcomes.addAll(PowerFailure.after(before, disk.journal()));
      for (Map<Path, byte[]> each : outcomes) {
        String found = new String(each.get(file), StandardCharsets.UTF_8);
        assertTrue(found.equals("fresh") || found.equals("old") && !returned, fault + " at " + at);
      }
    }
  }

  private static boolean replaced(FaultyDisk disk, Path file, byte[] content) {
    try {
      DurableFiles.replace(disk, file, content);
      return true;
    } catch (IOException | FaultyDisk.Killed e) {
      return false;
    }
  }
}
