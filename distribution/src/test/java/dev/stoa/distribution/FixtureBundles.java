package dev.stoa.distribution;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Builds bundles of the fixture classes, as a plugin author's build would. */
final class FixtureBundles {
  private FixtureBundles() {}

  /** The corridor environment under a version. */
  static Path corridor(Path target, String version) throws Exception {
    return build(
        target, "dev.stoa.fixture.corridor", version, "Private-Package: dev.stoa.fixture.corridor");
  }

  /** The corridor with an import that nothing exports. */
  static Path unresolvable(Path target) throws Exception {
    return build(
        target,
        "dev.stoa.fixture.unresolvable",
        "1.0.0",
        "Private-Package: dev.stoa.fixture.corridor",
        "Import-Package: org.nowhere.missing, *");
  }

  /** A bundle whose one component fails to activate. */
  static Path broken(Path target) throws Exception {
    return build(
        target, "dev.stoa.fixture.broken", "1.0.0", "Private-Package: dev.stoa.fixture.broken");
  }

  /**
   * Moves a file into a watched folder under a name, atomically.
   *
   * @return the file in its new place
   */
  static Path drop(Path jar, Path folder, String name) throws IOException {
    // First beside the folder: a rename is atomic within one file system only.
    Path beside = folder.resolveSibling("." + name + "-" + System.nanoTime());
    Files.copy(jar, beside);
    return Files.move(beside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path build(Path target, String name, String version, String... headers)
      throws Exception {
    Path home = Path.of(System.getProperty("stoa.distribution"));
    try (Builder builder = new Builder();
        var contracts = Files.list(home.resolve("bundles/05"))) {
      builder.addClasspath(
          Path.of(FixtureBundles.class.getProtectionDomain().getCodeSource().getLocation().toURI())
              .toFile());
      for (Path contract : contracts.toList()) {
        builder.addClasspath(contract.toFile());
      }
      builder.setProperty("Bundle-SymbolicName", name);
      builder.setProperty("Bundle-Version", version);
      for (String header : headers) {
        int colon = header.indexOf(": ");
        builder.setProperty(header.substring(0, colon), header.substring(colon + 2));
      }
      try (Jar jar = builder.build()) {
        List<String> errors = builder.getErrors();
        if (!errors.isEmpty()) {
          throw new IllegalStateException("cannot build " + name + ": " + errors);
        }
        Files.createDirectories(target.getParent());
        jar.write(target.toFile());
        return target;
      }
    }
  }
}
