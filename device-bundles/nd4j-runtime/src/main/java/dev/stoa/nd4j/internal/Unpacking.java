package dev.stoa.nd4j.internal;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** Writes the libraries of a set of natives into a folder, and checks what it reads. */
final class Unpacking {
  private static final Pattern VERSIONED = Pattern.compile("(lib.*\\.so)\\.\\d+");

  /** Where the jars that hold the libraries are read from. */
  @FunctionalInterface
  interface Source {
    InputStream open(String jar) throws IOException;
  }

  /** Whatever goes wrong while reading is the bundle's fault, while writing the folder's. */
  private static final class Reading extends FilterInputStream {
    private final String jar;

    Reading(String jar, InputStream in) {
      super(in);
      this.jar = jar;
    }

    @Override
    public int read(byte[] into, int from, int count) throws IOException {
      try {
        return super.read(into, from, count);
      } catch (IOException e) {
        throw new DamagedBundleException(jar, String.valueOf(e.getMessage()), e);
      }
    }
  }

  private final Natives natives;
  private final Source source;

  Unpacking(Natives natives, Source source) {
    this.natives = natives;
    this.source = source;
  }

  /**
   * Writes all libraries into a folder that is there and empty.
   *
   * @throws DamagedBundleException when a jar is not what the build put into the bundle
   * @throws IOException when the folder cannot be written
   */
  List<Library> into(Path folder) throws IOException {
    List<Library> libraries = new ArrayList<>();
    for (String jar : Natives.JARS) {
      MessageDigest digest = Natives.sha256();
      try (InputStream in = new DigestInputStream(new Reading(jar, open(jar)), digest)) {
        unpack(jar, in, folder, libraries);
      }
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equalsIgnoreCase(natives.digests().get(jar))) {
        throw new DamagedBundleException(jar, "its content is not what was built", null);
      }
    }
    link(folder);
    return libraries;
  }

  private InputStream open(String jar) throws DamagedBundleException {
    try {
      return source.open(jar);
    } catch (IOException e) {
      throw new DamagedBundleException(jar, String.valueOf(e.getMessage()), e);
    }
  }

  private static void unpack(String jar, InputStream in, Path folder, List<Library> libraries)
      throws IOException {
    try {
      ZipInputStream zip = new ZipInputStream(in);
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (isLibrary(entry.getName())) {
          String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
          libraries.add(Library.write(zip, folder, name));
        }
      }
      // The rest of the jar, for its digest.
      in.transferTo(OutputStream.nullOutputStream());
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new DamagedBundleException(jar, String.valueOf(e.getMessage()), e);
    }
  }

  static boolean isLibrary(String entry) {
    String name = entry.substring(entry.lastIndexOf('/') + 1);
    return name.endsWith(".so")
        || name.contains(".so.")
        || name.endsWith(".dylib")
        || name.endsWith(".dll");
  }

  /**
   * The further names under which JavaCPP asks for libraries. Left to itself it would make the
   * links while other processes do, and a copy of OpenBLAS, 31 MB, in each process anew. Where
   * links are not allowed it does.
   */
  private static void link(Path folder) throws IOException {
    for (String name : names(folder)) {
      if (name.startsWith("libopenblas.") && !name.endsWith(".dll")) {
        link(folder, name.replace("libopenblas.", "libopenblas_nolapack."), name);
      }
    }
    for (String name : names(folder)) {
      Matcher versioned = VERSIONED.matcher(name);
      if (versioned.matches()) {
        link(folder, versioned.group(1), name);
      }
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  private static void link(Path folder, String name, String target) throws IOException {
    Path link = folder.resolve(name);
    if (Files.exists(link)) {
      return;
    }
    try {
      Files.createSymbolicLink(link, Path.of(target));
    } catch (UnsupportedOperationException | FileSystemException e) {
      // JavaCPP makes its copy.
      return;
    }
  }
}
