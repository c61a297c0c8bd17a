package dev.stoa.runs;

import dev.stoa.run.Catalogue.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The leases of one incarnation and the services behind them, at most one of each kind. */
final class HeldParts {
  private final RunPlan plan;
  private final PartRegistry registry;
  private final Incarnation holder;

  /** Its own lock: labels are read by any thread. */
  private final Map<Kind, Lease> leases = new EnumMap<>(Kind.class);

  /** Of the run's thread alone. */
  private final Map<Kind, Object> services = new EnumMap<>(Kind.class);

  private volatile boolean abandoned;

  HeldParts(RunPlan plan, PartRegistry registry, Incarnation holder) {
    this.plan = plan;
    this.registry = registry;
    this.holder = holder;
  }

  boolean abandoned() {
    return abandoned;
  }

  Object service(Kind kind) {
    return services.get(kind);
  }

  /** Labels of the parts that are held, by kind. */
  Map<String, String> labels() {
    Map<String, String> labels = new TreeMap<>();
    synchronized (leases) {
      leases.forEach((kind, lease) -> labels.put(kind.label(), lease.part.label()));
    }
    return labels;
  }

  boolean holds(Lease lease) {
    synchronized (leases) {
      return leases.get(lease.part.kind) == lease;
    }
  }

  PartEntry part(Kind kind) {
    return leases.get(kind).part;
  }

  private String name(Kind kind) {
    return switch (kind) {
      case ALGORITHM -> plan.spec().algorithm();
      case ENVIRONMENT -> plan.spec().environment();
      case DEVICE -> plan.device();
    };
  }

  /**
   * The first part that is not to be had, as {@code environment Corridor-v0}; empty when all are.
   */
  Optional<String> missing() {
    for (Kind kind : Kind.values()) {
      boolean held;
      synchronized (leases) {
        held = leases.containsKey(kind);
      }
      if (!held && registry.best(kind, name(kind)).isEmpty()) {
        return Optional.of(kind.label() + " " + name(kind));
      }
    }
    return Optional.empty();
  }

  /**
   * Takes a lease on a part and gets its service, unless it is held. Returns false when the part
   * went away meanwhile.
   *
   * @throws dev.stoa.run.UserException when the part cannot be activated
   */
  boolean take(Kind kind) {
    if (services.containsKey(kind)) {
      return true;
    }
    Optional<Lease> lease = registry.lease(kind, name(kind), holder);
    if (lease.isEmpty()) {
      return false;
    }
    synchronized (leases) {
      leases.put(kind, lease.get());
    }
    if (abandoned) {
      // Nobody asks a disowned step for a lease: it may take none after the others were given back.
      giveBack(kind);
      return false;
    }
    PartEntry part = lease.get().part;
    Optional<Object> service = registry.service(part);
    if (service.isPresent()) {
      services.put(kind, service.get());
      return true;
    }
    giveBack(kind);
    if (registry.leaves(part)) {
      return false;
    }
    throw PartRegistry.inactive(part);
  }

  /** Ungets the service, then gives the lease back. */
  void giveBack(Kind kind) {
    Lease lease;
    synchronized (leases) {
      lease = leases.remove(kind);
    }
    if (lease != null) {
      if (services.remove(kind) != null) {
        registry.unget(lease.part);
      }
      registry.giveBack(lease);
    }
  }

  /**
   * Marks all leases as given back without touching a part: the step that holds them is disowned.
   */
  void abandon() {
    List<Lease> open;
    abandoned = true;
    synchronized (leases) {
      open = List.copyOf(leases.values());
    }
    open.forEach(registry::giveBack);
  }
}
