package dev.stoa.runs;

import dev.stoa.device.Device;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunListener;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.state.State;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/** The kernel's run machinery around made-up parts, without a framework. */
final class Bench implements AutoCloseable {
  static final long LIMIT_SECONDS = 60;

  /** How long a step may last untold. */
  static final long STALL_NANOS = 60_000_000_000L;

  final FakeParts parts = new FakeParts();
  final PartRegistry registry;
  final AtomicInteger gotten = new AtomicInteger();
  final BlockingQueue<RunEvent> events = new LinkedBlockingQueue<>();

  /** What {@code run.yaml} says of the device, one after the other. */
  final List<String> recorded = new CopyOnWriteArrayList<>();

  volatile Runnable onRecord = () -> {};

  /** What the kernel takes for time; it stands still. */
  final AtomicLong nanos = new AtomicLong();

  private final Map<Object, Object> services = new ConcurrentHashMap<>();
  private final Map<Kind, PartEntry> present = new EnumMap<>(Kind.class);
  private final BlockingQueue<Runnable> later = new LinkedBlockingQueue<>();
  private final List<RunActor> actors = new CopyOnWriteArrayList<>();
  private final ListenerHub listeners;
  private final Shared shared;

  /** Run files, in memory. */
  final FakeRunFiles files = new FakeRunFiles();

