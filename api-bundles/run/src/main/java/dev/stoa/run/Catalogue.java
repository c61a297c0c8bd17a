package dev.stoa.run;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What is installed and what is wrong with it; implemented by the kernel. Lists activate nothing.
 */
@ProviderType
public interface Catalogue {
  /** Kinds of parts; {@link #label} is the word for one on the command line. */
  enum Kind {
    /** Learning algorithms. */
    ALGORITHM,
    /** Environments. */
    ENVIRONMENT,
    /** Compute devices. */
    DEVICE;

    /** {@code algorithm}, {@code environment}, {@code device}. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * One installed part.
   *
   * @param kind its kind
   * @param name the name users type
   * @param description one line
   * @param bundle symbolic name of its bundle
   * @param version version of its bundle
   */
  record Entry(Kind kind, String name, String description, String bundle, String version) {}

  /**
   * Something installed that cannot be used.
   *
   * @param bundle symbolic name and version, or the file
   * @param what the bundle or component concerned
   * @param why the missing requirement or the cause, in one line
   */
  record Problem(String bundle, String what, String why) {}

  /**
   * A part in full.
   *
   * @param entry as listed
   * @param parameters what can be set
   * @param details further facts by name: spaces, fingerprint, readiness
   */
  record Description(Entry entry, List<ParameterInfo> parameters, Map<String, String> details) {}

  /** Installed parts of one kind, by name; of several versions the one a new run would take. */
  List<Entry> list(Kind kind);

  /**
   * The part of that name; looks at algorithms, then environments, then devices.
   *
   * @throws UserException for an unknown name, with the nearest three
   */
  Description describe(String name);

  /** Bundles that did not resolve, components that are unsatisfied or failed to activate. */
  List<Problem> problems();
}
