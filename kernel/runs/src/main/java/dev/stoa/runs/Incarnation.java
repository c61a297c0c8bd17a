package dev.stoa.runs;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.device.Device;
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
import dev.stoa.state.StateSchema;
import java.lang.annotation.Annotation;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The live parts of a run under one epoch number: leases, device session, environment, learner.
 * Used by one thread at a time, the run's. When a step is disowned its incarnation is left to that
 * step's thread and the run goes on with a new one.
 */
final class Incarnation implements Lease.Holder {
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
  private final PartContext context;
  private final HeldParts parts;
  private DeviceSession session;
  private GuardedEnvironment environment;
  private EnvironmentSpec environmentSpec;
  private Task task;
  private StateSchema taskSchema;
  private StateSchema environmentSchema;
  private String fingerprint = "";

  Incarnation(RunActor actor, long epoch, PartRegistry registry, Parameters parameters) {
    this.actor = actor;
    this.epoch = epoch;
    this.registry = registry;
    this.parameters = parameters;
    this.plan = actor.plan();
    this.workers = new Workers("stoa-run-" + plan.name(), plan.threads());
    this.parts = new HeldParts(plan, registry, this);
    this.context = new PartContext(this, plan, workers);
  }

  @Override
  public boolean owns(Thread other) {
    return other == thread || workers.owns(other);
  }

  @Override
  public void leave(Lease lease) {
    actor.leave(lease, this);
  }

  @Override
  public void disown(Lease lease, String why) {
    actor.disown(lease, this, why);
  }

  /** Also true of a disowned step: the sooner it returns the better. */
  boolean yieldRequested() {
    return parts.abandoned() || actor.attention();
  }

  EnvironmentSpec environmentSpec() {
    return environmentSpec;
  }

  DeviceSession session() {
    return session;
  }

  boolean complete() {
    return task != null && environment != null && environment.present() && session != null;
  }

  boolean exact() {
    return environment.snapshot() == Snapshot.EXACT;
  }

  String fingerprint() {
    return fingerprint;
  }

  /** Labels of the parts that are held, by kind. */
  Map<String, String> labels() {
    return parts.labels();
  }

  boolean holds(Lease lease) {
    return parts.holds(lease);
  }

  /** The first part that is not to be had; empty when all are. */
  Optional<String> missing() {
    return parts.missing();
  }

  /** Gives all leases back without touching a part: the step that holds them is disowned. */
  void abandon() {
    parts.abandon();
  }

  private PartEntry part(Kind kind) {
    return parts.part(kind);
  }

  long arrivals() {
    return registry.arrivals();
  }

