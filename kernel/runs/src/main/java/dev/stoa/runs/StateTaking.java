package dev.stoa.runs;

import dev.stoa.run.RunPhase;
import dev.stoa.run.UserException;
import java.util.Optional;

/**
 * Gives a copy of a run's state away, on the run's thread at a swap point. The run itself goes on
 * as if nobody had asked, also when it cannot be done.
 */
final class StateTaking {
  private final RunActor actor;
  private final RunLife life;
  private final Vault vault;
  private final Bookkeeper books;

  StateTaking(RunActor actor, RunLife life, Vault vault, Bookkeeper books) {
    this.actor = actor;
    this.life = life;
    this.vault = vault;
    this.books = books;
  }

  /** Answers the change, unless the step was disowned meanwhile: its successor then does. */
  void execute(Incarnation mine, Inbox.Change change) {
    Optional<UserException> refusal = Optional.empty();
    try {
      // An incomplete one, whose phase may change at any moment, stands where its state was kept.
      if (mine.complete() && life.phase() == RunPhase.RUNNING && !books.keep(mine)) {
        return;
      }
    } catch (PluginFault e) {
      actor.info(e.trace());
      refusal = Optional.of(refusal(e.getMessage()));
    }
    Optional<TakenState> taken;
    synchronized (life) {
      if (!life.isCurrent(mine) || !life.inbox.remove(change)) {
        return;
      }
      taken = vault.kept().map(state -> new TakenState(life.plan(), life.budget(), state));
    }
    if (refusal.isPresent()) {
      change.refuse(refusal.get());
    } else if (taken.isEmpty()) {
      change.refuse(refusal("it has no state yet"));
    } else {
      change.taken().complete(taken.get());
      change.done().complete(actor.status());
    }
  }

  private UserException refusal(String why) {
    return new UserException("run " + actor.name() + " was not forked: " + why, "", "");
  }
}
