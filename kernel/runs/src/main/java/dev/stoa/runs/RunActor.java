package dev.stoa.runs;

import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Episode;
import dev.stoa.run.Parameters;
import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunStatus;
import dev.stoa.run.StepReport;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One run. Everything that changes it is queued and executed by its own thread at a swap point; the
 * thread exists while there is something to do and ends when the run waits.
 *
 * <p>The lock guards the fields below it. It is never held while a plugin is called or a disk is
 * written. What a step returned is committed under the lock only if the epoch is still the step's:
 * a step that was disowned finds another epoch, and whatever it did is dropped.
 */
final class RunActor implements Run {
  private static final long CHECKPOINT_STEPS = 50_000;
  private static final long CHECKPOINT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long GRACE_SECONDS = 10;

  /** A change asked for from outside, and the promise to whoever asked. */
  private record Change(Kind kind, String reason, CompletableFuture<RunStatus> done) {
    enum Kind {
      CHECKPOINT,
      PARK,
      STOP,
      WRITE_OUT
    }
  }

  private final RunPlan plan;
  private final PartRegistry registry;
  private final Parameters parameters;
  private final ListenerHub listeners;
  private final ScheduledExecutorService control;
  private final RunDirectory files;
  private final Counters counters = new Counters();

  private final Object lock = new Object();
  private final Set<Lease> leaving = new LinkedHashSet<>();
  private final ArrayDeque<Change> changes = new ArrayDeque<>();
  private final Set<Incarnation> overruns = new LinkedHashSet<>();
  private volatile boolean attention;
  private volatile RunPhase phase = RunPhase.NEW;
  private volatile String reason = "";
  private volatile long budget;
  private volatile long swaps;
  private volatile Incarnation incarnation;
  private State kept;
  private boolean keptOnDisk;
  private boolean cutPending;
  private boolean fresh = true;
  private long lastCheckpointSteps;
  private long lastCheckpointNanos = System.nanoTime();
  private long suspensions;
  private long leftAt;
  private Map<String, String> leftParts = Map.of();
  private CompletableFuture<RunStatus> ended = new CompletableFuture<>();

  RunActor(
      RunPlan plan,
      long budget,
      Optional<State> from,
      RunDirectory files,
      PartRegistry registry,
      Parameters parameters,
      ListenerHub listeners,
      ScheduledExecutorService control) {
    this.plan = plan;
    this.budget = budget;
    this.files = files;
    this.registry = registry;
    this.parameters = parameters;
    this.listeners = listeners;
    this.control = control;
    this.incarnation = new Incarnation(this, 0, registry, parameters);
    from.ifPresent(
        state -> {
          kept = state;
          keptOnDisk = true;
          counters.restore(state);
          lastCheckpointSteps = counters.steps;
          cutPending = true;
        });
  }

  RunPlan plan() {
    return plan;
  }

  /** Begins, or goes on, on a thread of its own. */
  void begin() {
    synchronized (lock) {
      become(RunPhase.RUNNING, "");
      wake();
    }
  }

  // ---- asked from any thread -------------------------------------------------------------------

  @Override
  public String name() {
    return plan.name();
  }

  @Override
  public Path directory() {
    return plan.directory();
  }

  @Override
  public RunStatus status() {
    Incarnation current = incarnation;
    Map<String, String> parts = new TreeMap<>(current.labels());
    synchronized (lock) {
      overruns.removeIf(old -> old.thread == null || !old.thread.isAlive());
      if (!overruns.isEmpty()) {
        parts.put("overrun", overruns.size() + " disowned step(s) still inside a stopped part");
      }
    }
    return new RunStatus(
        plan.name(),
        plan.directory(),
        phase,
        reason,
        plan.spec().algorithm(),
        plan.spec().environment(),
        plan.device(),
        plan.seed(),
        counters.steps,
        budget,
        counters.episodes,
        counters.meanReturn,
        current.exact(),
        swaps,
        parts);
  }

  @Override
  public CompletionStage<RunStatus> stop(String why) {
    return enqueue(new Change(Change.Kind.STOP, why, new CompletableFuture<>()));
  }

  @Override
  public CompletionStage<RunStatus> park(String why) {
    return enqueue(new Change(Change.Kind.PARK, why, new CompletableFuture<>()));
  }

