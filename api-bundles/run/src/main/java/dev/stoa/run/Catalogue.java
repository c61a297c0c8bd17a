package dev.stoa.run;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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

  /**
   * The device that a run gets now which names none.
   *
   * @param device its name
   * @param why the rule or the measurement it was chosen by, one line
   * @param warning why stored measurements were not used; empty when there are none, or they were
   */
  record Automatic(String device, String why, String warning) {}

  /**
   * The device that a run gets now which names none.
   *
   * @throws UserException when no device is ready
   */
  Automatic automatic();

  /**
   * Times the devices that {@link #automatic} may choose on reference graphs, which takes some
   * seconds for each, and keeps the result for it.
   *
   * @param progress told what is measured next
   * @throws UserException when the result cannot be kept
   */
  Measurements measure(Consumer<String> progress);

  /** Bundles that did not resolve, components that are unsatisfied or failed to activate. */
  List<Problem> problems();
}
