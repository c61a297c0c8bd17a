package dev.stoa.nd4j.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFilesTest {
  @TempDir Path data;

  private final AtomicInteger opened = new AtomicInteger();

  /**
   * Each jar holds one library of its own name, a header and, the OpenBLAS one, a versioned
   * library.
   */
  private static byte[] content(String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "org/somewhere/linux-x86_64/libjni" + name.replace(".jar", "") + ".so", "glue");
      add(zip, "org/somewhere/linux-x86_64/include/header.h", "text");
      if (name.equals("openblas.jar")) {
        add(zip, "org/somewhere/linux-x86_64/libopenblas.so.0", "products");
      }
    }
    return bytes.toByteArray();
  }

  private InputStream jar(String name) throws IOException {
    opened.incrementAndGet();
    return new ByteArrayInputStream(content(name));
  }

  private static Natives natives() throws IOException {
    Map<String, String> digests = new HashMap<>();
    for (String jar : Natives.JARS) {
      digests.put(jar, HexFormat.of().formatHex(Natives.sha256().digest(content(jar))));
    }
    return new Natives("1.0", "0.3", "linux-x86_64", "linux-x86_64", digests);
  }

  private static void add(ZipOutputStream zip, String name, String content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    // The same bytes at any time.
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content.getBytes(StandardCharsets.UTF_8));
  }

  private Path ready() throws IOException {
    return ready(this::jar, NativeFiles.NEEDED_BYTES);
  }

  private Path ready(Unpacking.Source source, long space) throws IOException {
    return new NativeFiles(data.resolve("native"), natives(), source, folder -> space).ready();
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("native"))) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void librariesAreUnpackedOnceAndNothingElseIs() throws IOException {
    Path folder = ready();
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of(
              "libjnijavacpp.so",
              "libjnind4j-native.so",
              "libjniopenblas.so",
              "libopenblas.so",
              "libopenblas.so.0",
              "libopenblas_nolapack.so",
              "libopenblas_nolapack.so.0",
              "libraries.txt"),
          files.map(path -> path.getFileName().toString()).sorted().toList());
    }
    assertEquals("products", Files.readString(folder.resolve("libopenblas_nolapack.so.0")));
    assertEquals(folder, ready());
    assertEquals(3, opened.get(), "jars read");
  }

  @Test
  void aDamagedLibraryIsWrittenAnew() throws IOException {
    Path library = ready().resolve("libopenblas.so.0");
    Files.writeString(library, "half");
    ready();
    assertEquals("products", Files.readString(library));
  }

  @Test
  void whatAnInterruptedProcessLeftIsReplaced() throws IOException {
    Path partial =
        Files.createDirectories(data.resolve("native/" + natives().identity() + ".partial"));
    Files.writeString(partial.resolve("libopenblas.so.0"), "half");
    assertEquals("products", Files.readString(ready().resolve("libopenblas.so.0")));
    assertFalse(Files.exists(partial));
  }

  @Test
  void manyAtOnceUnpackOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Path>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(this::ready);
      }
      for (Future<Path> each : threads.invokeAll(calls)) {
        assertTrue(Files.exists(each.get().resolve("libjnijavacpp.so")));
      }
      assertEquals(3, opened.get(), "jars read");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void foldersOfDeadProcessesAreRemovedAndThoseOfLivingOnesKept() throws IOException {
    Path folder = ready();
    Path own = Files.createDirectories(NativeFiles.ofThisProcess(folder));
    // No system gives a process the greatest number.
    Path dead = folder.resolveSibling("set-1.process-" + Integer.MAX_VALUE);
    Files.createDirectories(dead.resolve("inner"));
    ready();
    assertTrue(Files.exists(own));
    assertFalse(Files.exists(dead));
  }

  @Test
  void aDamagedLibraryOfTheSameSizeIsWrittenAnew() throws IOException {
    Path library = ready().resolve("libopenblas.so.0");
    FileTime time = Files.getLastModifiedTime(library);
    Files.writeString(library, "prodUcts");
    Files.setLastModifiedTime(library, time);
    ready();
    assertEquals("products", Files.readString(library));
  }

  @Test
  void aListThatIsNoneIsWrittenAnew() throws IOException {
    Path folder = ready();
    List<String> whole = Files.readAllLines(folder.resolve("libraries.txt"));
    for (String damaged : List.of("", "8 libopenblas.so.0", "00000000 99999999999999999999 x")) {
      Files.writeString(folder.resolve("libraries.txt"), damaged);
      ready();
      assertEquals(whole, Files.readAllLines(folder.resolve("libraries.txt")));
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsAnErrorThatNamesPlaceAndRemedy() throws IOException {
    Files.writeString(data.resolve("native"), "a file is in the way");
    IOException error = assertThrows(IOException.class, this::ready);
    assertTrue(error.getMessage().contains(data.resolve("native").toString()), error.getMessage());
    assertTrue(error.getMessage().contains("FileAlreadyExistsException"), error.getMessage());
    assertTrue(error.getMessage().contains("STOA_DATA"), error.getMessage());
  }

  @Test
  void tooLittleSpaceIsSaidBeforeAnythingIsWritten() throws IOException {
    IOException error = assertThrows(IOException.class, () -> ready(this::jar, (600L << 20) - 1));
    assertTrue(error.getMessage().contains("needs 600 MB, 599 MB are free"), error.getMessage());
    assertTrue(error.getMessage().contains(data.resolve("native").toString()), error.getMessage());
    assertTrue(error.getMessage().contains("STOA_DATA"), error.getMessage());
    assertEquals(0, opened.get(), "jars read");
    assertEquals(List.of(natives().identity() + ".lock"), left());
  }

  /** Each byte of a jar is flipped in turn: names, check sums, sizes and contents alike. */
  @Test
  void noDamageOfABundleGoesUnnoticed() throws IOException {
    byte[] whole = content("openblas.jar");
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 0x20;
      IOException error =
          assertThrows(
              IOException.class,
              () ->
                  ready(
                      name ->
                          name.equals("openblas.jar")
                              ? new ByteArrayInputStream(damaged)
                              : jar(name),
                      Long.MAX_VALUE),
              "byte " + i);
      assertTrue(
          error
              .getMessage()
              .startsWith("natives/openblas.jar in the bundle dev.stoa.nd4j is damaged"),
          "byte " + i + ": " + error);
      assertTrue(error.getMessage().endsWith("Install it anew"), error.getMessage());
    }
    assertEquals(List.of(natives().identity() + ".lock"), left());
    assertEquals("products", Files.readString(ready().resolve("libopenblas.so.0")));
  }

  @Test
  void aTruncatedAndAMissingJarAreDamagesOfTheBundle() throws IOException {
    byte[] whole = content("javacpp.jar");
    for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThrows(
          DamagedBundleException.class,
          () ->
              ready(
                  name -> name.equals("javacpp.jar") ? new ByteArrayInputStream(part) : jar(name),
                  Long.MAX_VALUE));
    }
    assertThrows(
        DamagedBundleException.class,
        () ->
            ready(
                name -> {
                  throw new IOException("no " + name);
                },
                Long.MAX_VALUE));
  }

  @Test
  void otherContentIsAnotherSet() throws IOException {
    Natives one = natives();
    Map<String, String> digests = new HashMap<>(one.digests());
    digests.put("openblas.jar", digests.get("javacpp.jar"));
    Natives other = new Natives("1.0", "0.3", "linux-x86_64", "linux-x86_64", digests);
    assertEquals(one.identity(), natives().identity());
    assertNotEquals(one.identity(), other.identity());
  }

  @Test
  void librariesOfEachSystemAreKnown() {
    assertTrue(Unpacking.isLibrary("a/libx.so"));
    assertTrue(Unpacking.isLibrary("a/libx.so.0"));
    assertTrue(Unpacking.isLibrary("a/libx.dylib"));
    assertTrue(Unpacking.isLibrary("a/libx.0.dylib"));
    assertTrue(Unpacking.isLibrary("a/x.dll"));
    assertFalse(Unpacking.isLibrary("a/x.so.txt/readme"));
    assertFalse(Unpacking.isLibrary("META-INF/MANIFEST.MF"));
  }
}
