package dev.stoa.runs;

import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Episode;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunStatus;
import dev.stoa.run.StepReport;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a run's thread does: assemble the parts, step, and at swap points attend to what was asked.
 * Called on one thread at a time, that of the incarnation; what it shares with others is in {@link
 * RunLife}.
 */
final class RunDriver {
  private static final long GRACE_SECONDS = 10;

  private final RunActor actor;
  private final RunLife life;
  private final Vault vault;
  private final RunDirectory files;
  private volatile boolean fresh = true;
  private volatile long suspensions;
  private volatile long leftAt;
  private volatile Map<String, String> leftParts = Map.of();

  RunDriver(RunActor actor, RunLife life, Vault vault, RunDirectory files) {
    this.actor = actor;
    this.life = life;
    this.vault = vault;
    this.files = files;
  }

  /** The next assembly is a beginning, and is announced as one. */
  void startsAnew() {
    fresh = true;
  }

  void drive(Incarnation mine) {
    try {
      while (!mayRest(mine)) {
        try {
          if (actor.attention()) {
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
      if (!life.isCurrent(mine)) {
        mine.releaseAll();
      }
    }
  }

  /**
   * Whether this thread has nothing left to do; it must end then, another is started when needed.
   */
  private boolean mayRest(Incarnation mine) {
    synchronized (life) {
      if (!life.isCurrent(mine) || mine.thread != Thread.currentThread()) {
        return true;
      }
      if (life.phase() == RunPhase.RUNNING || actor.attention()) {
        return false;
      }
      mine.thread = null;
      return true;
    }
  }

  /** Steps until something asks for attention. */
  private void advance(Incarnation mine) {
    while (!actor.attention()) {
      if (life.counters.steps >= life.budget() && mine.settled()) {
        end(mine, RunPhase.DONE, "", true);
        return;
      }
      if (!commit(mine, mine.step())) {
        return;
      }
      if (vault.due(life.counters.steps)) {
        checkpoint(mine);
      }
    }
  }

  /** Counts what a step did; false when the step was disowned meanwhile. */
  private boolean commit(Incarnation mine, StepReport report) {
    Counters counters = life.counters;
    synchronized (life) {
      if (!life.isCurrent(mine)) {
        return false;
      }
      counters.steps += report.transitions();
      if (report.episodes().isEmpty() && report.metrics().isEmpty()) {
        return true;
      }
      for (Episode episode : report.episodes()) {
        counters.episode(episode);
        actor.listeners().episode(actor, episode);
      }
      if (!report.metrics().isEmpty()) {
        Map<String, Double> values = new TreeMap<>(report.metrics());
        values.put("length", counters.meanLength());
        files.metrics(counters.steps, counters.episodes, counters.meanReturn, values);
        counters.reports++;
        actor.publish(RunEvent.Kind.REPORT, "", values);
      }
    }
    files.flush();
    return true;
  }

  private State takeState(Incarnation mine) {
    State.Builder run = State.of("run", 1);
    life.counters.save(run);
    run.text("fingerprint", mine.fingerprint());
    mine.save(run);
    return run.build();
  }

  /** Keeps a state in memory, if this incarnation is still the run's. */
  private boolean keep(Incarnation mine, State state) {
    synchronized (life) {
      if (!life.isCurrent(mine)) {
        return false;
      }
      vault.keep(state);
      return true;
    }
  }

  private void checkpoint(Incarnation mine) {
    if (mine.complete() && !keep(mine, takeState(mine))) {
      return;
    }
    vault.write(mine.labels());
    actor.publish(RunEvent.Kind.CHECKPOINT, "", Map.of());
  }

  /** Attends to leaving parts first, then to one change. */
  private void attend(Incarnation mine) {
    Set<Lease> gone = life.inbox.takeLeaving();
    if (!gone.isEmpty()) {
      partsLeave(mine, gone);
      return;
    }
    Optional<Inbox.Change> change = life.inbox.takeChange();
    if (change.isPresent()) {
      execute(mine, change.get());
    }
  }

  private void partsLeave(Incarnation mine, Set<Lease> gone) {
    long began = System.nanoTime();
    Map<String, String> before = mine.labels();
    if (mine.complete()) {
      if (!takeOut(mine)) {
        return;
      }
      leftAt = began;
      leftParts = before;
    }
    for (Lease lease : gone) {
      if (mine.holds(lease)) {
        mine.release(lease.part.kind);
      }
    }
    if (life.phase() != RunPhase.RUNNING) {
      return;
    }
    Optional<String> missing = mine.missing();
    if (missing.isPresent()) {
      suspend(mine, missing.get() + " left");
    } else {
      freshThread(mine);
    }
  }

  /**
   * Takes the state out through the parts while all of them live; false when disowned meanwhile.
   */
  private boolean takeOut(Incarnation mine) {
    State state;
    try {
      state = takeState(mine);
    } catch (PluginFault e) {
      actor.info(e.trace());
      actor.warn(e.getMessage() + "; the run goes on from its last kept state");
      synchronized (life) {
        vault.rewind(life.counters);
      }
      mine.release(Kind.ALGORITHM);
      return true;
    }
    return keep(mine, state);
  }

  /**
   * Hands over to a new thread: what the part that left put into this one's locals dies with it.
   */
  private void freshThread(Incarnation mine) {
    synchronized (life) {
      if (life.isCurrent(mine)) {
        mine.thread = null;
        actor.wake();
      }
    }
  }

  private void suspend(Incarnation mine, String why) {
    long serial;
    synchronized (life) {
      if (!life.isCurrent(mine)) {
        return;
      }
      life.become(RunPhase.SUSPENDED, why);
      serial = ++suspensions;
    }
    rests("suspended", why);
    actor.control().schedule(() -> graceOver(serial), GRACE_SECONDS, TimeUnit.SECONDS);
    // A part may have come back between the look and the change of phase.
    actor.control().execute(actor::partsChanged);
  }

  private void graceOver(long serial) {
    synchronized (life) {
      if (life.phase() == RunPhase.SUSPENDED && serial == suspensions) {
        life.inbox.ask(Inbox.Change.of(Inbox.Kind.WRITE_OUT, life.reason()));
        actor.wake();
      }
    }
  }

  private void assemble(Incarnation mine) {
    Optional<State> from = vault.kept();
    vault.cutMetrics(life.counters);
    Optional<String> missing = mine.missing();
    try {
      if (missing.isPresent() || !mine.assemble(from)) {
        suspend(mine, missing.orElse("a part") + " is not there");
        return;
      }
    } catch (PluginFault | StateException | UserException e) {
      if (from.isEmpty() || leftParts.isEmpty()) {
        throw e;
      }
      refused(mine, e);
      return;
    }
    assembled(mine, from);
  }

  /** A new part could not take the run over: the state stays untouched until another one comes. */
  private void refused(Incarnation mine, RuntimeException why) {
    if (why instanceof PluginFault fault) {
      actor.info(fault.trace());
    }
    vault.write(mine.labels());
    waits(mine, RunPhase.RUNNING, why.getMessage());
  }

  private void assembled(Incarnation mine, Optional<State> from) {
    boolean first = fresh;
    fresh = false;
    Map<String, String> before = leftParts;
    leftParts = Map.of();
    from.map(state -> state.text("fingerprint"))
        .filter(old -> !old.equals(mine.fingerprint()))
        .ifPresent(
            old ->
                actor.warn(
                    "the state was made on ["
                        + old
                        + "], the run goes on on ["
                        + mine.fingerprint()
                        + "]: within tolerance, not to the bit"));
    if (from.isEmpty()) {
      checkpoint(mine);
    }
    if (first) {
      String parts = "running with " + mine.labels().values();
      actor.info(parts + " at step " + life.counters.steps);
      actor.publish(RunEvent.Kind.STARTED, parts, Map.of());
    }
    if (!before.isEmpty()) {
      life.swapped();
      String said =
          "exchanged at step " + life.counters.steps + ": " + changed(before, mine.labels());
      actor.info(said);
      double pause = (System.nanoTime() - leftAt) / 1e9;
      actor.publish(RunEvent.Kind.SWAP, said, Map.of("pause", pause));
    }
  }

  private static String changed(Map<String, String> before, Map<String, String> after) {
    List<String> changes =
        after.entrySet().stream()
            .filter(part -> !part.getValue().equals(before.get(part.getKey())))
            .map(part -> part.getKey() + " " + before.get(part.getKey()) + " -> " + part.getValue())
            .toList();
    return changes.isEmpty() ? "same versions, new instances" : String.join(", ", changes);
  }

  private void execute(Incarnation mine, Inbox.Change change) {
    try {
      switch (change.kind()) {
        case CHECKPOINT -> checkpoint(mine);
        case STOP -> end(mine, RunPhase.STOPPED, change.reason(), true);
        case PARK -> end(mine, RunPhase.PARKED, change.reason(), true);
        case WRITE_OUT -> {
          if (life.phase() == RunPhase.SUSPENDED) {
            vault.write(mine.labels());
            waits(mine, RunPhase.SUSPENDED, life.reason());
          }
        }
      }
      change.done().complete(actor.status());
    } catch (RuntimeException e) {
      // Text alone crosses: the exception may be a plugin's.
      change.done().completeExceptionally(new IllegalStateException(e.getMessage()));
      throw e;
    }
  }

  /** Lets everything go and waits for parts; the state is on disk. */
  private void waits(Incarnation mine, RunPhase from, String why) {
    mine.releaseAll();
    synchronized (life) {
      if (!life.isCurrent(mine) || life.phase() != from) {
        return;
      }
      actor.reincarnate();
      life.become(RunPhase.WAITING, why);
    }
    rests("waiting", why);
    if (from == RunPhase.SUSPENDED) {
      actor.control().execute(actor::partsChanged);
    }
  }

  /** Ends the run in a phase that goes on only when told to. */
  void end(Incarnation mine, RunPhase last, String why, boolean save) {
    if (save && mine.complete() && life.phase() == RunPhase.RUNNING) {
      if (!keep(mine, takeState(mine))) {
        return;
      }
    }
    vault.write(mine.labels());
    mine.releaseAll();
    CompletableFuture<RunStatus> promise;
    List<Inbox.Change> late;
    synchronized (life) {
      if (!life.isCurrent(mine)) {
        return;
      }
      actor.reincarnate();
      life.become(last, why);
      promise = life.ended();
      late = life.inbox.empty();
    }
    actor.info(last + " at step " + life.counters.steps + (why.isEmpty() ? "" : ": " + why));
    RunStatus status = actor.status();
    actor.publish(RunEvent.Kind.ENDED, why, Map.of());
    late.forEach(change -> change.done().complete(status));
    promise.complete(status);
  }

  private void fail(Incarnation mine, Throwable thrown) {
    if (!life.isCurrent(mine)) {
      return;
    }
    String said = said(thrown);
    files.log("ERROR", said);
    synchronized (life) {
      vault.rewind(life.counters);
    }
    try {
      end(mine, RunPhase.FAILED, said, false);
    } catch (RuntimeException e) {
      // The disk may be the very cause of the failure: the run ends all the same.
      files.log("ERROR", Texts.chain(e));
      vault.giveUpWriting();
      end(mine, RunPhase.FAILED, said, false);
    }
  }

  private String said(Throwable thrown) {
    if (thrown instanceof UserException mistake) {
      return mistake.line();
    }
    if (thrown instanceof StateException) {
      return thrown.getMessage();
    }
    if (thrown instanceof PluginFault fault) {
      actor.info(fault.trace());
      return fault.getMessage();
    }
    actor.info(Texts.trace(thrown));
    return RunStatus.INTERNAL + ": " + Texts.chain(thrown);
  }

  private void rests(String how, String why) {
    String message = how + " at step " + life.counters.steps + ": " + why;
    actor.info(message);
    actor.publish(RunEvent.Kind.PHASE, message, Map.of());
  }
}
