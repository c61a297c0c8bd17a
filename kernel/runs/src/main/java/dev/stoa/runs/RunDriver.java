package dev.stoa.runs;

import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
  private final Bookkeeper books;
  private final RunEnding ending;
  private final DeviceMove moves;
  private final ParameterChange sets;
  private final StateTaking taking;
  private final Exchange exchange = new Exchange();

  /** Guarded by the life's monitor. */
  private long suspensions;

  RunDriver(RunActor actor, RunLife life, Vault vault, RunDirectory files, Shared shared) {
    this.actor = actor;
    this.life = life;
    this.vault = vault;
    this.books = new Bookkeeper(actor, life, vault, files);
    this.ending = new RunEnding(actor, life, vault, files, books);
    this.taking = new StateTaking(actor, life, vault, books);
    this.moves = new DeviceMove(actor, life, vault, files, books, shared);
    this.sets = new ParameterChange(actor, life, vault, files, books, shared);
  }

  /** The next assembly is a beginning, and is announced as one. */
  void startsAnew() {
    exchange.startsAnew();
  }

  /**
   * Under the life's monitor: a step was disowned. What it held is exchanged, as if it had left by
   * itself.
   */
  void disowned(Incarnation old, String why) {
    moves.disowned(why);
    sets.disowned(why);
    if (vault.kept().isPresent()) {
      exchange.left(old.labels(), System.nanoTime());
    }
  }

  /** Ends the run even when the disk takes nothing any more. */
  void endAnyhow(Incarnation mine, RunPhase last, String why) {
    ending.endAnyhow(mine, last, why);
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
        } catch (Throwable e) {
          // Whatever a plugin throws: a thread that dies unheard would leave the run hanging.
          ending.fail(mine, e);
        }
      }
    } finally {
      // Not after a hand-over: the parts are then another thread's.
      if (mine.thread == Thread.currentThread() && !life.isCurrent(mine)) {
        mine.releaseAll();
      }
    }
  }

  /** Whether this thread has nothing to do and must end; another is started when needed. */
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
        ending.end(mine, RunPhase.DONE, "", true);
        return;
      }
      if (!books.commit(mine, mine.step())) {
        return;
      }
      if (vault.due(life.counters.steps)) {
        books.checkpoint(mine);
      }
    }
  }

  /** Attends to leaving parts first, then to one change. */
  private void attend(Incarnation mine) {
    Set<Lease> gone;
    synchronized (life) {
      // A disowned step must not take what its successor is asked for.
      gone = life.isCurrent(mine) ? life.inbox.takeLeaving() : Set.of();
    }
    // A device that a move left, or did not take, was given back already.
    Set<Lease> held = gone.stream().filter(mine::holds).collect(Collectors.toSet());
    if (!held.isEmpty()) {
      partsLeave(mine, held);
    } else if (gone.isEmpty()) {
      life.inbox.nextChange().ifPresent(change -> execute(mine, change));
    }
  }

  private void partsLeave(Incarnation mine, Set<Lease> gone) {
    long began = System.nanoTime();
    Map<String, String> before = mine.labels();
    if (mine.complete()) {
      if (!takeOut(mine)) {
        return;
      }
      exchange.left(before, began);
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

  /** Takes the state out while all parts live; false when disowned meanwhile. */
  private boolean takeOut(Incarnation mine) {
    try {
      return books.keep(mine);
    } catch (PluginFault e) {
      actor.info(e.trace());
      synchronized (life) {
        if (!life.isCurrent(mine)) {
          return false;
        }
        vault.rewind(life.counters);
      }
      actor.warn(e.getMessage() + "; the run goes on from its last kept state");
      // All of them: an environment that went on must not meet a learner that goes back.
      mine.releaseAll();
      return true;
    }
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

  /** This thread ends; a fresh one resumes the run, so that what old parts left in locals dies. */
  private void suspend(Incarnation mine, String why) {
    String message;
    long serial;
    synchronized (life) {
      if (!life.isCurrent(mine)) {
        return;
      }
      life.become(RunPhase.SUSPENDED, why);
      serial = ++suspensions;
      message = rests("suspended", why);
      mine.thread = null;
      if (actor.attention()) {
        actor.wake();
      }
    }
    actor.info(message);
    // A part may have come back between the look and the change of phase.
    actor.later(actor::partsChanged);
    actor.later(() -> graceOver(serial), GRACE_SECONDS);
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
    long arrivals = mine.arrivals();
    Optional<String> missing = mine.missing();
    try {
      if (missing.isPresent() || !mine.assemble(from)) {
        suspend(mine, missing.orElse("a part") + " is not there");
        return;
      }
    } catch (PluginFault | StateException | UserException e) {
      if (from.isEmpty() || !exchange.underWay()) {
        throw e;
      }
      refused(mine, e, arrivals);
      return;
    }
    assembled(mine, from);
  }

  /** A new part could not take the run over: the state stays untouched until another one comes. */
  private void refused(Incarnation mine, RuntimeException why, long arrivals) {
    String said = ending.said(why);
    vault.write(mine.labels());
    waits(mine, RunPhase.RUNNING, said);
    if (mine.arrivals() != arrivals) {
      actor.later(actor::partsChanged);
    }
  }

  private void assembled(Incarnation mine, Optional<State> from) {
    Exchange.Past past;
    synchronized (life) {
      if (!life.isCurrent(mine)) {
        return;
      }
      past = exchange.over();
      life.exact(mine.exact());
      if (past.exchanged()) {
        life.swapped();
      }
    }
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
    if (from.isEmpty() && !books.checkpoint(mine)) {
      return;
    }
    if (past.first()) {
      String parts = "running with " + mine.labels().values();
      actor.info(parts + " at step " + life.counters.steps);
      actor.publish(RunEvent.Kind.STARTED, parts, Map.of());
    }
    if (past.exchanged()) {
      String said = "exchanged at step " + life.counters.steps + ": " + past.changes(mine.labels());
      actor.info(said);
      actor.publish(RunEvent.Kind.SWAP, said, Map.of("pause", past.pauseSeconds()));
    }
  }

  private void execute(Incarnation mine, Inbox.Change change) {
    if (change.kind().outlivesTheEnd()) {
      withLearner(mine, change);
      return;
    }
    boolean done;
    try {
      done =
          switch (change.kind()) {
            case CHECKPOINT -> books.checkpoint(mine);
            case STOP -> ending.end(mine, RunPhase.STOPPED, change.reason(), true);
            case PARK -> ending.end(mine, RunPhase.PARKED, change.reason(), true);
            case WRITE_OUT -> writeOut(mine);
            case MOVE, SET, FORK -> throw new IllegalStateException("it answers for itself");
          };
    } catch (Throwable e) {
      if (life.isCurrent(mine)) {
        life.inbox.remove(change);
        // Text alone crosses: the exception may be a plugin's.
        change.done().completeExceptionally(new IllegalStateException(Texts.line(e)));
      }
      throw e;
    }
    if (done) {
      life.inbox.remove(change);
      change.done().complete(actor.status());
    }
  }

  private void withLearner(Incarnation mine, Inbox.Change change) {
    if (life.phase() == RunPhase.RUNNING && !mine.complete()) {
      // The learner must be there before it can go over; the change waits.
      assemble(mine);
    } else if (change.kind() == Inbox.Kind.FORK) {
      taking.execute(mine, change);
    } else {
      (change.kind() == Inbox.Kind.MOVE ? moves : sets).execute(mine, change);
      freshThread(mine);
    }
  }

  private boolean writeOut(Incarnation mine) {
    if (life.phase() == RunPhase.SUSPENDED) {
      vault.write(mine.labels());
      waits(mine, RunPhase.SUSPENDED, life.reason());
      actor.later(actor::partsChanged);
    }
    return true;
  }

  /** Lets everything go and waits for parts; the state is on disk. */
  private void waits(Incarnation mine, RunPhase from, String why) {
    mine.releaseAll();
    String message;
    synchronized (life) {
      if (!life.isCurrent(mine) || life.phase() != from) {
        return;
      }
      actor.reincarnate();
      life.become(RunPhase.WAITING, why);
      message = rests("waiting", why);
      if (actor.attention()) {
        actor.wake();
      }
    }
    actor.info(message);
  }

  /** Under the life's monitor, so that the event shows the phase it is about. */
  private String rests(String how, String why) {
    String message = how + " at step " + life.counters.steps + ": " + why;
    actor.publish(RunEvent.Kind.PHASE, message, Map.of());
    return message;
  }
}
