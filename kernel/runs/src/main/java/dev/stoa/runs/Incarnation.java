package dev.stoa.runs;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.algorithm.LearnerContext;
import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.environment.Environment;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Snapshot;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Parameters;
import dev.stoa.run.StepReport;
import dev.stoa.run.Task;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import dev.stoa.state.StateMigration;
import dev.stoa.state.StateSchema;
import java.lang.annotation.Annotation;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * The live parts of a run under one epoch number: leases, device session, environment, learner.
 * Used by one thread at a time, the run's. When a step is disowned its incarnation is left to that
 * step's thread and the run goes on with a new one.
 */
final class Incarnation {
  /** Streams of training environments, apart from the purposes that algorithms choose. */
  static final int TRAINING = 0x45000000;

  private static final Map<Kind, List<Kind>> TAKES_ALONG =
      new EnumMap<>(
          Map.of(
              Kind.ALGORITHM, List.of(Kind.ALGORITHM),
              Kind.ENVIRONMENT, List.of(Kind.ENVIRONMENT),
              Kind.DEVICE, List.of(Kind.ALGORITHM, Kind.DEVICE)));

  final RunActor actor;
  final long epoch;
  volatile Thread thread;

  private final PartRegistry registry;
  private final Parameters parameters;
  private final RunPlan plan;
  private final Workers workers;
  private final Map<Kind, Lease> leases = new EnumMap<>(Kind.class);
  private final Map<Kind, Object> services = new EnumMap<>(Kind.class);
  private DeviceSession session;
  private GuardedEnvironment environment;
  private EnvironmentSpec environmentSpec;
  private Task task;
  private StateSchema taskSchema;
  private String fingerprint = "";

  Incarnation(RunActor actor, long epoch, PartRegistry registry, Parameters parameters) {
    this.actor = actor;
    this.epoch = epoch;
    this.registry = registry;
    this.parameters = parameters;
    this.plan = actor.plan();
    this.workers = new Workers("stoa-run-" + plan.name(), plan.threads());
  }

  boolean owns(Thread other) {
    return other == thread || workers.owns(other);
  }

  boolean complete() {
    return task != null && environment != null && environment.present() && session != null;
  }

  boolean exact() {
    return environment == null || environment.snapshot() == Snapshot.EXACT;
  }