  @Override
  public CompletionStage<RunStatus> checkpoint() {
    return enqueue(new Change(Change.Kind.CHECKPOINT, "", new CompletableFuture<>()));
  }

  @Override
  public CompletionStage<RunStatus> resume() {
    synchronized (lock) {
      if (phase.ended()) {
        if (counters.steps >= budget) {
          return CompletableFuture.failedFuture(
              new UserException(
                  "run " + plan.name() + " has used its budget of " + budget + " steps",
                  plan.directory().toString(),
                  "Give it more with resume DIR -n N"));
        }
        ended = new CompletableFuture<>();
        fresh = true;
        become(RunPhase.RUNNING, "");
        wake();
      }
    }
    return CompletableFuture.completedFuture(status());
  }

  /** Sets a new budget; the run goes on when resumed. */
  void budget(long steps) {
    budget = steps;
  }

  @Override
  public CompletionStage<RunStatus> ended() {
    synchronized (lock) {
      return ended.minimalCompletionStage();
    }
  }

  private CompletionStage<RunStatus> enqueue(Change change) {
    synchronized (lock) {
      if (phase.ended() && change.kind != Change.Kind.CHECKPOINT) {
        return CompletableFuture.completedFuture(status());
      }
      changes.add(change);
      attention = true;
      wake();
    }
    return change.done;
  }

  boolean attention() {
    return attention;
  }

  /** A part that this run holds is leaving; called on a framework thread, only enqueues. */
  void leave(Lease lease) {
    synchronized (lock) {
      if (lease.holder == incarnation) {
        leaving.add(lease);
        attention = true;
        wake();
      }
    }
  }

