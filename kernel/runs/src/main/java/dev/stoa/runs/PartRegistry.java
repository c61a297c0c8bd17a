package dev.stoa.runs;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.device.Device;
import dev.stoa.environment.Environment;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Parts;
import dev.stoa.run.UserException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * The parts that are installed, and the leases on them.
 *
 * <p>A service tracker and not a reference of Declarative Services: its removal is called on the
 * thread that stops the provider, before the provider is deactivated, and it may wait there without
 * holding any lock of the component runtime.
 */
final class PartRegistry implements AutoCloseable {
  private static final Map<Kind, Class<?>> TYPES =
      new EnumMap<>(
          Map.of(
              Kind.ALGORITHM, Algorithm.class,
              Kind.ENVIRONMENT, Environment.class,
              Kind.DEVICE, Device.class));

  private final BundleContext context;
  private final long drainNanos;
  private final Consumer<PartEntry> arrival;
  private final List<ServiceTracker<Object, PartEntry>> trackers = new ArrayList<>();
  private final List<PartEntry> entries = new ArrayList<>();
  private long arrivals;

  /**
   * Starts tracking.
   *
   * @param drainMilliseconds the common deadline of all runs that use a leaving part
   * @param arrival told, on a framework thread, that a part came or changed: it must only enqueue
   */
  PartRegistry(BundleContext context, long drainMilliseconds, Consumer<PartEntry> arrival) {
    this.context = context;
    this.drainNanos = TimeUnit.MILLISECONDS.toNanos(drainMilliseconds);
    this.arrival = arrival;
  }

