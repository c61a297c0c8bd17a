package dev.stoa.runs;

import dev.stoa.run.Fork;
import dev.stoa.run.ParameterValue;
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
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One run, as anybody may address it from any thread: what is asked is put into the inbox, and a
 * thread of the run's own is there while there is something to do. {@link RunDriver} is what that
 * thread does.
 */
final class RunActor implements Run {
  /** Makes runs from states. */
  interface Forks {
    /** From a state that was taken. */
    RunActor fork(TakenState taken, Fork how);

    /** From a checkpoint in a directory. */
    RunActor fork(Path directory, Fork how);
  }

  private final RunLife life;
  private final Vault vault;
  private final RunDirectory files;
  private final Shared shared;
  private final Forks forks;
  private final RunDriver driver;

  /** Guarded by the life: the directory may be another's. */
  private boolean closed;

  RunActor(
      RunPlan plan,
      long budget,
      Optional<State> from,
      RunDirectory files,
      Shared shared,
      Forks forks) {
    this.life = new RunLife(plan, budget, shared.stallNanos());
    this.vault = new Vault(life::plan, files, from, shared.nanos(), this::warn);
    this.files = files;
    this.shared = shared;
    this.forks = forks;
    from.ifPresent(life.counters::restore);
    life.incarnation(new Incarnation(this, 0, shared));
    this.driver = new RunDriver(this, life, vault, files, shared);
  }

  RunPlan plan() {
    return life.plan();
  }

  /** Begins, or goes on, on a thread of its own. */
  void begin() {
    synchronized (life) {
      if (life.phase() == RunPhase.NEW) {
        life.become(RunPhase.RUNNING, "");
        wake();
      }
    }
  }

  @Override
  public String name() {
    return life.plan().name();
  }

  @Override
  public Path directory() {
    return life.plan().directory();
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
  public CompletionStage<RunStatus> move(String device) {
    return askInAnyPhase(Inbox.Change.of(Inbox.Kind.MOVE, device));
  }

  @Override
  public CompletionStage<RunStatus> set(Map<String, ParameterValue> values) {
    return askInAnyPhase(Inbox.Change.set(values));
  }

  private CompletionStage<RunStatus> askInAnyPhase(Inbox.Change change) {
    synchronized (life) {
      life.inbox.ask(change);
      wake();
    }
    return change.done();
  }

  @Override
  public CompletionStage<Run> fork(Fork how) {
    // Files are copied there.
    Executor apart = Apart.thread("stoa-fork-" + name());
    if (how.from().isPresent()) {
      return CompletableFuture.supplyAsync(() -> forks.fork(directory(), how), apart);
    }
    Inbox.Change change = Inbox.Change.of(Inbox.Kind.FORK, "");
    synchronized (life) {
      if (closed) {
        return CompletableFuture.failedFuture(givenUp());
      }
      life.inbox.ask(change);
      wake();
    }
    return change.taken().thenApplyAsync(taken -> forks.fork(taken, how), apart);
  }

  private UserException givenUp() {
    return new UserException(
        "run " + name() + " was given up by this process",
        directory().toString(),
        "Continue it with resume DIR");
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
        if (closed) {
          return CompletableFuture.failedFuture(givenUp());
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
  void leave(Lease lease, Incarnation holder) {
    synchronized (life) {
      if (life.isCurrent(holder)) {
        life.inbox.leaves(lease);
        wake();
      }
    }
  }

  /** Whether a part is one that this run may take. */
  boolean uses(PartEntry part) {
    RunPlan plan = life.plan();
    return switch (part.kind) {
      case ALGORITHM -> part.name.equals(plan.spec().algorithm());
      case ENVIRONMENT -> part.name.equals(plan.spec().environment());
      case DEVICE -> part.name.equals(plan.device());
    };
  }

  /** Parts may have come; called on the kernel's control thread. */
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
  void disown(Lease lease, Incarnation old, String why) {
    String said = lease.part.kind.label() + " " + lease.part.label() + ": " + why;
    long step;
    synchronized (life) {
      if (!life.isCurrent(old)) {
        return;
      }
      life.overrun(old);
      driver.disowned(old, said);
      reincarnate();
      life.inbox.forgetLeaving();
      vault.rewind(life.counters);
      step = life.counters.steps;
      wake();
    }
    old.abandon();
    later(() -> warn(said + "; the run goes on from step " + step));
  }

  /** Past the kernel's own deadline: the step is left behind and the kept state is what remains. */
  void abort(String why) {
    Incarnation old;
    Incarnation next;
    synchronized (life) {
      if (life.phase().ended()) {
        return;
      }
      old = life.incarnation();
      life.overrun(old);
      driver.disowned(old, why);
      reincarnate();
      next = life.incarnation();
      // This thread attends to it, and nobody else.
      next.thread = Thread.currentThread();
      vault.rewind(life.counters);
    }
    old.abandon();
    driver.endAnyhow(next, RunPhase.PARKED, why);
  }

  /** Says once of a step that has lasted to a limit that it does; called on the control thread. */
  void lookAfter(long limitNanos) {
    Incarnation current = life.incarnation();
    Thread thread = current.thread;
    Optional<String> time = Watchdog.over(current.steps().lasts(), limitNanos);
    if (time.isPresent() && thread != null && current.steps().tell()) {
      String algorithm = current.labels().getOrDefault("algorithm", "the algorithm");
      String part = Watchdog.culprit(thread.getStackTrace(), current.bundles(), algorithm);
      warn(
          part
              + ": the step after step "
              + life.counters.steps
              + " has not returned for "
              + time.get()
              + "; it is left alone, and stoa.log shows all threads");
      files.log("WARN", Watchdog.threads(thread));
    }
  }

  /** Under the life's monitor: the next incarnation, without parts and without a thread. */
  void reincarnate() {
    life.incarnation(new Incarnation(this, life.incarnation().epoch + 1, shared));
  }

  /** Under the life's monitor: makes sure that a thread attends to the run. */
  void wake() {
    Incarnation current = life.incarnation();
    if (current.thread == null) {
      Thread thread = new Thread(null, () -> driver.drive(current), "stoa-run-" + name(), 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(RunActor.class.getClassLoader());
      // It waits for the monitor before it looks; one that cannot start is not taken for living.
      thread.start();
      current.thread = thread;
    }
  }

  /** Has something done on the kernel's control thread. */
  void later(Runnable what) {
    later(what, 0);
  }

  void later(Runnable what, long seconds) {
    try {
      shared.control().schedule(what, seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      // The kernel has stopped, and every run was parked before: there is nothing to go on with.
      return;
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
    shared.listeners().publish(this, new RunEvent(kind, status(), message, values));
  }

  ListenerHub listeners() {
    return shared.listeners();
  }

  /** Gives the directory up for good, once the run has ended; false while it lives. */
  boolean dispose() {
    synchronized (life) {
      if (!life.phase().ended()) {
        return false;
      }
      closed = true;
    }
    try {
      files.close();
    } catch (UserException e) {
      System.err.println("stoa: warning: " + e.line());
    }
    return true;
  }
}
