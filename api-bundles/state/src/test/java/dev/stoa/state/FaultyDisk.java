package dev.stoa.state;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The real disk up to one operation, counted from 0, at which something happens; and a journal of
 * what was done, from which {@link PowerFailure} tells what would be left if the power went.
 * Nothing is forced but in the journal.
 */
final class FaultyDisk implements Disk {
  /** What happens. A write is half done when it does. */
  enum Fault {
    /** Nothing. */
    NONE,
    /** The operation fails, those after it do not. */
    FAILS,
    /** From then on there is no room for anything new; what frees room still works. */
    FULL,
    /** From then on everything fails, as on a disk that was made read-only. */
    BROKEN,
    /** The process is killed; its operations end here. */
    KILLED
  }

  /** An operation that was done. */
  sealed interface Done
      permits Created, Written, Forced, FolderMade, Renamed, Linked, Deleted, FolderForced {}

  record Created(Path file) implements Done {}

  record Written(Path file, byte[] bytes) implements Done {}

  record Forced(Path file) implements Done {}

  record FolderMade(Path folder) implements Done {}

  record Renamed(Path from, Path to) implements Done {}

  record Linked(Path file, Path second) implements Done {}

  record Deleted(Path path) implements Done {}

  record FolderForced(Path folder) implements Done {}

  /** Ends the writer as a kill would: no handler for ordinary failures runs. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final int at;
  private final Fault fault;
  private final List<Done> journal = new ArrayList<>();
  private int operations;
  private boolean killed;

  FaultyDisk(int at, Fault fault) {
    this.at = at;
    this.fault = fault;
  }

  /** How many operations were begun. */
  int operations() {
    return operations;
  }

  List<Done> journal() {
    return journal;
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private void does(boolean needsRoom, Work half, Work whole, Done done) throws IOException {
    if (killed) {
      throw new IllegalStateException("a killed process does nothing any more");
    }
    int number = operations++;
    boolean strikes =
        switch (fault) {
          case NONE -> false;
          case FAILS, KILLED -> number == at;
          case FULL -> number >= at && needsRoom;
          case BROKEN -> number >= at;
        };
    if (!strikes) {
      whole.run();
      journal.add(done);
      return;
    }
    half.run();
    if (fault == Fault.KILLED) {
      killed = true;
      throw new Killed();
    }
    throw new IOException("the disk fails at operation " + number + ", " + done);
  }

  private void does(boolean needsRoom, Work whole, Done done) throws IOException {
    does(needsRoom, () -> {}, whole, done);
  }

  @Override
  public Sink create(Path file) throws IOException {
    Sink[] made = new Sink[1];
    does(true, () -> made[0] = StableStorage.DISK.create(file), new Created(file));
    Sink real = made[0];
    return new Sink() {
      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int count) throws IOException {
        Work half =
            () -> {
              real.write(bytes, from, count / 2);
              journal.add(new Written(file, copy(bytes, from, count / 2)));
            };
        Work whole = () -> real.write(bytes, from, count);
        does(true, half, whole, new Written(file, copy(bytes, from, count)));
      }

      @Override
      void force() throws IOException {
        does(true, () -> {}, new Forced(file));
      }

      @Override
      public void close() throws IOException {
        real.close();
      }
    };
  }

  private static byte[] copy(byte[] bytes, int from, int count) {
    return java.util.Arrays.copyOfRange(bytes, from, from + count);
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    does(true, () -> StableStorage.DISK.createFolder(folder), new FolderMade(folder));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    does(false, () -> StableStorage.DISK.rename(from, to), new Renamed(from, to));
  }

  @Override
  public void link(Path file, Path second) throws IOException {
    does(true, () -> StableStorage.DISK.link(file, second), new Linked(file, second));
  }

  @Override
  public void delete(Path path) throws IOException {
    does(false, () -> StableStorage.DISK.delete(path), new Deleted(path));
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    does(false, () -> {}, new FolderForced(folder));
  }
}
