package dev.stoa.runs;

import dev.stoa.run.Catalogue;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Durability;
import dev.stoa.run.Evaluation;
import dev.stoa.run.Fork;
import dev.stoa.run.Measurements;
import dev.stoa.run.Parameters;
import dev.stoa.run.Reproduction;
import dev.stoa.run.Run;
import dev.stoa.run.RunFiles;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.Runs;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The run manager. */
@Component(
    service = {Runs.class, Catalogue.class},
    immediate = true)
public final class RunsService implements Runs, Catalogue {
  private static final String DRAIN = "stoa.drain.milliseconds";
  private static final String DATA = "stoa.data";
  private static final String WATCHDOG = "stoa.watchdog.seconds";
  private static final long LOOKS_SECONDS = 5;
  private static final String DS_LOCK = "ds.lock.timeout.milliseconds";

  private final Parameters parameters;
  private final RunResolver resolver;
  private final Optional<DeviceTable> table;
  private final DeviceChoice devices;
  private final PartRegistry registry;
  private final ListenerHub listeners;
  private final ScheduledExecutorService control;
  private final CatalogueView catalogue;
  private final long drainMilliseconds;
  private final LivingRuns living = new LivingRuns();
  private final RunStarter starter;

  /** Starts tracking parts and listeners. */
  @Activate
  public RunsService(
      BundleContext context, @Reference Parameters parameters, @Reference RunFiles runFiles) {
    this.parameters = parameters;
    this.drainMilliseconds = number(context, DRAIN, 3000, "milliseconds");
    long dsLock = number(context, DS_LOCK, 5000, "milliseconds");
    if (drainMilliseconds >= dsLock) {
      throw new IllegalArgumentException(
          DRAIN
              + "="
              + drainMilliseconds
              + " must be below "
              + DS_LOCK
              + "="
              + dsLock
              + ": the component runtime would stop parts that runs still use");
    }
    this.control =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(null, task, "stoa-control", 0, false);
              thread.setDaemon(true);
              thread.setContextClassLoader(RunsService.class.getClassLoader());
              return thread;
            });
    this.listeners = new ListenerHub(context);
    this.registry = new PartRegistry(context, drainMilliseconds, this::partCame);
    this.table = Optional.ofNullable(context.getProperty(DATA)).map(Path::of).map(DeviceTable::new);
    this.devices = new DeviceChoice(registry, table);
    this.resolver = new RunResolver(registry, parameters, runFiles, devices);
    this.catalogue = new CatalogueView(context, registry, parameters);
    Shared shared =
        new Shared(
            registry,
            parameters,
            listeners,
            control,
            System::nanoTime,
            stallNanos(context),
            plan -> resolver.record(plan.directory(), plan.spec(), plan.parts()));
    this.starter = new RunStarter(resolver, living, shared);
    Watchdog watchdog = new Watchdog(living::list, shared.stallNanos());
    control.scheduleWithFixedDelay(watchdog::look, LOOKS_SECONDS, LOOKS_SECONDS, TimeUnit.SECONDS);
    listeners.open();
    registry.open();
  }

  private static long stallNanos(BundleContext context) {
    long seconds = number(context, WATCHDOG, 60, "seconds");
    if (seconds < 1) {
      throw new IllegalArgumentException(
          WATCHDOG + "=" + seconds + " must be a number of seconds from 1 on");
    }
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  private static long number(BundleContext context, String key, long standard, String unit) {
    String text = context.getProperty(key);
    if (text == null) {
      return standard;
    }
    try {
      return Long.parseLong(text.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + "=" + text + " must be a number of " + unit, e);
    }
  }

  private void partCame(PartEntry part) {
    control.execute(
        () -> {
          for (RunActor actor : living.list()) {
            if (actor.uses(part)) {
              actor.partsChanged();
            }
          }
        });
  }

  /**
   * Parks every run under one deadline; all their parts still live, being of lower start levels.
   */
  @Deactivate
  void deactivate() {
    List<RunActor> live = living.close();
    String why = RunStatus.KERNEL_STOPPED;
    live.forEach(actor -> actor.park(why));
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(drainMilliseconds);
    boolean interrupted = false;
    for (RunActor actor : live) {
      try {
        actor
            .ended()
            .toCompletableFuture()
            .get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        abort(actor, why + "; its step did not end within " + drainMilliseconds + " ms");
      } catch (InterruptedException e) {
        // Kept for the stopping thread; who is late now is not waited for.
        interrupted = true;
        deadline = System.nanoTime();
        abort(actor, why);
      } catch (ExecutionException e) {
        throw new IllegalStateException("the end of a run is never exceptional", e);
      }
    }
    registry.close();
    listeners.close();
    control.shutdownNow();
    live.forEach(RunActor::dispose);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** One run that cannot even be aborted must not keep the others from being parked. */
  private static void abort(RunActor actor, String why) {
    try {
      actor.abort(why);
    } catch (RuntimeException e) {
      System.err.println(
          "stoa: warning: run " + actor.name() + " could not be parked: " + Texts.chain(e));
    }
  }

  @Override
  public Run start(RunSpec spec) {
    return starter.start(spec);
  }

  @Override
  public Run resume(
      Path directory,
      OptionalLong more,
      OptionalInt threads,
      UnaryOperator<Durability> durability) {
    return starter.resume(directory, more, threads, durability);
  }

  @Override
  public Run fork(Path directory, Fork how) {
    return starter.fork(directory, how);
  }

  @Override
  public Reproduction.UnderWay reproduce(
      Path directory, String from, OptionalLong to, Optional<Path> out) {
    return new Reproducer(resolver, starter).reproduce(directory, from, to, out);
  }

  @Override
  public List<Run> list() {
    return List.copyOf(living.list());
  }

  @Override
  public Optional<Run> find(String name) {
    return living.find(name).map(run -> run);
  }

  @Override
  public Evaluation evaluate(Path directory, int episodes, boolean stochastic) {
    if (episodes < 1) {
      throw new UserException(
          "the number of episodes is " + episodes, "--episodes", "Give at least 1");
    }
    Path path = directory.toAbsolutePath().normalize();
    RunSpec spec = resolver.recorded(path);
    RunResolver.Chosen chosen =
        resolver.choose(spec, path.resolve(RunDirectory.RUN_FILE).toString());
    State state = RunResolver.state(RunResolver.place(path, OptionalLong.empty()));
    Evaluator evaluator =
        new Evaluator(
            registry, parameters, chosen.algorithm(), chosen.environment(), chosen.device());
    return evaluator.evaluate(spec, state, episodes, stochastic);
  }

  @Override
  public List<Entry> list(Kind kind) {
    return catalogue.list(kind);
  }

  @Override
  public Description describe(String name) {
    return catalogue.describe(name);
  }

  @Override
  public Automatic automatic() {
    DeviceChoice.Chosen chosen = devices.choose();
    return new Automatic(chosen.device().name, chosen.why(), chosen.warning().orElse(""));
  }

  @Override
  public Measurements measure(Consumer<String> progress) {
    DeviceTable place =
        table.orElseThrow(
            () ->
                new UserException(
                    "there is no data directory to keep measurements in",
                    "framework property " + DATA,
                    "Name one there"));
    return new DeviceMeasurer(registry, place, Clocks.real())
        .measure(devices.candidates(), progress);
  }

  @Override
  public List<Problem> problems() {
    return catalogue.problems();
  }
}
