package dev.stoa.nd4j.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;

/**
 * The libraries as files: written once per machine, under a file lock, and shared by all processes.
 * A folder is complete when its list is there and every file has the size and the check sum that
 * the list says; otherwise it is written anew.
 */
final class NativeFiles {
  private static final String LIST = "libraries.txt";

  /** What unpacking needs, with room to spare: the libraries of Linux x86-64 take 376 MB. */
  static final long NEEDED_BYTES = 600L << 20;

  private static final String PROCESS = ".process-";

  /** How many bytes can still be written to a folder. */
  @FunctionalInterface
  interface Space {
    long usable(Path folder) throws IOException;
  }

  private final Path parent;
  private final Natives natives;
  private final Unpacking.Source source;
  private final Space space;

  /**
   * Libraries below a folder.
   *
   * @param parent of all sets of libraries; made when it is not there
   * @param natives the set
   * @param source of the jars named in {@link Natives#JARS}
   * @param space of file systems
   */
  NativeFiles(Path parent, Natives natives, Unpacking.Source source, Space space) {
    this.parent = parent;
    this.natives = natives;
    this.source = source;
    this.space = space;
  }

  /** A folder beside that of the libraries, for this process alone; the next process removes it. */
  static Path ofThisProcess(Path folder) {
    return folder.resolveSibling(folder.getFileName() + PROCESS + ProcessHandle.current().pid());
  }

  /**
   * The folder with all libraries, unpacked if need be.
   *
   * @throws IOException when that fails; the message names the place and what to do
   */
  Path ready() throws IOException {
    try {
      return readyUnderLock();
    } catch (DamagedBundleException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          parent
              + " cannot be used: "
              + said(e)
              + ". Make room there, or name another data directory with STOA_DATA (in a framework"
              + " of your own: property stoa.data)",
          e);
    }
  }

  /** Exceptions of files often say nothing but a path: what happened is in the type's name. */
  private static String said(IOException e) {
    boolean bare = e instanceof FileSystemException files && files.getReason() == null;
    return bare
        ? e.getClass().getSimpleName() + " " + e.getMessage()
        : String.valueOf(e.getMessage());
  }

  private Path readyUnderLock() throws IOException {
    String identity = natives.identity();
    Path folder = parent.resolve(identity);
    Files.createDirectories(parent);
    Path lockFile = parent.resolve(identity + ".lock");
    // A file lock holds between processes; two class spaces of one process would get an exception.
    synchronized (Bundle.class) {
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid() && !complete(folder)) {
          unpack(folder);
        }
        removeLeftovers();
      }
    }
    return folder;
  }

  /** Removes the folders of processes that are no more. */
  private void removeLeftovers() throws IOException {
    try (Stream<Path> all = Files.list(parent)) {
      for (Path each : all.filter(path -> path.toString().contains(PROCESS)).toList()) {
        String name = each.toString();
        long pid = Long.parseLong(name.substring(name.lastIndexOf(PROCESS) + PROCESS.length()));
        if (ProcessHandle.of(pid).isEmpty()) {
          delete(each);
        }
      }
    }
  }

  private static boolean complete(Path folder) throws IOException {
    Path list = folder.resolve(LIST);
    if (!Files.exists(list)) {
      return false;
    }
    List<String> lines = Files.readAllLines(list);
    for (String line : lines) {
      if (!Library.parse(line).filter(each -> each.isWhole(folder)).isPresent()) {
        return false;
      }
    }
    return !lines.isEmpty();
  }

  private void unpack(Path folder) throws IOException {
    // What is there is of no use, and its room may be needed.
    delete(folder);
    Path partial = parent.resolve(natives.identity() + ".partial");
    delete(partial);
    long free = space.usable(parent);
    if (free < NEEDED_BYTES) {
      throw new IOException(
          "unpacking needs " + (NEEDED_BYTES >> 20) + " MB, " + (free >> 20) + " MB are free");
    }
    Files.createDirectories(partial);
    try {
      List<Library> libraries = new Unpacking(natives, source).into(partial);
      Files.write(
          partial.resolve(LIST),
          libraries.stream().map(Library::line).toList(),
          StandardCharsets.UTF_8);
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(partial);
      throw e;
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
