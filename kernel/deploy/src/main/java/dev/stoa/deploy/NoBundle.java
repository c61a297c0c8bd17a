package dev.stoa.deploy;

import java.io.File;
import java.io.IOException;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Component;

/**
 * Takes the jars that are no bundles, only to refuse them with a reason: File Install logs what an
 * installer throws, names the file, and keeps quiet until the file changes. Without this it would
 * look at such a file again and again and never say a word.
 */
@Component
public final class NoBundle implements ArtifactInstaller {

  /** Whether the file is a jar by name and no bundle by content. */
  @Override
  public boolean canHandle(File file) {
    return file.getName().endsWith(".jar") && file.isFile() && !fault(file).isEmpty();
  }

  /**
   * Refuses the file.
   *
   * @throws IOException always, saying what the file lacks
   */
  @Override
  public void install(File file) throws IOException {
    throw new IOException(fault(file) + "; remove it, or replace it by an OSGi bundle");
  }

  /** As {@link #install}: the file was changed and is still no bundle. */
  @Override
  public void update(File file) throws IOException {
    install(file);
  }

  @Override
  public void uninstall(File file) {
    // Nothing was installed.
  }

  /** What makes the file unusable as a bundle; empty when it is one. */
  private static String fault(File file) {
    if (!file.canRead()) {
      return "the file cannot be read";
    }
    try (JarFile jar = new JarFile(file)) {
      Manifest manifest = jar.getManifest();
      if (manifest == null) {
        return "the jar is no bundle: it has no META-INF/MANIFEST.MF";
      }
      boolean named = manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME) != null;
      return named ? "" : "the jar is no bundle: its manifest has no Bundle-SymbolicName";
    } catch (IOException e) {
      return "the file is no jar (" + e.getMessage() + ")";
    }
  }
}
