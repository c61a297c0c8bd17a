package dev.stoa.runs;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.device.Device;
import dev.stoa.device.DeviceSession;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.StepReport;
import dev.stoa.run.Task;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
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
  private final RunPlan plan;
  private final Workers workers;
  private final PartContext context;
  private final HeldParts parts;
  private final Tasks tasks;
  private final RunEnvironment environment;
  private final StepClock steps;
  private DeviceSession session;
  private Task task;
  private StateSchema taskSchema;
  private String fingerprint = "";

  Incarnation(RunActor actor, long epoch, Shared shared) {
    this.actor = actor;
    this.epoch = epoch;
    this.registry = shared.registry();
    this.steps = new StepClock(shared.nanos());
    this.plan = actor.plan();
    this.workers = new Workers("stoa-run-" + plan.name(), plan.threads());
    this.parts = new HeldParts(actor::plan, registry, this);
    this.tasks = new Tasks(shared.parameters(), this::closeQuietly);
    this.context = new PartContext(this, plan, workers, this::session);
    this.environment = new RunEnvironment(plan, shared.parameters(), parts, context);
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

  RunEnvironment environment() {
    return environment;
  }

  DeviceSession session() {
    return session;
  }

  boolean complete() {
    return task != null && environment.present() && session != null;
  }

  boolean exact() {
    return environment.exact();
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
    environment.replace(kept);
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
    fingerprint = Devices.fingerprint(device, part(Kind.DEVICE));
    session = Devices.open(device, part(Kind.DEVICE), context);
  }

  @SuppressWarnings("unchecked")
  Algorithm<Annotation> algorithmService() {
    return (Algorithm<Annotation>) parts.service(Kind.ALGORITHM);
  }

  private void createTask(Optional<State> kept) {
    boolean oldEnvironment = environment.made();
    Tasks.Made made = tasks.make(algorithmService(), part(Kind.ALGORITHM), context, values(), kept);
    try {
      if (!environment.made()) {
        throw PluginFault.of(part(Kind.ALGORITHM), "asked for no environment");
      }
      if (kept.isPresent()) {
        environment.takeOver(kept, oldEnvironment);
      }
    } catch (RuntimeException e) {
      closeQuietly(made.task());
      throw e;
    }
    task = made.task();
    taskSchema = made.schema();
  }

  /**
   * Makes the learner ready on another device, from a state that was just taken; the present one
   * and the environment stay as they are.
   *
   * @throws UserException when the device is not there, is not ready, or refuses
   * @throws PluginFault when it, or the algorithm on it, fails
   */
  Successor prepare(String name, State kept) {
    Device device = (Device) parts.takeSpare(name);
    PartEntry part = parts.sparePart();
    DeviceSession opened = null;
    try {
      String there = Devices.fingerprint(device, part);
      opened = Devices.open(device, part, context);
      DeviceSession ready = opened;
      Tasks.Made made =
          tasks.make(
              algorithmService(),
              part(Kind.ALGORITHM),
              new PartContext(this, plan, workers, () -> ready),
              values(),
              Optional.of(kept));
      return new Successor(part, device, ready, made, there);
    } catch (RuntimeException | Error e) {
      closeQuietly(opened);
      parts.giveSpareBack();
      throw e;
    }
  }

  /** As the plan has them now. */
  private Map<String, ParameterValue> values() {
    return actor.plan().spec().parameters();
  }

  /**
   * Makes a learner ready with other parameters, from a state that was just taken; the present one,
   * the device and the environment stay as they are.
   *
   * @throws UserException when the algorithm refuses
   * @throws PluginFault when it fails
   */
  Tasks.Made prepare(Map<String, ParameterValue> values, State kept) {
    return tasks.make(algorithmService(), part(Kind.ALGORITHM), context, values, Optional.of(kept));
  }

  /** Frees a learner that was made ready. */
  void drop(Tasks.Made next) {
    closeQuietly(next.task());
  }

  /** Goes over to a learner that was made ready, and frees the one it follows. */
  void goOver(Tasks.Made next) {
    Task old = task;
    task = next.task();
    taskSchema = next.schema();
    closeQuietly(old);
  }

  /** Whether a part is leaving or gone. */
  boolean leaves(PartEntry part) {
    return registry.leaves(part);
  }

  /** Frees what was made ready on another device. */
  void drop(Successor next) {
    closeQuietly(next.made().task());
    closeQuietly(next.session());
    parts.giveSpareBack();
  }

  /** Goes over to what was made ready, and frees what it follows. */
  void goOver(Successor next) {
    Task oldTask = task;
    DeviceSession oldSession = session;
    task = next.made().task();
    taskSchema = next.made().schema();
    session = next.session();
    fingerprint = next.fingerprint();
    closeQuietly(oldTask);
    closeQuietly(oldSession);
    workers.close();
    parts.putSpareInPlace(next.device());
  }

  /**
   * Sees whether another device opens.
   *
   * @return the device
   * @throws UserException when it is not there or not ready
   * @throws PluginFault when it fails
   */
  PartEntry tryOut(String name) {
    Device device = (Device) parts.takeSpare(name);
    PartEntry part = parts.sparePart();
    try {
      Devices.fingerprint(device, part);
      closeQuietly(Devices.open(device, part, context));
      return part;
    } finally {
      parts.giveSpareBack();
    }
  }

  StepReport step() {
    steps.begins();
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
    } finally {
      steps
          .ends()
          .ifPresent(nanos -> actor.info("the step returned after " + Watchdog.seconds(nanos)));
    }
  }

  /** Since when the present step lasts. */
  StepClock steps() {
    return steps;
  }

  /** Labels of the parts that are held, by symbolic name of their bundle. */
  Map<String, String> bundles() {
    return parts.bundles();
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
    environment.save(run);
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
          closeQuietly(environment::release);
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
    environment.forget();
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
