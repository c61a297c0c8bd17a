package dev.stoa.nd4j.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  private InputStream jar(String name) throws IOException {
    opened.incrementAndGet();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "org/somewhere/linux-x86_64/libjni" + name.replace(".jar", "") + ".so", "glue");
      add(zip, "org/somewhere/linux-x86_64/include/header.h", "text");
      if (name.equals("openblas.jar")) {
        add(zip, "org/somewhere/linux-x86_64/libopenblas.so.0", "products");
      }
    }
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  private static void add(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content.getBytes(StandardCharsets.UTF_8));
  }

  private Path ready() throws IOException {
    return new NativeFiles(data.resolve("native"), "set-1", this::jar).ready();
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
              "libopenblas.so.0",
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
    Path partial = Files.createDirectories(data.resolve("native/set-1.partial"));
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
  void aFolderThatCannotBeMadeIsAnError() throws IOException {
    Files.writeString(data.resolve("native"), "a file is in the way");
    assertThrows(IOException.class, this::ready);
  }

  @Test
  void librariesOfEachSystemAreKnown() {
    assertTrue(NativeFiles.isLibrary("a/libx.so"));
    assertTrue(NativeFiles.isLibrary("a/libx.so.0"));
    assertTrue(NativeFiles.isLibrary("a/libx.dylib"));
    assertTrue(NativeFiles.isLibrary("a/libx.0.dylib"));
    assertTrue(NativeFiles.isLibrary("a/x.dll"));
    assertFalse(NativeFiles.isLibrary("a/x.so.txt/readme"));
    assertFalse(NativeFiles.isLibrary("META-INF/MANIFEST.MF"));
  }
}
