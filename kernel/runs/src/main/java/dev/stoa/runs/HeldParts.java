package dev.stoa.runs;

import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.UserException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The leases of one incarnation and the services behind them: at most one of each kind, and for the
 * length of a move a second device.
 */
final class HeldParts {
  private final Supplier<RunPlan> plan;
  private final PartRegistry registry;
  private final Incarnation holder;

  /** Its own lock: labels are read by any thread. */
  private final Map<Kind, Lease> leases = new EnumMap<>(Kind.class);

  /** Of the run's thread alone. */
  private final Map<Kind, Object> services = new EnumMap<>(Kind.class);

  /** The second device; guarded by the leases. */
  private Optional<Lease> spare = Optional.empty();

  private volatile boolean abandoned;

  HeldParts(Supplier<RunPlan> plan, PartRegistry registry, Incarnation holder) {
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

  /** Labels of the parts that are held, by symbolic name of their bundle. */
  Map<String, String> bundles() {
    Map<String, String> labels = new TreeMap<>();
    synchronized (leases) {
      leases.values().forEach(lease -> labels.put(lease.part.bundle, lease.part.label()));
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

  /**
   * Takes a lease on a second device and gets its service; pair with {@link #giveSpareBack} or
   * {@link #putSpareInPlace}.
   *
   * @throws UserException when no device has that name, it leaves, or it cannot be activated
   */
  Object takeSpare(String device) {
    PartEntry part = registry.require(Kind.DEVICE, device, "");
    Lease lease = registry.lease(part, holder).orElseThrow(() -> left(part));
    synchronized (leases) {
      spare = Optional.of(lease);
    }
    Optional<Object> service = abandoned ? Optional.empty() : registry.service(part);
    if (service.isPresent()) {
      return service.get();
    }
    synchronized (leases) {
      spare = Optional.empty();
    }
    registry.giveBack(lease);
    throw abandoned || registry.leaves(part) ? left(part) : PartRegistry.inactive(part);
  }

  private static UserException left(PartEntry part) {
    return new UserException("device " + part.label() + " left", "", "");
  }

  /** The second device. */
  PartEntry sparePart() {
    synchronized (leases) {
      return spare.orElseThrow().part;
    }
  }

  /** Ungets the second device's service, then gives its lease back. */
  void giveSpareBack() {
    Lease lease;
    synchronized (leases) {
      lease = spare.orElseThrow();
      spare = Optional.empty();
    }
    registry.unget(lease.part);
    registry.giveBack(lease);
  }

  /** The second device becomes the first; the lease on that is given back. */
  void putSpareInPlace(Object service) {
    giveBack(Kind.DEVICE);
    synchronized (leases) {
      leases.put(Kind.DEVICE, spare.orElseThrow());
      spare = Optional.empty();
    }
    services.put(Kind.DEVICE, service);
  }

  private String name(Kind kind) {
    return switch (kind) {
      case ALGORITHM -> plan.get().spec().algorithm();
      case ENVIRONMENT -> plan.get().spec().environment();
      case DEVICE -> plan.get().device();
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
   * @throws UserException when the part cannot be activated
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
      open = new ArrayList<>(leases.values());
      spare.ifPresent(open::add);
    }
    open.forEach(registry::giveBack);
  }
}
