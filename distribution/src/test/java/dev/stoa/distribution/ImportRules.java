package dev.stoa.distribution;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/**
 * Who may import whom, decided from bundle headers alone:
 *
 * <ul>
 *   <li>the kernel imports contracts; nothing imports the kernel;
 *   <li>algorithms import contracts and libraries of algorithms, devices contracts and libraries of
 *       devices, environments contracts;
 *   <li>a bundle that registers services exports nothing;
 *   <li>nobody goes round these rules by {@code Require-Bundle} or {@code DynamicImport-Package}.
 * </ul>
 *
 * <p>Pure libraries that every side needs (the graph) stand among the contracts.
 */
final class ImportRules {
  /** What a bundle is, by the folder that it lives in. */
  enum Kind {
    KERNEL,
    CONTRACT,
    LIBRARY,
    ALGORITHM,
    ENVIRONMENT,
    DEVICE,
    DEVICE_LIBRARY
  }

  /** Bundles that export although they register a service, or export beside devices; and why. */
  static final Map<String, String> EXCEPTIONS =
      Map.of(
          "dev.stoa.nd4j",
          "native code is loaded once per process, so ND4J lives in a bundle of its own that stays;"
              + " the thin device bundle on it, which is replaced, imports its packages and waits"
              + " for its marker service");

  private static final Map<Kind, Set<Kind>> MAY_IMPORT =
      Map.of(
          Kind.KERNEL, Set.of(Kind.CONTRACT),
          Kind.CONTRACT, Set.of(Kind.CONTRACT),
          Kind.LIBRARY, Set.of(Kind.CONTRACT, Kind.LIBRARY),
          Kind.ALGORITHM, Set.of(Kind.CONTRACT, Kind.LIBRARY),
          Kind.ENVIRONMENT, Set.of(Kind.CONTRACT),
          Kind.DEVICE, Set.of(Kind.CONTRACT, Kind.DEVICE_LIBRARY),
          Kind.DEVICE_LIBRARY, Set.of(Kind.CONTRACT, Kind.DEVICE_LIBRARY));

  /** The headers of one bundle that the rules look at. */
  record Bundle(
      String name,
      Kind kind,
      Set<String> imports,
      Set<String> exports,
      boolean registersServices,
      boolean requiresBundles,
      boolean importsDynamically) {

    static Bundle of(Kind kind, Manifest manifest) {
      Attributes headers = manifest.getMainAttributes();
      return new Bundle(
          first(headers.getValue("Bundle-SymbolicName")),
          kind,
          names(headers.getValue("Import-Package")),
          names(headers.getValue("Export-Package")),
          !names(headers.getValue("Service-Component")).isEmpty()
              || names(headers.getValue("Provide-Capability")).contains("osgi.service"),
          headers.getValue("Require-Bundle") != null,
          headers.getValue("DynamicImport-Package") != null);
    }

    private static String first(String header) {
      return names(header).stream().findFirst().orElse("");
    }
  }

  private ImportRules() {}

  /** Every breach of a rule as one line; empty when all is well. */
  static List<String> violations(Collection<Bundle> bundles) {
    Map<String, Bundle> exporters = new TreeMap<>();
    bundles.forEach(bundle -> bundle.exports().forEach(name -> exporters.put(name, bundle)));
    List<String> violations = new ArrayList<>();
    for (Bundle bundle : bundles) {
      checkImports(bundle, exporters, violations);
      checkHeaders(bundle, violations);
    }
    return violations;
  }

  private static void checkImports(
      Bundle bundle, Map<String, Bundle> exporters, List<String> violations) {
    for (String imported : bundle.imports()) {
      Bundle exporter = exporters.get(imported);
      if (exporter == null) {
        if (imported.equals("dev.stoa") || imported.startsWith("dev.stoa.")) {
          violations.add(bundle.name() + " imports " + imported + ", which no bundle exports");
        }
        continue;
      }
      boolean itself = exporter.name().equals(bundle.name());
      boolean runtimeOfDevices =
          bundle.kind() == Kind.DEVICE && EXCEPTIONS.containsKey(exporter.name());
      if (!itself
          && !runtimeOfDevices
          && !MAY_IMPORT.get(bundle.kind()).contains(exporter.kind())) {
        violations.add(
            bundle.name()
                + " ("
                + bundle.kind()
                + ") imports "
                + imported
                + " of "
                + exporter.name()
                + " ("
                + exporter.kind()
                + "); it may import "
                + MAY_IMPORT.get(bundle.kind()));
      }
    }
  }

  private static void checkHeaders(Bundle bundle, List<String> violations) {
    if (bundle.registersServices()
        && !bundle.exports().isEmpty()
        && !EXCEPTIONS.containsKey(bundle.name())) {
      violations.add(
          bundle.name()
              + " registers services and exports "
              + bundle.exports()
              + "; move what others need to a contract or a library");
    }
    if (bundle.requiresBundles()) {
      violations.add(bundle.name() + " has Require-Bundle; import packages instead");
    }
    if (bundle.importsDynamically()) {
      violations.add(bundle.name() + " has DynamicImport-Package; name the packages instead");
    }
  }

  /** The names that a header lists, without their attributes and directives. */
  static Set<String> names(String header) {
    Set<String> names = new TreeSet<>();
    for (String clause : split(header == null ? "" : header, ',')) {
      for (String part : split(clause, ';')) {
        String name = part.strip();
        if (!name.isEmpty() && name.indexOf('=') < 0) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '"') {
        quoted = !quoted;
      } else if (text.charAt(i) == separator && !quoted) {
        parts.add(text.substring(begin, i));
        begin = i + 1;
      }
    }
    parts.add(text.substring(begin));
    return parts;
  }
}