  final LivingRuns living = new LivingRuns();
  final RunStarter starter;
  final Reproducer reproducer;
  private final ScheduledThreadPoolExecutor control =
      new ScheduledThreadPoolExecutor(1) {
        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
          if (delay > 0) {
            later.add(command);
          }
          return super.schedule(delay > 0 ? () -> {} : command, 0, unit);
        }
      };

  Bench(long drainMilliseconds) {
    ServiceReference<?> listening = reference(0, "test", "1.0.0");
    services.put(listening, (RunListener) (run, event) -> events.add(event));
    BundleContext context =
        proxy(
            BundleContext.class,
            (method, arguments) ->
                switch (method) {
                  case "getService" -> {
                    Object service = services.get(arguments[0]);
                    gotten.addAndGet(service == null ? 0 : 1);
                    yield service;
                  }
                  case "ungetService" -> {
                    gotten.decrementAndGet();
                    yield true;
                  }
                  case "getServiceReferences" -> new ServiceReference<?>[] {listening};
                  default -> null;
                });
    registry =
        new PartRegistry(
            context,
            drainMilliseconds,
            part -> control.execute(() -> all().forEach(RunActor::partsChanged)));
    listeners = new ListenerHub(context);
    listeners.open();
    shared =
        new Shared(
            registry,
            new FakeParameters(),
            listeners,
            control,
            nanos::get,
            STALL_NANOS,
            plan -> {
              onRecord.run();
              recorded.add(plan.device() + ", " + plan.parts().get("device"));
              files.write(plan.directory().resolve("run.yaml"), plan.spec(), List.of(), Map.of());
            });
    RunResolver resolver =
        new RunResolver(
            registry, new FakeParameters(), files, new DeviceChoice(registry, Optional.empty()));
    starter = new RunStarter(resolver, living, shared);
    reproducer = new Reproducer(resolver, starter);
    for (Kind kind : Kind.values()) {
      arrive(kind, "1.0.0");
    }
  }

  /** What a proxy answers. */
  interface Answer {
    Object to(String method, Object[] arguments);
  }

  static <T> T proxy(Class<T> type, Answer answer) {
    Object made =
        Proxy.newProxyInstance(
            Bench.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "hashCode" -> System.identityHashCode(self);
                  case "equals" -> self == arguments[0];
                  default -> answer.to(method.getName(), arguments);
                });
    return type.cast(made);
  }

  static Bundle bundle(String name, String version) {
    return proxy(
        Bundle.class,
        (method, arguments) ->
            method.equals("getSymbolicName") ? name : Version.parseVersion(version));
  }

  static ServiceReference<?> reference(long id, String name, String version) {
    return reference(id, name, version, Map.of());
  }

  private static ServiceReference<?> reference(
      long id, String name, String version, Map<String, Object> properties) {
    Bundle bundle = bundle(name, version);
    return proxy(
        ServiceReference.class,
        (method, arguments) ->
            switch (method) {
              case "getBundle" -> bundle;
              case "getProperty" ->
                  "service.id".equals(arguments[0]) ? id : properties.get(arguments[0]);
              default -> null;
            });
  }

  /** A part that can be activated. */
  PartEntry arrive(Kind kind, String version) {
    PartEntry part = entry(kind, version);
    services.put(part.reference, parts.service(kind));
    present.put(kind, part);
    registry.add(part);
    return part;
  }

  /** A part of another version, beside the one that is there; it leaves with nothing. */
  PartEntry arriveBeside(Kind kind, String version) {
    PartEntry part = entry(kind, version);
    services.put(part.reference, parts.service(kind));
    registry.add(part);
    return part;
  }

  /** A part whose activation fails. */
  PartEntry arriveBroken(Kind kind, String version) {
    PartEntry part = entry(kind, version);
    registry.add(part);
    return part;
  }

  /** Another device beside the run's own. */
  PartEntry arriveDevice(String name, Device device) {
    return arriveDevice(name, device, Map.of());
  }

  /** Another device, with service properties. */
  PartEntry arriveDevice(String name, Device device, Map<String, Object> properties) {
    PartEntry part =
        new PartEntry(
            Kind.DEVICE,
            name,
            "",
            reference(1, "test.DEVICE", "1.0.0", properties),
            bundle("test.DEVICE", "1.0.0"));
    services.put(part.reference, device);
    registry.add(part);
    return part;
  }

  private static PartEntry entry(Kind kind, String version) {
    return entry(kind, name(kind), version);
  }

  private static PartEntry entry(Kind kind, String name, String version) {
    return new PartEntry(
        kind, name, "", reference(1, "test." + kind, version), bundle("test." + kind, version));
  }

  static String name(Kind kind) {
    return kind.label() + "-x";
  }

  /** As a bundle's stop: returns when it may be deactivated. */
  void leave(Kind kind) {
    registry.drain(present.remove(kind));
  }

  RunActor run(Path directory, long steps) {
    return run(directory, steps, Optional.empty());
  }

  static RunSpec spec() {
    return RunSpec.of(name(Kind.ALGORITHM), name(Kind.ENVIRONMENT)).device(name(Kind.DEVICE));
  }

  RunActor run(Path directory, long steps, Optional<State> from) {
    return run(spec(), directory, steps, from);
  }

  RunActor run(RunSpec given, Path directory, long steps, Optional<State> from) {
    RunSpec spec = given.steps(steps).scheduleSteps(steps);
    RunPlan plan =
        new RunPlan("run", directory, spec, name(Kind.DEVICE), 1, 1, steps, Map.of("device", ""));
    RunActor actor = new RunActor(plan, steps, from, RunDirectory.own(directory), shared, starter);
    files.write(directory.resolve("run.yaml"), spec, List.of(), Map.of());
    actors.add(actor);
    actor.begin();
    return actor;
  }

  private List<RunActor> all() {
    List<RunActor> all = new ArrayList<>(actors);
    all.addAll(living.list());
    return all;
  }

  RunStatus ended(RunActor actor) throws Exception {
    return actor.ended().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  RunEvent await(Predicate<RunEvent> wanted) throws InterruptedException {
    for (; ; ) {
      RunEvent event = events.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("no such event; " + actors.get(actors.size() - 1).status());
      }
      if (wanted.test(event)) {
        return event;
      }
    }
  }

  RunEvent await(RunPhase phase) throws InterruptedException {
    return await(event -> event.status().phase() == phase);
  }

  /** Lets the grace of the one suspension so far be over. */
  void graceOver() throws Exception {
    control.submit(later.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).get();
  }

  @Override
  public void close() {
    parts.released.countDown();
    for (RunActor actor : all()) {
      actor.stop("the test is over");
      actor.ended().toCompletableFuture().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
      actor.dispose();
    }
    listeners.close();
    control.shutdownNow();
  }
}
