package dev.stoa.runs;

import dev.stoa.run.Parameters;
import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunStatus;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;

/**
 * One run, as anybody may address it from any thread: what is asked is put into the inbox, and a
 * thread of the run's own is there while there is something to do. {@link RunDriver} is what that
 * thread does.
 */
final class RunActor implements Run {
  private final RunLife life;
  private final Vault vault;
  private final RunDirectory files;
  private final PartRegistry registry;
  private final Parameters parameters;
  private final ListenerHub listeners;
  private final ScheduledExecutorService control;
  private final RunDriver driver;

  RunActor(
      RunPlan plan,
      long budget,
      Optional<State> from,
      RunDirectory files,
      PartRegistry registry,
      Parameters parameters,
      ListenerHub listeners,
      ScheduledExecutorService control) {
    this.life = new RunLife(plan, budget);
    this.vault = new Vault(plan, files, from);
    this.files = files;
    this.registry = registry;
    this.parameters = parameters;
    this.listeners = listeners;
    this.control = control;
    from.ifPresent(life.counters::restore);
    life.incarnation(new Incarnation(this, 0, registry, parameters));
    this.driver = new RunDriver(this, life, vault, files);
  }

  RunPlan plan() {
    return life.plan;
  }

  /** Begins, or goes on, on a thread of its own. */
  void begin() {
    synchronized (life) {
      life.become(RunPhase.RUNNING, "");
      wake();
    }
  }

  @Override
  public String name() {
    return life.plan.name();
  }

  @Override
  public Path directory() {
    return life.plan.directory();
  }

  @Override
  public RunStatus status() {
    return life.status();
  }

  @Override
  public CompletionStage<RunStatus> stop(String why) {
    return ask(Inbox.Change.of(Inbox.Kind.STOP, why));
  }

  @Override
  public CompletionStage<RunStatus> park(String why) {
    return ask(Inbox.Change.of(Inbox.Kind.PARK, why));
  }

  @Override
  public CompletionStage<RunStatus> checkpoint() {
    return ask(Inbox.Change.of(Inbox.Kind.CHECKPOINT, ""));
  }

  @Override
  public CompletionStage<RunStatus> resume() {
    synchronized (life) {
      if (life.phase().ended()) {
        if (life.counters.steps >= life.budget()) {
          return CompletableFuture.failedFuture(
              new UserException(
                  "run " + name() + " has used its budget of " + life.budget() + " steps",
                  directory().toString(),
                  "Give it more with resume DIR -n N"));
        }
        life.endedAnew();
        driver.startsAnew();
        life.become(RunPhase.RUNNING, "");
        wake();
      }
    }
    return CompletableFuture.completedFuture(status());
  }

  @Override
  public CompletionStage<RunStatus> ended() {
    return life.ended().minimalCompletionStage();
  }

  private CompletionStage<RunStatus> ask(Inbox.Change change) {
    synchronized (life) {
      if (life.phase().ended()) {
        return CompletableFuture.completedFuture(status());
      }
      life.inbox.ask(change);
      wake();
    }
    return change.done();
  }

  boolean attention() {
    return life.inbox.attention();
  }

  /** A part that this run holds is leaving; called on a framework thread, only enqueues. */
  void leave(Lease lease) {
    synchronized (life) {
      if (life.isCurrent(lease.holder)) {
        life.inbox.leaves(lease);
        wake();
      }
    }
  }

  /** A part came; called on the kernel's control thread. */
  void partsChanged() {
    synchronized (life) {
      RunPhase phase = life.phase();
      boolean waits = phase == RunPhase.SUSPENDED || phase == RunPhase.WAITING;
      if (waits && life.incarnation().missing().isEmpty()) {
        life.become(RunPhase.RUNNING, "");
        wake();
      }
    }
  }

  /**
   * Fences the present step off: the run goes on from its kept state with a new incarnation, and
   * whatever the old step still returns is dropped.
   */
  void disown(Lease lease, String why) {
    Incarnation old = lease.holder;
    synchronized (life) {
      if (!life.isCurrent(old)) {
        return;
      }
      life.overrun(old);
      reincarnate();
      life.inbox.forgetLeaving();
      vault.rewind(life.counters);
      life.swapped();
      wake();
    }
    old.abandon();
    String said =
        lease.part.kind.label()
            + " "
            + lease.part.label()
            + ": "
            + why
            + "; the run goes on from step "
            + life.counters.steps;
    control.execute(() -> warn(said));
  }

  /** Past the kernel's own deadline: the step is left behind and the kept state is what remains. */
  void abort(String why) {
    Incarnation old;
    synchronized (life) {
      if (life.phase().ended()) {
        return;
      }
      old = life.incarnation();
      reincarnate();
      vault.rewind(life.counters);
    }
    old.abandon();
    driver.end(life.incarnation(), RunPhase.PARKED, why, false);
  }

  /** Under the life's monitor: the next incarnation, without parts and without a thread. */
  void reincarnate() {
    life.incarnation(new Incarnation(this, life.incarnation().epoch + 1, registry, parameters));
  }

  /** Under the life's monitor: makes sure that a thread attends to the run. */
  void wake() {
    Incarnation current = life.incarnation();
    if (current.thread == null) {
      Thread thread = new Thread(null, () -> driver.drive(current), "stoa-run-" + name(), 0, false);
      thread.setDaemon(true);
      current.thread = thread;
      thread.start();
    }
  }

  void info(String message) {
    files.log("INFO", message);
  }

  void warn(String message) {
    files.log("WARN", message);
    publish(RunEvent.Kind.WARNING, message, Map.of());
  }

  void publish(RunEvent.Kind kind, String message, Map<String, Double> values) {
    listeners.publish(this, new RunEvent(kind, status(), message, values));
  }

  ListenerHub listeners() {
    return listeners;
  }

  ScheduledExecutorService control() {
    return control;
  }

  /** Gives the directory up; the run has ended. */
  void dispose() {
    files.close();
  }
}
