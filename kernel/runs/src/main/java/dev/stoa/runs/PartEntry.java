package dev.stoa.runs;

import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Parts;
import java.util.HashSet;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/** One registered part, known by its reference: nothing is activated until a run needs it. */
final class PartEntry implements Comparable<PartEntry> {
  final Kind kind;
  final String name;
  final String description;
  final ServiceReference<?> reference;
  final String bundle;
  final Version version;

  /** Guarded by the registry. */
  final Set<Lease> leases = new HashSet<>();

  /** Guarded by the registry: set when the service leaves; no new lease is given from then on. */
  boolean closing;

  PartEntry(
      Kind kind, String name, String description, ServiceReference<?> reference, Bundle bundle) {
    this.kind = kind;
    this.name = name;
    this.description = description;
    this.reference = reference;
    this.bundle = bundle.getSymbolicName();
    this.version = bundle.getVersion();
  }

  /** Where it comes from, for messages: {@code dev.stoa.algorithm.ppo 0.1.0}. */
  String place() {
    return bundle + " " + version;
  }

  /** What the shell shows: {@code ppo 0.1.0 (dev.stoa.algorithm.ppo)}. */
  String label() {
    return name + " " + version + " (" + bundle + ")";
  }

  /** The one a new run takes comes first: highest ranking, then bundle version, then lowest id. */
  @Override
  public int compareTo(PartEntry other) {
    int byRanking = Integer.compare(other.ranking(), ranking());
    if (byRanking != 0) {
      return byRanking;
    }
    int byVersion = other.version.compareTo(version);
    return byVersion != 0 ? byVersion : Long.compare(id(), other.id());
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  /** Whether a run that names no device may get this one. */
  boolean automatic() {
    return !Boolean.FALSE.equals(reference.getProperty(Parts.AUTO));
  }

  int ranking() {
    return reference.getProperty("service.ranking") instanceof Integer ranking ? ranking : 0;
  }

  private long id() {
    return (Long) reference.getProperty("service.id");
  }
}
