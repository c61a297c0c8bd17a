package dev.stoa.state;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * What a writer does to a disk, one operation after the other: after any of them the process may be
 * killed, and any may fail. {@link StableStorage} is the real one; tests put another in its place.
 */
interface Disk {
  /** A file that is being written. */
  abstract class Sink extends OutputStream {
    /** Makes what was written so far last. */
    abstract void force() throws IOException;
  }

  /** What a file is to hold. */
  @FunctionalInterface
  interface Content {
    /** Writes it to a stream, which stays open. */
    void to(OutputStream out) throws IOException;
  }

  /** Makes a file of no bytes, or one of an existing file. */
  Sink create(Path file) throws IOException;

  /** Makes a folder, which is not there yet. */
  void createFolder(Path folder) throws IOException;

  /** Gives a file or folder another name in one step; a file of that name is replaced. */
  void rename(Path from, Path to) throws IOException;

  /**
   * Gives a file a second name.
   *
   * @throws IOException also where the file system has no such links
   */
  void link(Path file, Path second) throws IOException;

  /** Deletes a file or an empty folder. */
  void delete(Path path) throws IOException;

  /** Makes creations, renames and deletions in a folder last. */
  void forceFolder(Path folder) throws IOException;

  /** Writes a file and makes its content last. */
  default void write(Path file, Content content) throws IOException {
    try (Sink sink = create(file)) {
      content.to(sink);
      sink.force();
    }
  }

  /** Deletes a folder of plain files, if it is there. */
  default void deleteFolder(Path folder) throws IOException {
    for (Path file : StableStorage.list(folder)) {
      delete(file);
    }
    if (StableStorage.exists(folder)) {
      delete(folder);
    }
  }
}
