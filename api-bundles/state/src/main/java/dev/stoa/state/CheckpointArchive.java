package dev.stoa.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Checkpoints that stay after newer ones were written: a folder with one checkpoint per step, each
 * in a folder called as its step and read by {@link CheckpointFiles#read}. One is there completely
 * or not at all, whenever the process is killed; names that end in {@code .tmp} are used for a
 * while. Its files are hard links where the file system has them, and otherwise copies.
 *
 * <p>One archive has one writer at a time. An interrupt of the calling thread breaks nothing off.
 */
public final class CheckpointArchive {
  private static final String TEMPORARY = ".tmp";

  private final Disk disk;
  private final Path folder;

  /** The archive in a folder, which is made when the first checkpoint is kept. */
  public CheckpointArchive(Path folder) {
    this(StableStorage.DISK, folder);
  }

  CheckpointArchive(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder.toAbsolutePath();
  }

  /** Where the checkpoint of a step lies when it is kept. */
  public Path path(long step) {
    return folder.resolve(Long.toString(step));
  }

  /**
   * The steps of which there is a checkpoint, in order.
   *
   * @throws StateException when the folder cannot be read
   */
  public SortedSet<Long> steps() {
    SortedSet<Long> steps = new TreeSet<>();
    for (Path each : entries()) {
      String name = each.getFileName().toString();
      if (name.matches("0|[1-9]\\d{0,17}") && Files.isDirectory(each)) {
        steps.add(Long.valueOf(name));
      }
    }
    return steps;
  }

  private List<Path> entries() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    } catch (IOException e) {
      throw failed("read", folder, e);
    } catch (UncheckedIOException e) {
      throw failed("read", folder, e.getCause());
    }
  }

  /**
   * Keeps a checkpoint. Where there is one of that step already, that one stays.
   *
   * @param checkpoint a complete checkpoint that nobody writes meanwhile
   * @param step the step it is of, from 0
   * @throws StateException when it cannot be kept; the checkpoint itself is untouched
   */
  public void keep(Path checkpoint, long step) {
    Path target = path(step);
    if (Files.isDirectory(target)) {
      return;
    }
    Path fresh = temporary(step);
    try {
      makeFolder();
      disk.deleteFolder(fresh);
      disk.createFolder(fresh);
      for (Path file : StableStorage.list(CheckpointFiles.present(checkpoint))) {
        link(file, fresh.resolve(file.getFileName()));
      }
      disk.forceFolder(fresh);
      disk.rename(fresh, target);
      disk.forceFolder(folder);
    } catch (IOException e) {
      discard(fresh, e);
      throw failed("keep", target, e);
    }
  }

  private void makeFolder() throws IOException {
    if (!Files.isDirectory(folder)) {
      disk.createFolder(folder);
      disk.forceFolder(folder.getParent());
    }
  }

  private void link(Path file, Path target) throws IOException {
    try {
      disk.link(file, target);
    } catch (IOException noLinks) {
      byte[] bytes = StableStorage.readAll(file);
      try {
        disk.write(target, out -> out.write(bytes));
      } catch (IOException e) {
        e.addSuppressed(noLinks);
        throw e;
      }
    }
  }

  /** Frees the space at once; the failure that led here is the one to tell. */
  private void discard(Path fresh, Exception failure) {
    try {
      disk.deleteFolder(fresh);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Removes the checkpoint of a step, if there is one.
   *
   * @throws StateException when it, or a part of it, could not be removed
   */
  public void remove(long step) {
    Path target = path(step);
    Path aside = temporary(step);
    try {
      if (Files.isDirectory(target)) {
        disk.deleteFolder(aside);
        disk.rename(target, aside);
        // A power failure must not keep the deletion of a file and lose the rename.
        disk.forceFolder(folder);
      }
      disk.deleteFolder(aside);
    } catch (IOException e) {
      throw failed("remove", target, e);
    }
  }

  /**
   * Removes what a killed process left half done.
   *
   * @throws StateException when something could not be removed
   */
  public void sweep() {
    for (Path each : entries()) {
      if (each.getFileName().toString().endsWith(TEMPORARY)) {
        try {
          disk.deleteFolder(each);
        } catch (IOException e) {
          throw failed("remove", each, e);
        }
      }
    }
  }

  private Path temporary(long step) {
    return folder.resolve(step + TEMPORARY);
  }

  private static StateException failed(String what, Path path, IOException e) {
    return new StateException("cannot " + what + " " + path + ": " + CheckpointFiles.reason(e), e);
  }
}