  /** A part came; called on the kernel's control thread. */
  void partsChanged() {
    synchronized (lock) {
      boolean waits = phase == RunPhase.SUSPENDED || phase == RunPhase.WAITING;
      if (waits && incarnation.missing().isEmpty()) {
        become(RunPhase.RUNNING, "");
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
    synchronized (lock) {
      if (old != incarnation) {
        return;
      }
      overruns.add(old);
      incarnation = new Incarnation(this, old.epoch + 1, registry, parameters);
      leaving.clear();
      attention = !changes.isEmpty();
      rewind();
      swaps++;
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
            + counters.steps;
    control.execute(() -> warn(said));
  }

  /** Under the lock: counts again from the kept state. A run without one has taken no step. */
  private void rewind() {
    if (kept != null) {
      counters.restore(kept);
      cutPending = true;
    }
  }

  void info(String message) {
    files.log("INFO", message);
  }

  void warn(String message) {
    files.log("WARN", message);
    listeners.publish(this, new RunEvent(RunEvent.Kind.WARNING, status(), message, Map.of()));
  }

  // ---- the run's thread ------------------------------------------------------------------------

  /** Under the lock: makes sure that a thread attends to the run. */
  private void wake() {
    Incarnation current = incarnation;
    if (current.thread == null) {
      Thread thread = new Thread(null, () -> drive(current), "stoa-run-" + plan.name(), 0, false);
      thread.setDaemon(true);
      current.thread = thread;
      thread.start();
    }
  }

  /** Under the lock: whether the thread may end, which it then must. */
  private boolean restOrGoOn(Incarnation mine) {
    if (mine != incarnation || mine.thread != Thread.currentThread()) {
      return true;
    }
    if (phase == RunPhase.RUNNING || !changes.isEmpty() || !leaving.isEmpty()) {
      return false;
    }
    mine.thread = null;
    return true;
  }

  private void drive(Incarnation mine) {
    try {
      for (; ; ) {
        synchronized (lock) {
          if (restOrGoOn(mine)) {
            break;
          }
        }
        try {
          if (attention) {
            attend(mine);
          } else if (mine.complete()) {
            advance(mine);
          } else {
            assemble(mine);
          }
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
          fail(mine, e);
        }
      }
    } finally {
      if (mine != incarnation) {
        mine.releaseAll();
      }
    }
  }

  /** Steps until something else asks for attention. */
  private void advance(Incarnation mine) {
    while (!attention) {
      if (counters.steps >= budget && mine.settled()) {
        end(mine, RunPhase.DONE, "", true);
        return;
      }
      StepReport report = mine.step();
      if (!commit(mine, report)) {
        return;
      }
      if (checkpointDue()) {
        writeCheckpoint(mine, takeState(mine));
      }
    }
  }

  private boolean checkpointDue() {
    return counters.steps - lastCheckpointSteps >= CHECKPOINT_STEPS
        || System.nanoTime() - lastCheckpointNanos >= CHECKPOINT_NANOS;
  }

  /** Counts what a step did; false when the step was disowned meanwhile. */
  private boolean commit(Incarnation mine, StepReport report) {
    synchronized (lock) {
      if (mine != incarnation) {
        return false;
      }
      counters.steps += report.transitions();
      if (report.episodes().isEmpty() && report.metrics().isEmpty()) {
        return true;
      }
      for (Episode episode : report.episodes()) {
        counters.episode(episode);
        listeners.episode(this, episode);
      }
      if (!report.metrics().isEmpty()) {
        Map<String, Double> values = new TreeMap<>(report.metrics());
        values.put("length", counters.meanLength());
        files.metrics(counters.steps, counters.episodes, counters.meanReturn, values);
        counters.reports++;
        listeners.publish(this, new RunEvent(RunEvent.Kind.REPORT, status(), "", values));
      }
    }
    files.flush();
    return true;
  }

  private State takeState(Incarnation mine) {
    State.Builder run = State.of("run", 1);
    counters.save(run);
    run.text("fingerprint", mine.fingerprint());
    mine.save(run);
    return run.build();
  }

  /** Keeps a state in memory, if it is still this run's. */
  private boolean keep(Incarnation mine, State state) {
    synchronized (lock) {
      if (mine != incarnation) {
        return false;
      }
      kept = state;
      keptOnDisk = false;
      return true;
    }
  }

  private void writeCheckpoint(Incarnation mine, State state) {
    if (!keep(mine, state)) {
      return;
    }
    writeKept();
    listeners.publish(this, new RunEvent(RunEvent.Kind.CHECKPOINT, status(), "", Map.of()));
  }

  /**
   * Writes the kept state to disk; on the run's thread, or on the control thread when it has none.
   */
  private void writeKept() {
    State state;
    synchronized (lock) {
      if (kept == null || keptOnDisk) {
        return;
      }
      state = kept;
    }
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("run", plan.name());
    provenance.put("algorithm", plan.spec().algorithm());
    provenance.put("environment", plan.spec().environment());
    provenance.put("device", plan.device());
    provenance.put("seed", plan.seed());
    provenance.put("steps", state.integer("steps"));
    provenance.put("parts", incarnation.labels());
    provenance.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    provenance.put("written", Instant.now().toString());
    files.write(state, provenance);
    synchronized (lock) {
      keptOnDisk = state == kept;
      lastCheckpointSteps = state.integer("steps");
      lastCheckpointNanos = System.nanoTime();
    }
  }

  /** Attends to leaving parts first, then to one change. */
  private void attend(Incarnation mine) {
    Set<Lease> gone;
    Change change = null;
    synchronized (lock) {
      gone = Set.copyOf(leaving);
      leaving.clear();
      if (gone.isEmpty()) {
        change = changes.poll();
      }
      attention = !changes.isEmpty();
    }
    if (!gone.isEmpty()) {
      partsLeave(mine, gone);
    } else if (change != null) {
      execute(mine, change);
    }
  }

  private void partsLeave(Incarnation mine, Set<Lease> gone) {
    long began = System.nanoTime();
    Map<String, String> before = mine.labels();
    if (mine.complete()) {
      State state = null;
      try {
        state = takeState(mine);
      } catch (PluginFault e) {
        info(e.trace());
        warn(e.getMessage() + "; the run goes on from its last kept state");
      }
      if (state != null) {
        if (!keep(mine, state)) {
          return;
        }
      } else {
        synchronized (lock) {
          rewind();
        }
        mine.release(Kind.ALGORITHM);
      }
      synchronized (lock) {
        leftAt = began;
        leftParts = before;
      }
    }
    for (Lease lease : gone) {
      if (mine.holds(lease)) {
        mine.release(lease.part.kind);
      }
    }
    Optional<String> missing = mine.missing();
    if (phase != RunPhase.RUNNING) {
      return;
    }
    if (missing.isPresent()) {
      suspend(mine, missing.get() + " left");
    } else {
      freshThread(mine);
    }
  }

  /**
   * Hands over to a new thread: what the part that left put into this one's locals dies with it.
   */
  private void freshThread(Incarnation mine) {
    synchronized (lock) {
      if (mine == incarnation) {
        mine.thread = null;
        wake();
      }
    }
  }

  private void suspend(Incarnation mine, String why) {
    long serial;
    synchronized (lock) {
      if (mine != incarnation) {
        return;
      }
      become(RunPhase.SUSPENDED, why);
      serial = ++suspensions;
    }
    phaseEvent("suspended at step " + counters.steps + ": " + why);
    control.schedule(() -> graceOver(serial), GRACE_SECONDS, TimeUnit.SECONDS);
    // A part may have come back between the look and the change of phase.
    control.execute(this::partsChanged);
  }

  private void graceOver(long serial) {
    synchronized (lock) {
      if (phase == RunPhase.SUSPENDED && serial == suspensions) {
        changes.add(new Change(Change.Kind.WRITE_OUT, reason, new CompletableFuture<>()));
        attention = true;
        wake();
      }
    }
  }

  private void assemble(Incarnation mine) {
    Optional<State> from;
    Map<String, String> before;
    boolean cut;
    synchronized (lock) {
      from = Optional.ofNullable(kept);
      before = leftParts;
      cut = cutPending && mine == incarnation;
      cutPending &= !cut;
    }
    if (cut) {
      files.cutMetrics(counters.reports);
    }
    Optional<String> missing = mine.missing();
    try {
      if (missing.isPresent() || !mine.assemble(from)) {
        suspend(mine, missing.orElse("a part") + " is not there");
        return;
      }
    } catch (PluginFault | StateException | UserException e) {
      if (from.isEmpty() || before.isEmpty()) {
        throw e;
      }
      refuse(mine, e);
      return;
    }
    assembled(mine, from, before);
  }

  /** A new part could not take the run over: the state stays untouched until another one comes. */
  private void refuse(Incarnation mine, RuntimeException why) {
    if (why instanceof PluginFault fault) {
      info(fault.trace());
    }
    mine.releaseAll();
    writeKept();
    synchronized (lock) {
      if (mine != incarnation) {
        return;
      }
      incarnation = new Incarnation(this, mine.epoch + 1, registry, parameters);
      become(RunPhase.WAITING, why.getMessage());
    }
    phaseEvent("waiting at step " + counters.steps + ": " + why.getMessage());
  }

  private void assembled(Incarnation mine, Optional<State> from, Map<String, String> before) {
    boolean first;
    boolean swapped = !before.isEmpty();
    double pause;
    synchronized (lock) {
      if (mine != incarnation) {
        return;
      }
      first = fresh;
      fresh = false;
      pause = (System.nanoTime() - leftAt) / 1e9;
      leftParts = Map.of();
      if (swapped) {
        swaps++;
      }
    }
    from.map(state -> state.text("fingerprint"))
        .filter(old -> !old.equals(mine.fingerprint()))
        .ifPresent(
            old ->
                warn(
                    "the state was made on ["
                        + old
                        + "], the run goes on on ["
                        + mine.fingerprint()
                        + "]: within tolerance, not to the bit"));
    if (from.isEmpty()) {
      writeCheckpoint(mine, takeState(mine));
    }
    if (first) {
      String parts = mine.labels().values().toString();
      info("running at step " + counters.steps + " with " + parts);
      listeners.publish(
          this, new RunEvent(RunEvent.Kind.STARTED, status(), "running with " + parts, Map.of()));
    }
    if (swapped) {
      String said = "exchanged at step " + counters.steps + ": " + changed(before, mine.labels());
      info(said);
      listeners.publish(
          this, new RunEvent(RunEvent.Kind.SWAP, status(), said, Map.of("pause", pause)));
    }
  }

  private static String changed(Map<String, String> before, Map<String, String> after) {
    StringBuilder text = new StringBuilder();
    after.forEach(
        (kind, label) -> {
          if (!label.equals(before.get(kind))) {
            text.append(text.length() == 0 ? "" : ", ")
                .append(kind)
                .append(' ')
                .append(before.get(kind))
                .append(" -> ")
                .append(label);
          }
        });
    return text.length() == 0 ? "same versions, new instances" : text.toString();
  }

  private void execute(Incarnation mine, Change change) {
    try {
      switch (change.kind) {
        case CHECKPOINT -> {
          if (mine.complete()) {
            writeCheckpoint(mine, takeState(mine));
          } else {
            writeKept();
          }
        }
        case STOP -> end(mine, RunPhase.STOPPED, change.reason, true);
        case PARK -> end(mine, RunPhase.PARKED, change.reason, true);
        case WRITE_OUT -> writeOut(mine);
      }
      change.done.complete(status());
    } catch (RuntimeException e) {
      change.done.completeExceptionally(new IllegalStateException(e.getMessage()));
      throw e;
    }
  }

  /** Past the grace: the state goes to disk and what is still held is let go. */
  private void writeOut(Incarnation mine) {
    synchronized (lock) {
      if (phase != RunPhase.SUSPENDED) {
        return;
      }
    }
    writeKept();
    mine.releaseAll();
    synchronized (lock) {
      if (mine != incarnation || phase != RunPhase.SUSPENDED) {
        return;
      }
      incarnation = new Incarnation(this, mine.epoch + 1, registry, parameters);
      become(RunPhase.WAITING, reason);
    }
    phaseEvent("waiting at step " + counters.steps + ": " + reason);
    control.execute(this::partsChanged);
  }

  private void end(Incarnation mine, RunPhase last, String why, boolean save) {
    if (save && mine.complete() && phase == RunPhase.RUNNING) {
      if (!keep(mine, takeState(mine))) {
        return;
      }
    }
    writeKept();
    mine.releaseAll();
    CompletableFuture<RunStatus> promise;
    List<Change> late;
    synchronized (lock) {
      if (mine != incarnation) {
        return;
      }
      incarnation = new Incarnation(this, mine.epoch + 1, registry, parameters);
      become(last, why);
      promise = ended;
      late = List.copyOf(changes);
      changes.clear();
      leaving.clear();
      attention = false;
    }
    info(last + " at step " + counters.steps + (why.isEmpty() ? "" : ": " + why));
    RunStatus status = status();
    listeners.publish(this, new RunEvent(RunEvent.Kind.ENDED, status, why, Map.of()));
    late.forEach(change -> change.done.complete(status));
    promise.complete(status);
  }

  private void fail(Incarnation mine, Throwable thrown) {
    synchronized (lock) {
      if (mine != incarnation) {
        return;
      }
    }
    String said;
    if (thrown instanceof UserException mistake) {
      said = mistake.line();
    } else if (thrown instanceof PluginFault fault) {
      said = fault.getMessage();
      info(fault.trace());
    } else if (thrown instanceof StateException) {
      said = thrown.getMessage();
    } else {
      said = RunsService.INTERNAL + Texts.chain(thrown);
      info(Texts.trace(thrown));
    }
    files.log("ERROR", said);
    synchronized (lock) {
      rewind();
    }
    try {
      end(mine, RunPhase.FAILED, said, false);
    } catch (RuntimeException e) {
      // The disk may be the very cause of the failure: the run ends all the same.
      files.log("ERROR", Texts.chain(e));
      synchronized (lock) {
        keptOnDisk = true;
      }
      end(mine, RunPhase.FAILED, said + "; and " + e.getMessage(), false);
    }
  }

  private void phaseEvent(String message) {
    info(message);
    listeners.publish(this, new RunEvent(RunEvent.Kind.PHASE, status(), message, Map.of()));
  }

  /** Under the lock. */
  private void become(RunPhase next, String why) {
    if (phase != next && !phase.next().contains(next)) {
      throw new IllegalStateException(
          "run " + plan.name() + " cannot go from " + phase + " to " + next);
    }
    phase = next;
    reason = why;
  }

  /** Past the kernel's own deadline: the step is left behind and the kept state is what remains. */
  void abort(String why) {
    Incarnation old;
    synchronized (lock) {
      old = incarnation;
      if (phase.ended()) {
        return;
      }
      incarnation = new Incarnation(this, old.epoch + 1, registry, parameters);
      rewind();
    }
    old.abandon();
    end(incarnation, RunPhase.PARKED, why, false);
  }

  /** Gives the directory up; the run has ended. */
  void dispose() {
    files.close();
  }
}