  void open() {
    for (Map.Entry<Kind, Class<?>> type : TYPES.entrySet()) {
      try {
        String filter = "(&(objectClass=" + type.getValue().getName() + ")(" + Parts.NAME + "=*))";
        ServiceTracker<Object, PartEntry> tracker =
            new ServiceTracker<>(
                context, context.createFilter(filter), new Customizer(type.getKey()));
        trackers.add(tracker);
        tracker.open();
      } catch (InvalidSyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Asks for every lease that is still out at once, then closes part by part. */
  @Override
  public void close() {
    List<Lease> open = new ArrayList<>();
    synchronized (this) {
      for (PartEntry entry : entries) {
        entry.closing = true;
        open.addAll(entry.leases);
      }
    }
    open.forEach(lease -> lease.holder.leave(lease));
    trackers.forEach(ServiceTracker::close);
  }

  private final class Customizer implements ServiceTrackerCustomizer<Object, PartEntry> {
    private final Kind kind;

    Customizer(Kind kind) {
      this.kind = kind;
    }

    @Override
    public PartEntry addingService(ServiceReference<Object> reference) {
      Bundle bundle = reference.getBundle();
      if (bundle == null) {
        // Gone again before the tracker came to it: null is the tracker's word for not tracked.
        return null;
      }
      PartEntry entry =
          new PartEntry(
              kind,
              String.valueOf(reference.getProperty(Parts.NAME)),
              String.valueOf(
                  Optional.ofNullable(reference.getProperty(Parts.DESCRIPTION)).orElse("")),
              reference,
              bundle);
      add(entry);
      return entry;
    }

    @Override
    public void modifiedService(ServiceReference<Object> reference, PartEntry entry) {
      arrived(entry);
    }

    @Override
    public void removedService(ServiceReference<Object> reference, PartEntry entry) {
      drain(entry);
    }
  }

  /** A part is there from now on. */
  void add(PartEntry entry) {
    synchronized (this) {
      entries.add(entry);
    }
    arrived(entry);
  }

  private void arrived(PartEntry entry) {
    synchronized (this) {
      arrivals++;
    }
    arrival.accept(entry);
  }

  /** How many arrivals and changes there were: whoever was refused looks whether it grew. */
  synchronized long arrivals() {
    return arrivals;
  }

  /** Closes a part: returns when no run calls it any more, or past the deadline. */
  void drain(PartEntry entry) {
    List<Lease> open;
    synchronized (this) {
      entry.closing = true;
      entries.remove(entry);
      open = List.copyOf(entry.leases);
    }
    long deadline = System.nanoTime() + drainNanos;
    for (Lease lease : open) {
      if (lease.holder.owns(Thread.currentThread())) {
        lease.holder.disown(
            lease, "a step stopped or updated the bundle of its own " + entry.kind.label());
      } else {
        lease.holder.leave(lease);
      }
    }
    for (Lease lease : open) {
      if (!awaitReturn(lease, deadline)) {
        lease.holder.disown(
            lease,
            "the step did not end within "
                + TimeUnit.NANOSECONDS.toMillis(drainNanos)
                + " ms after the part began to leave");
      }
    }
  }

  private synchronized boolean awaitReturn(Lease lease, long deadline) {
    boolean interrupted = false;
    try {
      while (lease.part.leases.contains(lease)) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        } catch (InterruptedException e) {
          // The stopping thread's interrupt is kept for it; the drain itself is bounded anyway.
          interrupted = true;
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A lease on the best part of that name; empty when none is there or it is leaving. */
  synchronized Optional<Lease> lease(Kind kind, String name, Lease.Holder holder) {
    return best(kind, name).flatMap(entry -> lease(entry, holder));
  }

  /** A lease on this very part; empty when it is leaving. */
  synchronized Optional<Lease> lease(PartEntry part, Lease.Holder holder) {
    if (part.closing) {
      return Optional.empty();
    }
    Lease lease = new Lease(part, holder);
    part.leases.add(lease);
    return Optional.of(lease);
  }

  /** Whether a part is leaving or gone. */
  synchronized boolean leaves(PartEntry part) {
    return part.closing;
  }

  /** Gives a lease back. Giving back twice does no harm. */
  synchronized void giveBack(Lease lease) {
    if (lease.part.leases.remove(lease)) {
      notifyAll();
    }
  }

  /**
   * The service behind a part; empty when it left or cannot be activated. Pair with {@link #unget}.
   */
  Optional<Object> service(PartEntry part) {
    return Optional.ofNullable(context.getService(part.reference));
  }

  /**
   * Uses a service for the length of a short call.
   *
   * @throws UserException made of text alone when the part fails
   */
  <S, R> R with(PartEntry part, Class<S> type, Function<S, R> use) {
    Object service = service(part).orElseThrow(() -> inactive(part));
    try {
      return use.apply(type.cast(service));
    } catch (UserException e) {
      throw copy(e);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      throw new UserException(
          part.kind.label() + " " + part.name + " failed: " + Texts.chain(e), part.place(), "");
    } finally {
      unget(part);
    }
  }

  static UserException inactive(PartEntry part) {
    return new UserException(
        part.kind.label() + " " + part.name + " could not be activated",
        part.place(),
        "The log names the cause");
  }

  /** The original's trace and causes may hold the plugin's classes. */
  static UserException copy(UserException mistake) {
    return new UserException(mistake.getMessage(), mistake.place(), mistake.remedy());
  }

  void unget(PartEntry part) {
    try {
      context.ungetService(part.reference);
    } catch (IllegalStateException e) {
      // The kernel's own bundle has been stopped meanwhile: the framework has ungot everything.
      return;
    }
  }

  /** The part that a run of that name takes. */
  synchronized Optional<PartEntry> best(Kind kind, String name) {
    return entries.stream()
        .filter(entry -> entry.kind == kind && entry.name.equals(name) && !entry.closing)
        .sorted()
        .findFirst();
  }

  /** As {@link #best}; an unknown name is a user's mistake. */
  PartEntry require(Kind kind, String name, String place) {
    return best(kind, name)
        .orElseThrow(
            () -> {
              List<String> known = list(kind).stream().map(entry -> entry.name).toList();
              return UserException.unknown(kind.label(), name, known, place);
            });
  }

  /** The best part of each name, by name. */
  synchronized List<PartEntry> list(Kind kind) {
    TreeSet<String> names = new TreeSet<>();
    entries.stream().filter(e -> e.kind == kind && !e.closing).forEach(e -> names.add(e.name));
    return names.stream().map(name -> best(kind, name).orElseThrow()).toList();
  }
}
