package dev.stoa.state;

import java.io.IOException;
import java.nio.file.Path;

/** Files that a kill, a power failure or an interrupt leaves whole. */
public final class DurableFiles {
  private DurableFiles() {}

  /**
   * Puts a file in place of one of that name, or where there was none. A reader sees the old one or
   * the new one, never a part; when this returns the new one is on disk and stays there. Beside the
   * file, {@code NAME.tmp} is used for a while.
   *
   * @throws IOException when that fails; the old file is then still there, or the new one if only
   *     forcing the folder failed
   */
  public static void replace(Path file, byte[] content) throws IOException {
    replace(StableStorage.DISK, file, content);
  }

  static void replace(Disk disk, Path file, byte[] content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      disk.write(temporary, out -> out.write(content));
      disk.rename(temporary, file);
    } catch (IOException e) {
      try {
        if (StableStorage.exists(temporary)) {
          disk.delete(temporary);
        }
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    disk.forceFolder(file.toAbsolutePath().getParent());
  }
}
