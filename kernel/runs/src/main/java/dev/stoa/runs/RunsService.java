package dev.stoa.runs;

import dev.stoa.run.Catalogue;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Evaluation;
import dev.stoa.run.Measurements;
import dev.stoa.run.Parameters;
import dev.stoa.run.Run;
import dev.stoa.run.RunFiles;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.Runs;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
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
  private final Map<String, RunActor> actors = new LinkedHashMap<>();
  private boolean closing;

  /** Starts tracking parts and listeners. */
  @Activate
  public RunsService(
      BundleContext context, @Reference Parameters parameters, @Reference RunFiles runFiles) {
    this.parameters = parameters;
    this.drainMilliseconds = number(context, DRAIN, 3000);
    long dsLock = number(context, DS_LOCK, 5000);
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
    listeners.open();
    registry.open();
  }

  private static long number(BundleContext context, String key, long standard) {
    String text = context.getProperty(key);
    if (text == null) {
      return standard;
    }
    try {
      return Long.parseLong(text.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + "=" + text + " must be a number of milliseconds", e);
    }
  }

  private void partCame(PartEntry part) {
    control.execute(
        () -> {
          for (RunActor actor : snapshot()) {
            if (actor.uses(part)) {
              actor.partsChanged();
            }
          }
        });
  }

  private synchronized List<RunActor> snapshot() {
    return List.copyOf(actors.values());
  }

  /**
   * Parks every run under one deadline; all their parts still live, being of lower start levels.
   */
  @Deactivate
  void deactivate() {
    List<RunActor> live;
    synchronized (this) {
      closing = true;
      live = List.copyOf(actors.values());
    }
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
    RunResolver.check(spec);
    RunResolver.Chosen chosen = resolver.choose(spec, "");
    RunSpec resolved = resolver.resolve(spec, chosen);
    Path directory =
        RunDirectory.create(
            spec.directory().orElse(null),
            Path.of("runs"),
            spec.algorithm() + "-" + spec.environment() + "-" + spec.seed());
    RunDirectory files = RunDirectory.own(directory);
    try {
      Map<String, String> labels = chosen.labels();
      resolver.record(directory, resolved, labels);
      RunActor run = launch(resolved, labels, files, Optional.empty(), OptionalInt.empty());
      if (!chosen.why().isEmpty()) {
        run.info("device " + resolved.device() + ", chosen " + chosen.why());
      }
      chosen.warning().ifPresent(run::warn);
      return run;
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  @Override
  public Run resume(Path directory, OptionalLong more, OptionalInt threads) {
    Path path = directory.toAbsolutePath().normalize();
    RunResolver.positive("steps", more);
    RunResolver.positive(threads);
    RunSpec spec = resolver.recorded(path);
    RunResolver.Chosen chosen =
        resolver.choose(spec, path.resolve(RunDirectory.RUN_FILE).toString());
    retire(path, spec, more);
    // Owned before it is read: nobody writes to it from here on.
    RunDirectory files = RunDirectory.own(path);
    try {
      Optional<State> state = RunResolver.checkpoint(path);
      long taken = state.map(each -> each.integer("steps")).orElse(0L);
      long budget = RunResolver.budget(spec, taken, more, path);
      RunSpec resumed = spec.steps(budget).device(chosen.device().name);
      Map<String, String> labels = chosen.labels();
      resolver.record(path, resumed, labels);
      RunActor run = launch(resumed, labels, files, state, threads);
      if (spec.scheduleSteps().isPresent() && budget > spec.scheduleSteps().getAsLong()) {
        run.warn(
            "the run goes beyond its schedules, which end at step "
                + spec.scheduleSteps().getAsLong()
                + ": what is annealed stays at its last value");
      }
      return run;
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** An ended run of this process gives its directory up to the one that follows. */
  private synchronized void retire(Path path, RunSpec spec, OptionalLong more) {
    Optional<RunActor> living =
        actors.values().stream().filter(each -> each.directory().equals(path)).findFirst();
    if (living.isEmpty()) {
      return;
    }
    RunActor old = living.get();
    if (old.status().phase().ended()) {
      // Looked at first: a run that cannot be resumed stays in the list.
      RunResolver.budget(spec, old.status().steps(), more, path);
    }
    if (!old.dispose()) {
      throw new UserException(
          "run " + old.name() + " is " + old.status().phase(),
          path.toString(),
          "It goes on by itself");
    }
    actors.remove(old.name());
  }

  private RunActor launch(
      RunSpec spec,
      Map<String, String> labels,
      RunDirectory files,
      Optional<State> from,
      OptionalInt threads) {
    Path directory = files.path();
    RunActor actor;
    synchronized (this) {
      if (closing) {
        throw new UserException("the kernel is stopping", "", "Start it again");
      }
      String name = uniqueName(spec.name().orElse(directory.getFileName().toString()));
      int workers =
          threads.orElse(spec.threads().orElse(Runtime.getRuntime().availableProcessors()));
      RunPlan plan =
          new RunPlan(
              name,
              directory,
              spec,
              spec.device(),
              spec.seed(),
              workers,
              spec.scheduleSteps().orElse(RunSpec.DEFAULT_STEPS),
              labels);
      actor =
          new RunActor(
              plan,
              spec.steps().orElse(RunSpec.DEFAULT_STEPS),
              from,
              files,
              registry,
              parameters,
              listeners,
              control,
              each -> resolver.record(each.directory(), each.spec(), each.parts()));
      actors.put(name, actor);
    }
    actor.begin();
    return actor;
  }

  private String uniqueName(String wanted) {
    String name = wanted;
    for (int number = 2; actors.containsKey(name); number++) {
      name = wanted + "-" + number;
    }
    return name;
  }

  @Override
  public synchronized List<Run> list() {
    return new ArrayList<>(actors.values());
  }

  @Override
  public synchronized Optional<Run> find(String name) {
    return Optional.ofNullable(actors.get(name));
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
    State state =
        RunResolver.checkpoint(path)
            .orElseThrow(
                () ->
                    new UserException(
                        "the run has no checkpoint yet", path.toString(), "Train it first"));
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