  /**
   * Gets the parts that are not held and builds what is not built, from the kept state where there
   * is one. Returns false when a part went away meanwhile.
   *
   * @throws PluginFault when a part fails or refuses
   * @throws UserException when a part cannot be activated
   */
  boolean assemble(Optional<State> kept) {
    for (Kind kind : Kind.values()) {
      if (!parts.take(kind)) {
        return false;
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
    Device device = (Device) parts.service(Kind.DEVICE);
    try {
      fingerprint = plan.device() + " " + device.describe().fingerprint();
      session = PluginFault.required(part(Kind.DEVICE), "to open", device.open(context));
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw PluginFault.of(part(Kind.DEVICE), "to open", e);
    }
  }

  @SuppressWarnings("unchecked")
  private Environment<Annotation> environmentService() {
    return (Environment<Annotation>) parts.service(Kind.ENVIRONMENT);
  }

  private Annotation environmentParameters() {
    return parameters.bind(
        environmentService().parameters(),
        "environment " + plan.spec().environment(),
        plan.spec().environmentParameters());
  }

  private VectorEnvironment createEnvironment(int copies) {
    try {
      VectorEnvironment created =
          environmentService().create(context, environmentParameters(), TRAINING, copies);
      return PluginFault.required(part(Kind.ENVIRONMENT), "to create copies", created);
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw PluginFault.of(part(Kind.ENVIRONMENT), "to create " + copies + " copies", e);
    }
  }

  /** Puts a new environment behind the one that the learner holds, with the old one's state. */
  private void replaceEnvironment(Optional<State> kept) {
    EnvironmentSpec spec;
    try {
      spec =
          PluginFault.required(
              part(Kind.ENVIRONMENT),
              "to say what it is",
              environmentService().spec(environmentParameters()));
      environmentSchema = environmentService().schema();
    } catch (RuntimeException | LinkageError | AssertionError e) {
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
    if (saved.isEmpty()) {
      return;
    }
    PartEntry part = part(Kind.ENVIRONMENT);
    try {
      Environment<Annotation> service = environmentService();
      environment.restore(StateTransfer.migrated(saved.get(), environmentSchema, service, part));
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw PluginFault.of(part, "to take over the state", e);
    }
  }

  private void createTask(Optional<State> kept) {
    @SuppressWarnings("unchecked")
    Algorithm<Annotation> algorithm = (Algorithm<Annotation>) parts.service(Kind.ALGORITHM);
    PartEntry part = part(Kind.ALGORITHM);
    Task created = null;
    boolean oldEnvironment = environment != null;
    try {
      Annotation bound =
          parameters.bind(
              algorithm.parameters(), "algorithm " + part.name, plan.spec().parameters());
      created = PluginFault.required(part, "to begin", algorithm.create(context, bound));
      taskSchema = algorithm.schema();
      Optional<State> saved = kept.map(State::children).map(children -> children.get("learner"));
      if (saved.isPresent()) {
        created.restore(StateTransfer.migrated(saved.get(), taskSchema, algorithm, part));
        if (environment != null) {
          if (!oldEnvironment) {
            environment.episodesLost();
          }
          restoreEnvironment(kept);
        }
      }
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      if (created != null) {
        closeQuietly(created);
      }
      if (e instanceof UserException mistake) {
        throw PartRegistry.copy(mistake);
      }
      throw PluginFault.of(part, kept.isPresent() ? "to take over the state" : "to begin", e);
    }
    if (environment == null) {
      closeQuietly(created);
      throw PluginFault.of(part, "asked for no environment");
    }
    task = created;
  }

  StepReport step() {
    try {
      StepReport report = PluginFault.required(part(Kind.ALGORITHM), "in step", task.step());
      if (report.transitions() < 0) {
        throw PluginFault.of(
            part(Kind.ALGORITHM), "reported " + report.transitions() + " transitions of a step");
      }
      return report;
    } catch (PluginFault e) {
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      throw PluginFault.of(part(Kind.ALGORITHM), "in step", e);
    }
  }

  boolean settled() {
    try {
      return task.settled();
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw PluginFault.of(part(Kind.ALGORITHM), "in settled", e);
    }
  }

  /** Adds the states of learner and environment to the run's. */
  void save(State.Builder run) {
    State learner;
    try {
      learner = PluginFault.required(part(Kind.ALGORITHM), "in save", task.save());
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      throw PluginFault.of(part(Kind.ALGORITHM), "in save", e);
    }
    if (!learner.schema().equals(taskSchema)) {
      throw PluginFault.of(
          part(Kind.ALGORITHM), "saved schema " + learner.schema() + " but declares " + taskSchema);
    }
    run.child("learner", learner);
    if (environment.snapshot() == Snapshot.EXACT) {
      State saved = environment.save();
      if (!saved.schema().equals(environmentSchema)) {
        throw PluginFault.of(
            part(Kind.ENVIRONMENT),
            "saved schema " + saved.schema() + " but declares " + environmentSchema);
      }
      run.child("environment", saved);
    }
  }

  /** The run's environment; made in so many copies when there is none yet. */
  VectorEnvironment environment(int copies) {
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
    parts.giveBack(leaving);
  }

  /** Frees everything, the learner first. */
  void releaseAll() {
    release(Kind.ALGORITHM);
    release(Kind.ENVIRONMENT);
    environment = null;
    release(Kind.DEVICE);
    workers.close();
  }

  private void closeQuietly(AutoCloseable closeable) {
    if (closeable == null) {
      return;
    }
    try {
      closeable.close();
    } catch (Exception | Error e) {
      // Whatever it is: the lease must be given back.
      actor.warn("closing failed: " + Texts.chain(e));
    }
  }
}
