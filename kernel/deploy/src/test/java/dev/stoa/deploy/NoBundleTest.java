package dev.stoa.deploy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoBundleTest {
  @TempDir Path folder;
  private final NoBundle noBundle = new NoBundle();

  private File jar(String symbolicName) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!symbolicName.isEmpty()) {
      manifest.getMainAttributes().putValue("Bundle-SymbolicName", symbolicName);
    }
    Path file = folder.resolve("part.jar");
    new JarOutputStream(Files.newOutputStream(file), manifest).close();
    return file.toFile();
  }

  private void refused(File file, String reason) {
    assertTrue(noBundle.canHandle(file));
    IOException e = assertThrows(IOException.class, () -> noBundle.install(file));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertThrows(IOException.class, () -> noBundle.update(file));
  }

  @Test
  void aBundleIsLeftToFileInstall() throws IOException {
    assertFalse(noBundle.canHandle(jar("dev.example")));
  }

  @Test
  void otherFilesAreNoneOfItsBusiness() throws IOException {
    assertFalse(noBundle.canHandle(Files.createFile(folder.resolve("README.txt")).toFile()));
    assertFalse(noBundle.canHandle(Files.createDirectory(folder.resolve("x.jar")).toFile()));
  }

  @Test
  void aJarWithoutASymbolicNameIsRefusedForThat() throws IOException {
    refused(jar(""), "Bundle-SymbolicName");
  }

  @Test
  void aJarWithoutAManifestIsRefusedForThat() throws IOException {
    Path file = folder.resolve("part.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("nothing.txt"));
    }
    refused(file.toFile(), "META-INF/MANIFEST.MF");
  }

  @Test
  void aFileThatIsNoJarIsRefusedForThat() throws IOException {
    refused(Files.writeString(folder.resolve("part.jar"), "no jar").toFile(), "no jar");
  }
}
