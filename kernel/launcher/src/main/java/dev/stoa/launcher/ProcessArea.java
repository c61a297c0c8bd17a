package dev.stoa.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The temporary folder of one process: bundle cache and scratch files. Only the user may enter it.
 * It is removed at exit; what a killed process left is removed by a later one.
 */
final class ProcessArea {
  private static final String PREFIX = "stoa-";
  private static final String LOCK = "lock";

  private final Path parent;
  private final Path folder;
  // Held until the process ends: the system frees the lock of a killed process by itself.
  private final FileLock lock;

  private ProcessArea(Path parent, Path folder, FileLock lock) {
    this.parent = parent;
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * A fresh area below {@code parent}.
   *
   * @throws LaunchException when the folder cannot be written
   */
  static ProcessArea create(Path parent) {
    try {
      Path folder = Files.createTempDirectory(parent, PREFIX + ProcessHandle.current().pid() + "-");
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return new ProcessArea(parent, folder, channel.lock());
    } catch (IOException e) {
      throw LaunchException.internal(
          "cannot write to the temporary folder " + parent + ": " + Causes.line(e));
    }
  }

  /** A folder inside the area, made when it is not there. */
  Path folder(String name) {
    try {
      return Files.createDirectories(folder.resolve(name));
    } catch (IOException e) {
      throw LaunchException.internal(
          "cannot create " + folder.resolve(name) + ": " + Causes.line(e));
    }
  }

  /** Removes the area; what another program still holds open stays. */
  void delete() {
    try {
      lock.channel().close();
    } catch (IOException e) {
      // the lock falls with the process
    }
    deleteTree(folder);
  }

  /** Removes the areas of processes that ended without doing so. */
  void sweep() {
    try (DirectoryStream<Path> areas = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path area : areas) {
        if (!area.equals(folder) && abandoned(area)) {
          deleteTree(area);
        }
      }
    } catch (IOException e) {
      // Sweeping is a courtesy: another process may be sweeping too.
    }
  }

  /**
   * Both marks are needed: a process that has just started may not hold its lock yet, and a process
   * in another container has a number that means nothing here.
   */
  private static boolean abandoned(Path area) {
    String[] parts = area.getFileName().toString().split("-");
    if (parts.length != 3 || !parts[1].matches("\\d{1,18}")) {
      return false;
    }
    if (ProcessHandle.of(Long.parseLong(parts[1])).isPresent()) {
      return false;
    }
    Path lockFile = area.resolve(LOCK);
    if (!Files.exists(lockFile)) {
      return Files.isWritable(area);
    }
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  private static void deleteTree(Path root) {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                throws IOException {
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // Left for the next process to sweep.
    }
  }
}
