package dev.stoa.nd4j.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.osgi.framework.Bundle;

/**
 * The libraries as files: written once per machine, under a file lock, and shared by all processes.
 * A folder is complete when its list is there and every file has the size that the list says;
 * otherwise it is written anew.
 */
final class NativeFiles {
  private static final String LIST = "libraries.txt";

  /** What unpacking needs, with room to spare: the libraries of Linux x86-64 take 376 MB. */
  private static final long NEEDED_BYTES = 600L << 20;

  private static final String PROCESS = ".process-";

  /** Where the jars that hold the libraries are read from. */
  @FunctionalInterface
  interface Source {
    InputStream open(String jar) throws IOException;
  }

  private final Path parent;
  private final String identity;
  private final Source source;

  /**
   * Libraries below a folder.
   *
   * @param parent of all sets of libraries; made when it is not there
   * @param identity names the set
   * @param source of the jars named in {@link Natives#JARS}
   */
  NativeFiles(Path parent, String identity, Source source) {
    this.parent = parent;
    this.identity = identity;
    this.source = source;
  }

  /** A folder beside that of the libraries, for this process alone; the next process removes it. */
  static Path ofThisProcess(Path folder) {
    return folder.resolveSibling(folder.getFileName() + PROCESS + ProcessHandle.current().pid());
  }

  /**
   * The folder with all libraries, unpacked if need be.
   *
   * @throws IOException when it cannot be written; the message says why
   */
  Path ready() throws IOException {
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
    for (String line : Files.readAllLines(list)) {
      int space = line.indexOf(' ');
      Path library = folder.resolve(line.substring(space + 1));
      if (!Files.exists(library)
          || Files.size(library) != Long.parseLong(line.substring(0, space))) {
        return false;
      }
    }
    return true;
  }

  private void unpack(Path folder) throws IOException {
    long free = Files.getFileStore(parent).getUsableSpace();
    if (free < NEEDED_BYTES) {
      throw new IOException(
          "unpacking the natives needs "
              + (NEEDED_BYTES >> 20)
              + " MB, "
              + parent
              + " has "
              + (free >> 20)
              + " MB free");
    }
    Path partial = parent.resolve(identity + ".partial");
    delete(partial);
    Files.createDirectories(partial);
    List<String> list = new ArrayList<>();
    for (String jar : Natives.JARS) {
      try (ZipInputStream in = new ZipInputStream(source.open(jar))) {
        for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
          if (isLibrary(entry.getName())) {
            list.add(write(in, partial, entry.getName()));
          }
        }
      }
    }
    shareOpenBlas(partial);
    Files.writeString(partial.resolve(LIST), String.join("\n", list), StandardCharsets.UTF_8);
    delete(folder);
    Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  static boolean isLibrary(String entry) {
    String name = entry.substring(entry.lastIndexOf('/') + 1);
    return name.endsWith(".so")
        || name.contains(".so.")
        || name.endsWith(".dylib")
        || name.endsWith(".dll");
  }

  private static String write(InputStream in, Path folder, String entry) throws IOException {
    String name = entry.substring(entry.lastIndexOf('/') + 1);
    try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
      long size = in.transferTo(out);
      return size + " " + name;
    }
  }

  /**
   * JavaCPP asks for OpenBLAS under a second name and would write a copy of 31 MB, each process
   * anew. A link serves; where links are not allowed JavaCPP makes its copy.
   */
  private static void shareOpenBlas(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.toList()) {
        String name = each.getFileName().toString();
        if (name.startsWith("libopenblas.") && !name.endsWith(".dll")) {
          Path link = folder.resolve(name.replace("libopenblas.", "libopenblas_nolapack."));
          try {
            Files.createSymbolicLink(link, each.getFileName());
          } catch (IOException | UnsupportedOperationException e) {
            return;
          }
        }
      }
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
