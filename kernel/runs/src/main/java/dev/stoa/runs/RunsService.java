package dev.stoa.runs;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.device.Device;
import dev.stoa.device.DeviceInfo;
import dev.stoa.environment.Environment;
import dev.stoa.run.Catalogue;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Evaluation;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.Parameters;
import dev.stoa.run.Run;
import dev.stoa.run.RunFiles;
import dev.stoa.run.RunSpec;
import dev.stoa.run.Runs;
import dev.stoa.run.UserException;
import dev.stoa.state.CheckpointFiles;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  private static final String DS_LOCK = "ds.lock.timeout.milliseconds";

  private final BundleContext context;
  private final Parameters parameters;
  private final RunFiles runFiles;
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
    this.context = context;
    this.parameters = parameters;
    this.runFiles = runFiles;
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
              return thread;
            });
    this.listeners = new ListenerHub(context);
    this.registry = new PartRegistry(context, drainMilliseconds, this::partCame);
    this.catalogue = new CatalogueView(context, registry, parameters);
    listeners.open();
    registry.open();
  }

  private static long number(BundleContext context, String key, long standard) {
    String text = context.getProperty(key);
    return text == null ? standard : Long.parseLong(text.trim());
  }

  private void partCame() {
    control.execute(() -> snapshot().forEach(RunActor::partsChanged));
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
    String why = "the kernel stopped";
    live.forEach(actor -> actor.park(why));
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(drainMilliseconds);
    for (RunActor actor : live) {
      try {
        actor
            .ended()
            .toCompletableFuture()
            .get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        actor.abort(why + "; its step did not end within " + drainMilliseconds + " ms");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        actor.abort(why);
      } catch (java.util.concurrent.ExecutionException e) {
        throw new IllegalStateException("the end of a run is never exceptional", e);
      }
    }
    registry.close();
    listeners.close();
    control.shutdownNow();
    live.forEach(RunActor::dispose);
  }

  @Override
  public Run start(RunSpec spec) {
    check(spec);
    PartEntry algorithm = registry.require(Kind.ALGORITHM, spec.algorithm(), "");
    PartEntry environment = registry.require(Kind.ENVIRONMENT, spec.environment(), "");
    PartEntry device = device(spec.device());
    long steps = spec.steps().orElse(RunSpec.DEFAULT_STEPS);
    RunSpec resolved =
        spec.device(device.name)
            .steps(steps)
            .scheduleSteps(spec.scheduleSteps().orElse(steps))
            .parameters(
                resolve(algorithm, spec.parameters()),
                resolve(environment, spec.environmentParameters()));
    ready(device);
    Path directory =
        RunDirectory.create(
            spec.directory().orElse(null),
            Path.of("runs"),
            spec.algorithm() + "-" + spec.environment() + "-" + spec.seed());
    runFiles.write(
        directory.resolve(RunDirectory.RUN_FILE),
        resolved,
        List.of("A resolved run of Stoa. Continue it with: stoa resume DIRECTORY"),
        recorded(algorithm, environment, device));
    return launch(resolved, directory, Optional.empty(), OptionalInt.empty());
  }

  private static void check(RunSpec spec) {
    if (spec.algorithm().isEmpty()) {
      throw new UserException("no algorithm is named", "--algorithm", "For instance: -a ppo");
    }
    if (spec.environment().isEmpty()) {
      throw new UserException(
          "no environment is named", "--environment", "For instance: -e CartPole-v1");
    }
    positive("steps", spec.steps());
    positive("schedule-steps", spec.scheduleSteps());
    if (spec.threads().isPresent() && spec.threads().getAsInt() < 1) {
      throw new UserException(
          "the number of threads is " + spec.threads().getAsInt(), "--threads", "Give at least 1");
    }
  }

  private static void positive(String what, OptionalLong value) {
    if (value.isPresent() && value.getAsLong() < 1) {
      throw new UserException(
          "the budget is " + value.getAsLong() + " steps", "--" + what, "Give at least 1");
    }
  }

  /**
   * The named device; {@code auto} is the fixed rule: cpu-jvm, else the first that is no oracle.
   */
  private PartEntry device(String name) {
    if (!name.equals("auto")) {
      return registry.require(Kind.DEVICE, name, "");
    }
    return registry
        .best(Kind.DEVICE, "cpu-jvm")
        .or(
            () ->
                registry.list(Kind.DEVICE).stream()
                    .filter(entry -> !entry.name.equals("reference"))
                    .findFirst())
        .orElseThrow(
            () ->
                new UserException(
                    "no compute device is installed", "--device auto", "Install cpu-jvm"));
  }

  private void ready(PartEntry device) {
    DeviceInfo info = registry.with(device, Device.class, Device::describe);
    if (!info.ready()) {
      throw new UserException(
          "device " + device.name + " is not ready: " + info.reason(),
          device.bundle + " " + device.version,
          "Choose another with --device; stoa doctor shows them");
    }
  }

  /**
   * Every parameter with its value: later versions may have other defaults, the run keeps its own.
   */
  private Map<String, ParameterValue> resolve(PartEntry part, Map<String, ParameterValue> given) {
    Class<? extends Annotation> type =
        part.kind == Kind.ALGORITHM
            ? registry.with(part, Algorithm.class, RunsService::algorithmParameters)
            : registry.with(part, Environment.class, RunsService::environmentParameters);
    String owner = part.kind.label() + " " + part.name;
    Map<String, ParameterValue> resolved = new TreeMap<>();
    parameters
        .values(parameters.bind(type, owner, given))
        .forEach((key, value) -> resolved.put(key, new ParameterValue(value, owner)));
    return resolved;
  }

  static Class<? extends Annotation> algorithmParameters(Algorithm<?> algorithm) {
    return algorithm.parameters();
  }

  static Class<? extends Annotation> environmentParameters(Environment<?> environment) {
    return environment.parameters();
  }

  private static Map<String, Object> recorded(PartEntry... parts) {
    Map<String, Object> labels = new LinkedHashMap<>();
    for (PartEntry part : parts) {
      labels.put(part.kind.label(), part.label());
    }
    return labels;
  }

  @Override
  public Run resume(Path directory, OptionalLong more, OptionalInt threads) {
    Path path = directory.toAbsolutePath().normalize();
    positive("steps", more);
    RunSpec spec = recordedSpec(path);
    synchronized (this) {
      Optional<RunActor> living =
          actors.values().stream().filter(each -> each.directory().equals(path)).findFirst();
      if (living.isPresent() && !living.get().status().phase().ended()) {
        throw new UserException(
            "run " + living.get().name() + " is " + living.get().status().phase(),
            path.toString(),
            "It goes on by itself");
      }
      living.ifPresent(
          old -> {
            actors.remove(old.name());
            old.dispose();
          });
    }
    registry.require(Kind.ALGORITHM, spec.algorithm(), path.resolve(RunDirectory.RUN_FILE) + "");
    registry.require(
        Kind.ENVIRONMENT, spec.environment(), path.resolve(RunDirectory.RUN_FILE) + "");
    ready(device(spec.device()));
    State state = checkpoint(path);
    long taken = state.integer("steps");
    long budget = spec.steps().orElse(RunSpec.DEFAULT_STEPS);
    if (more.isPresent()) {
      budget = taken + more.getAsLong();
    } else if (taken >= budget) {
      throw new UserException(
          "the run has used its budget of " + budget + " steps",
          path.toString(),
          "Give it more with -n N");
    }
    RunActor run = launch(spec.steps(budget), path, Optional.of(state), threads);
    if (spec.scheduleSteps().isPresent() && budget > spec.scheduleSteps().getAsLong()) {
      run.warn(
          "the run goes beyond its schedules, which end at step "
              + spec.scheduleSteps().getAsLong()
              + ": what is annealed stays at its last value");
    }
    return run;
  }

  private RunSpec recordedSpec(Path path) {
    Path file = path.resolve(RunDirectory.RUN_FILE);
    if (!Files.isDirectory(path)) {
      throw new UserException(
          "there is no such run directory",
          path.toString(),
          "stoa train makes one; its place stands in the last line it prints");
    }
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          "the directory holds no run: " + RunDirectory.RUN_FILE + " is missing",
          path.toString(),
          "Give the directory that stoa train made");
    }
    return runFiles.read(file);
  }

  private static State checkpoint(Path path) {
    try {
      return CheckpointFiles.read(path.resolve("checkpoint"));
    } catch (StateException e) {
      throw new UserException(e.getMessage(), path.toString(), "");
    }
  }

  private RunActor launch(RunSpec spec, Path directory, Optional<State> from, OptionalInt threads) {
    RunDirectory files = RunDirectory.own(directory);
    RunActor actor;
    synchronized (this) {
      if (closing) {
        files.close();
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
              spec.scheduleSteps().orElse(RunSpec.DEFAULT_STEPS));
      if (from.isPresent()) {
        runFiles.write(
            directory.resolve(RunDirectory.RUN_FILE),
            spec,
            List.of("A resolved run of Stoa. Continue it with: stoa resume DIRECTORY"),
            Map.of());
      }
      actor =
          new RunActor(
              plan,
              spec.steps().orElse(RunSpec.DEFAULT_STEPS),
              from,
              files,
              registry,
              parameters,
              listeners,
              control);
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
    RunSpec spec = recordedSpec(path);
    String place = path.resolve(RunDirectory.RUN_FILE).toString();
    PartEntry device = device(spec.device());
    ready(device);
    Evaluator evaluator =
        new Evaluator(
            registry,
            parameters,
            registry.require(Kind.ALGORITHM, spec.algorithm(), place),
            registry.require(Kind.ENVIRONMENT, spec.environment(), place),
            device);
    return evaluator.evaluate(spec, checkpoint(path), episodes, stochastic);
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
  public List<Problem> problems() {
    return catalogue.problems();
  }
}
