package dev.stoa.runs;

import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunStatus;
import dev.stoa.run.UserException;
import dev.stoa.state.StateException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** How a run ends, by itself, on request or by a failure. */
final class RunEnding {
  private final RunActor actor;
  private final RunLife life;
  private final Vault vault;
  private final RunDirectory files;
  private final Bookkeeper books;

  RunEnding(RunActor actor, RunLife life, Vault vault, RunDirectory files, Bookkeeper books) {
    this.actor = actor;
    this.life = life;
    this.vault = vault;
    this.files = files;
    this.books = books;
  }

  /**
   * Ends the run in a phase that goes on only when told to; false when the incarnation was disowned
   * meanwhile, and nothing ended.
   */
  boolean end(Incarnation mine, RunPhase last, String why, boolean save) {
    if (save && mine.complete() && life.phase() == RunPhase.RUNNING) {
      if (!books.keep(mine)) {
        return false;
      }
    }
    vault.write(mine.labels());
    mine.releaseAll();
    CompletableFuture<RunStatus> promise;
    List<Inbox.Change> late;
    RunStatus status;
    synchronized (life) {
      if (!life.isCurrent(mine)) {
        return false;
      }
      actor.reincarnate();
      life.become(last, why);
      promise = life.ended();
      late = life.inbox.empty();
      status = actor.status();
      actor.publish(RunEvent.Kind.ENDED, why, Map.of());
      if (actor.attention()) {
        actor.wake();
      }
    }
    actor.info(last + " at step " + status.steps() + (why.isEmpty() ? "" : ": " + why));
    late.forEach(change -> change.done().complete(status));
    promise.complete(status);
    return true;
  }

  /** Ends the run as failed, from its last kept state; drops what a disowned step threw. */
  void fail(Incarnation mine, Throwable thrown) {
    synchronized (life) {
      if (life.isCurrent(mine)) {
        vault.rewind(life.counters);
      }
    }
    String said = said(thrown);
    if (!life.isCurrent(mine)) {
      actor.info("dropped, of a disowned step: " + said);
      return;
    }
    files.log("ERROR", said);
    endAnyhow(mine, RunPhase.FAILED, said);
  }

  /** Ends the run even when the disk takes nothing any more; it may be the very cause. */
  void endAnyhow(Incarnation mine, RunPhase last, String why) {
    try {
      end(mine, last, why, false);
    } catch (RuntimeException e) {
      files.log("ERROR", Texts.line(e));
      vault.giveUpWriting();
      end(mine, last, why, false);
    }
  }

  /** A failure in words; the trace goes to the run's log. */
  String said(Throwable thrown) {
    if (thrown instanceof PluginFault fault) {
      actor.info(fault.trace());
      return fault.getMessage();
    }
    if (thrown instanceof UserException || thrown instanceof StateException) {
      return Texts.line(thrown);
    }
    actor.info(Texts.trace(thrown));
    return RunStatus.INTERNAL + ": " + Texts.chain(thrown);
  }
}
