package dev.stoa.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.distribution.ImportRules.Bundle;
import dev.stoa.distribution.ImportRules.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ImportRulesTest {
  private static final Map<String, Kind> FOLDERS =
      Map.of(
          "kernel", Kind.KERNEL,
          "api-bundles", Kind.CONTRACT,
          "algorithm-bundles", Kind.ALGORITHM,
          "env-bundles", Kind.ENVIRONMENT,
          "device-bundles", Kind.DEVICE);

  /** What a module {@code lib-*} beside bundles of a kind is. */
  private static final Map<Kind, Kind> LIBRARIES =
      Map.of(Kind.ALGORITHM, Kind.LIBRARY, Kind.DEVICE, Kind.DEVICE_LIBRARY);

  @Test
  void everyBundleOfTheReactorKeepsTheRules() throws IOException {
    assertEquals(List.of(), ImportRules.violations(builtBundles()));
  }

  @Test
  void everyExceptionIsABundleThatNeedsIt() throws IOException {
    Set<String> needing =
        builtBundles().stream()
            .filter(bundle -> bundle.kind() == Kind.DEVICE && !bundle.exports().isEmpty())
            .map(Bundle::name)
            .collect(Collectors.toSet());
    assertEquals(needing, ImportRules.EXCEPTIONS.keySet());
  }

  private static final Bundle CONTRACT =
      bundle(Kind.CONTRACT, "dev.stoa.run", Map.of("Export-Package", "dev.stoa.run;version=\"1\""));
  private static final Bundle LIBRARY =
      bundle(
          Kind.LIBRARY,
          "dev.stoa.lib.networks",
          Map.of("Export-Package", "dev.stoa.lib.networks;uses:=\"dev.stoa.run,java.util\""));
  private static final Bundle DEVICE_LIBRARY =
      bundle(
          Kind.DEVICE_LIBRARY,
          "dev.stoa.device.compiler",
          Map.of("Export-Package", "dev.stoa.device.compiler;version=\"1\""));
  private static final Bundle RUNTIME =
      bundle(
          Kind.DEVICE,
          "dev.stoa.nd4j",
          Map.of(
              "Export-Package", "dev.stoa.nd4j,org.nd4j.linalg.factory",
              "Service-Component", "OSGI-INF/dev.stoa.nd4j.Marker.xml"));

  @Test
  void importsThatTheRulesAllowAreAccepted() {
    assertEquals(
        List.of(),
        violations(Kind.ALGORITHM, "Import-Package", "dev.stoa.run,dev.stoa.lib.networks,java.io"));
    assertEquals(
        List.of(),
        violations(Kind.DEVICE, "Import-Package", "dev.stoa.run,org.nd4j.linalg.factory"));
    assertEquals(
        List.of(),
        violations(Kind.DEVICE, "Import-Package", "dev.stoa.run,dev.stoa.device.compiler"));
    assertEquals(List.of(), violations(Kind.ENVIRONMENT, "Import-Package", "dev.stoa.run"));
    assertEquals(
        List.of(), violations(Kind.KERNEL, "Import-Package", "dev.stoa.run,org.osgi.framework"));
  }

  @Test
  void anAlgorithmThatImportsADeviceIsFound() {
    assertRefused(
        violations(Kind.ALGORITHM, "Import-Package", "org.nd4j.linalg.factory;version=\"[1,2)\""),
        "imports org.nd4j.linalg.factory of dev.stoa.nd4j (DEVICE)");
  }

  @Test
  void aKernelBundleOrAnEnvironmentThatImportsALibraryOfAlgorithmsIsFound() {
    for (Kind kind : List.of(Kind.KERNEL, Kind.ENVIRONMENT, Kind.DEVICE, Kind.CONTRACT)) {
      assertRefused(
          violations(kind, "Import-Package", "dev.stoa.lib.networks;resolution:=optional"),
          "imports dev.stoa.lib.networks of dev.stoa.lib.networks (LIBRARY)");
    }
  }

  @Test
  void whoeverImportsALibraryOfDevicesWithoutBeingOneIsFound() {
    for (Kind kind :
        List.of(Kind.KERNEL, Kind.ENVIRONMENT, Kind.ALGORITHM, Kind.LIBRARY, Kind.CONTRACT)) {
      assertRefused(
          violations(kind, "Import-Package", "dev.stoa.device.compiler"),
          "imports dev.stoa.device.compiler of dev.stoa.device.compiler (DEVICE_LIBRARY)");
    }
  }

  @Test
  void whoeverImportsTheKernelIsFoundWhetherItExportsOrNot() {
    Bundle kernel = bundle(Kind.KERNEL, "dev.stoa.runs", Map.of("Export-Package", "dev.stoa.runs"));
    for (Kind kind : Kind.values()) {
      Bundle importer = bundle(kind, "guest", Map.of("Import-Package", "dev.stoa.runs"));
      assertRefused(ImportRules.violations(List.of(kernel, importer)), "dev.stoa.runs (KERNEL)");
      assertRefused(ImportRules.violations(List.of(importer)), "which no bundle exports");
    }
  }

  @Test
  void aBundleThatRegistersServicesAndExportsIsFound() {
    Map<String, String> headers =
        Map.of(
            "Export-Package", "guest",
            "Provide-Capability",
                "osgi.service;objectClass:List<String>=\"dev.stoa.algorithm.Algorithm\"");
    assertRefused(
        ImportRules.violations(List.of(bundle(Kind.ALGORITHM, "guest", headers))),
        "guest registers services and exports [guest]");
    assertRefused(
        ImportRules.violations(
            List.of(
                bundle(
                    Kind.ALGORITHM,
                    "guest",
                    Map.of("Export-Package", "guest", "Service-Component", "OSGI-INF/guest.xml")))),
        "guest registers services");
  }

  @Test
  void waysRoundTheRulesAreFound() {
    assertRefused(violations(Kind.ALGORITHM, "Require-Bundle", "dev.stoa.nd4j"), "Require-Bundle");
    assertRefused(violations(Kind.ALGORITHM, "DynamicImport-Package", "*"), "DynamicImport");
  }

  @Test
  void namesAreReadFromHeadersWithQuotedCommasAndSeveralNamesPerClause() {
    assertEquals(
        Set.of("a.b", "c", "d"),
        ImportRules.names("a.b;c;version=\"[1,2)\";resolution:=optional,d;uses:=\"x,y;z\""));
    assertEquals(Set.of(), ImportRules.names(null));
  }

  private static List<String> violations(Kind kind, String header, String value) {
    Bundle guest = bundle(kind, "guest", Map.of(header, value));
    return ImportRules.violations(List.of(CONTRACT, LIBRARY, DEVICE_LIBRARY, RUNTIME, guest));
  }

  private static void assertRefused(List<String> violations, String expected) {
    assertEquals(1, violations.size(), violations.toString());
    assertTrue(violations.get(0).contains(expected), violations.get(0));
  }

  private static Bundle bundle(Kind kind, String name, Map<String, String> headers) {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.putValue("Bundle-SymbolicName", name);
    headers.forEach(attributes::putValue);
    return Bundle.of(kind, manifest);
  }

  /** The headers of every bundle of the reactor, as the build before this module left them. */
  private static List<Bundle> builtBundles() throws IOException {
    Path root = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    List<Bundle> bundles = new ArrayList<>();
    for (Map.Entry<String, Kind> folder : FOLDERS.entrySet()) {
      for (Path module : modules(root.resolve(folder.getKey()))) {
        boolean library = module.getFileName().toString().startsWith("lib-");
        Path manifest = module.resolve("target/classes/META-INF/MANIFEST.MF");
        assertTrue(
            Files.exists(manifest), module + " is not built: run the build from the root folder");
        try (InputStream in = Files.newInputStream(manifest)) {
          Kind kind = library ? LIBRARIES.get(folder.getValue()) : folder.getValue();
          bundles.add(Bundle.of(kind, new Manifest(in)));
        }
      }
    }
    return bundles;
  }

  /** The modules that make bundles; the launcher is a plain jar and has no bundle headers. */
  private static List<Path> modules(Path folder) throws IOException {
    List<Path> modules = new ArrayList<>();
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : children.sorted().toList()) {
        Path pom = child.resolve("pom.xml");
        if (Files.exists(pom) && Files.readString(pom).contains("bnd-maven-plugin")) {
          modules.add(child);
        }
      }
    }
    assertTrue(!modules.isEmpty(), folder + " has no modules");
    return modules;
  }
}