  String fingerprint() {
    return fingerprint;
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

  private PartEntry part(Kind kind) {
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
   * Gets the parts that are not held and builds what is not built, from the kept state where there
   * is one. Returns false when a part went away meanwhile.
   *
   * @throws PluginFault when a part fails or refuses
   */
  boolean assemble(Optional<State> kept) {
    for (Kind kind : Kind.values()) {
      if (!leases.containsKey(kind)) {
        Optional<Lease> lease = registry.lease(kind, name(kind), this);
        if (lease.isEmpty()) {
          return false;
        }
        synchronized (leases) {
          leases.put(kind, lease.get());
        }
        Optional<Object> service = registry.service(lease.get().part);
        if (service.isEmpty()) {
          giveBack(kind);
          return false;
        }
        services.put(kind, service.get());
      }
    }
    openDevice();
    replaceEnvironment(kept);
    if (task == null) {
      createTask(kept);
    }
    return true;
  }

  private void openDevice() {
    if (session != null) {
      return;
    }
    Device device = (Device) services.get(Kind.DEVICE);
    try {
      fingerprint = plan.device() + " " + device.describe().fingerprint();
      session = device.open(new Context());
    } catch (RuntimeException | LinkageError e) {
      throw PluginFault.of(part(Kind.DEVICE), "to open", e);
    }
  }

  @SuppressWarnings("unchecked")
  private Environment<Annotation> environmentService() {
    return (Environment<Annotation>) services.get(Kind.ENVIRONMENT);
  }

  private Annotation environmentParameters() {
    return parameters.bind(
        environmentService().parameters(),
        "environment " + plan.spec().environment(),
        plan.spec().environmentParameters());
  }

  private VectorEnvironment createEnvironment(int copies) {
    try {
      return environmentService().create(new Context(), environmentParameters(), TRAINING, copies);
    } catch (RuntimeException | LinkageError e) {
      throw PluginFault.of(part(Kind.ENVIRONMENT), "to create " + copies + " copies", e);
    }
  }

  /** Puts a new environment behind the one that the learner holds, with the old one's state. */
  private void replaceEnvironment(Optional<State> kept) {
    EnvironmentSpec spec;
    try {
      spec = environmentService().spec(environmentParameters());
    } catch (RuntimeException | LinkageError e) {
      throw PluginFault.of(part(Kind.ENVIRONMENT), "to say what it is", e);
    }
    if (environmentSpec != null
        && !(environmentSpec.observation().equals(spec.observation())
            && environmentSpec.action().equals(spec.action()))) {
      throw PluginFault.of(
          part(Kind.ENVIRONMENT),
          "has the spaces "
              + spec.observation()
              + ", "
              + spec.action()
              + "; the run was made for "
              + environmentSpec.observation()
              + ", "
              + environmentSpec.action());
    }
    environmentSpec = spec;
    if (environment == null || environment.present()) {
      return;
    }
    environment.replace(
        part(Kind.ENVIRONMENT), spec.snapshot(), createEnvironment(environment.copies()));
    restoreEnvironment(kept);
  }

  private void restoreEnvironment(Optional<State> kept) {
    if (environment.snapshot() != Snapshot.EXACT) {
      return;
    }
    Optional<State> saved = kept.map(State::children).map(children -> children.get("environment"));
    if (saved.isPresent()) {
      StateSchema wanted = environmentService().schema();
      environment.restore(
          migrated(saved.get(), wanted, environmentService(), part(Kind.ENVIRONMENT)));
    }
  }

  private void createTask(Optional<State> kept) {
    @SuppressWarnings("unchecked")
    Algorithm<Annotation> algorithm = (Algorithm<Annotation>) services.get(Kind.ALGORITHM);
    PartEntry part = part(Kind.ALGORITHM);
    Task created = null;
    boolean oldEnvironment = environment != null;
    try {
      Annotation bound =
          parameters.bind(
              algorithm.parameters(), "algorithm " + part.name, plan.spec().parameters());
      created = algorithm.create(new Context(), bound);
      taskSchema = algorithm.schema();
      Optional<State> saved = kept.map(State::children).map(children -> children.get("learner"));
      if (saved.isPresent()) {
        created.restore(migrated(saved.get(), taskSchema, algorithm, part));
        if (environment != null) {
          restoreEnvironment(kept);
          if (!oldEnvironment && !exact()) {
            environment.episodesLost();
          }
        }
      }
    } catch (RuntimeException | LinkageError e) {
      if (created != null) {
        closeQuietly(created);
      }
      if (e instanceof UserException mistake) {
        // A copy: the original's trace and causes may hold the plugin's classes.
        throw new UserException(mistake.getMessage(), mistake.place(), mistake.remedy());
      }
      throw PluginFault.of(part, kept.isPresent() ? "to take over the state" : "to begin", e);
    }
    if (environment == null) {
      closeQuietly(created);
      throw PluginFault.of(part, "asked for no environment");
    }
    task = created;
  }

  private static State migrated(State saved, StateSchema wanted, Object component, PartEntry part) {
    if (saved.schema().equals(wanted)) {
      return saved;
    }
    if (component instanceof StateMigration migration) {
      State moved = migration.migrate(saved);
      if (moved.schema().equals(wanted)) {
        return moved;
      }
      throw new StateException(
          "the migration of " + saved.schema() + " gave " + moved.schema() + ", not " + wanted);
    }
    throw new StateException(
        "the state has schema "
            + saved.schema()
            + ", "
            + part.label()
            + " takes "
            + wanted
            + " and offers no migration");
  }

  StepReport step() {
    try {
      return task.step();
    } catch (PluginFault e) {
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      throw PluginFault.of(part(Kind.ALGORITHM), "in step", e);
    }
  }

  boolean settled() {
    try {
      return task.settled();
    } catch (RuntimeException | LinkageError e) {
      throw PluginFault.of(part(Kind.ALGORITHM), "in settled", e);
    }
  }

  /** Adds the states of learner and environment to the run's. */
  void save(State.Builder run) {
    State learner;
    try {
      learner = task.save();
    } catch (RuntimeException | LinkageError e) {
      throw PluginFault.of(part(Kind.ALGORITHM), "in save", e);
    }
    if (!learner.schema().equals(taskSchema)) {
      throw PluginFault.of(
          part(Kind.ALGORITHM), "saved schema " + learner.schema() + " but declares " + taskSchema);
    }
    run.child("learner", learner);
    if (environment.snapshot() == Snapshot.EXACT) {
      run.child("environment", environment.save());
    }
  }

  /** Frees what stands on a part, and gives its lease back. */
  void release(Kind leaving) {
    for (Kind kind : TAKES_ALONG.get(leaving)) {
      switch (kind) {
        case ALGORITHM -> {
          Task old = task;
          task = null;
          closeQuietly(old);
          workers.close();
        }
        case ENVIRONMENT -> {
          if (environment != null) {
            closeQuietly(environment::release);
          }
        }
        case DEVICE -> {
          DeviceSession old = session;
          session = null;
          closeQuietly(old);
        }
      }
    }
    giveBack(leaving);
  }

  private void giveBack(Kind kind) {
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

  /** Frees everything, the learner first. */
  void releaseAll() {
    release(Kind.ALGORITHM);
    release(Kind.ENVIRONMENT);
    environment = null;
    release(Kind.DEVICE);
    workers.close();
  }

  /**
   * Marks all leases as given back without touching a part: the step that holds them is disowned.
   */
  void abandon() {
    List<Lease> open;
    synchronized (leases) {
      open = List.copyOf(leases.values());
    }
    open.forEach(registry::giveBack);
  }

  private void closeQuietly(AutoCloseable closeable) {
    if (closeable == null) {
      return;
    }
    try {
      closeable.close();
    } catch (Exception | LinkageError e) {
      actor.warn("closing failed: " + Texts.chain(e));
    }
  }

  /** What parts may ask; its methods are called on this incarnation's threads. */
  private final class Context implements LearnerContext, DeviceContext {
    @Override
    public String run() {
      return plan.name();
    }

    @Override
    public long seed() {
      return plan.seed();
    }

    @Override
    public long scheduleSteps() {
      return plan.scheduleSteps();
    }

    @Override
    public int threads() {
      return workers.threads();
    }

    @Override
    public void parallel(int count, IntConsumer piece) {
      workers.parallel(count, piece);
    }

    @Override
    public boolean yieldRequested() {
      return actor.attention();
    }

    @Override
    public void info(String message) {
      actor.info(message);
    }

    @Override
    public void warn(String message) {
      actor.warn(message);
    }

    @Override
    public EnvironmentSpec environment() {
      return environmentSpec;
    }

    @Override
    public VectorEnvironment environment(int copies) {
      if (copies < 1) {
        throw new IllegalArgumentException("at least one copy of the environment, not " + copies);
      }
      if (environment == null) {
        environment =
            new GuardedEnvironment(
                part(Kind.ENVIRONMENT),
                environmentSpec.snapshot(),
                createEnvironment(copies),
                copies,
                environmentSpec.observation().flatSize());
      } else if (environment.copies() != copies) {
        throw new StateException(
            "the run has " + environment.copies() + " copies of its environment, not " + copies);
      }
      return environment;
    }

    @Override
    public DeviceSession device() {
      return session;
    }
  }
}
