package dev.stoa.runs;

import dev.stoa.run.RunPhase;
import dev.stoa.run.UserException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A change that is made ready completely, on the run's thread at a swap point, then written down in
 * {@code run.yaml}, and then committed; on any failure before that the run goes on as it was, and
 * whoever asked gets the reason.
 */
abstract class PreparedChange {
  final RunActor actor;
  final RunLife life;
  private final RunDirectory files;
  private final Shared shared;

  /** What is being made ready; guarded by the life's monitor. */
  private Optional<Inbox.Change> underWay = Optional.empty();

  PreparedChange(RunActor actor, RunLife life, RunDirectory files, Shared shared) {
    this.actor = actor;
    this.life = life;
    this.files = files;
    this.shared = shared;
  }

  /** Makes the change or refuses it; one whose step was disowned meanwhile has been refused. */
  final void execute(Incarnation mine, Inbox.Change change) {
    synchronized (life) {
      if (!life.isCurrent(mine)) {
        return;
      }
      underWay = Optional.of(change);
    }
    Optional<UserException> refusal = Optional.empty();
    boolean over = true;
    try {
      over = made(mine, change);
    } catch (PluginFault e) {
      actor.info(e.trace());
      refusal = Optional.of(refusal(new UserException(e.getMessage(), "", "")));
    } catch (UserException e) {
      refusal = Optional.of(refusal(e));
    } catch (RuntimeException
        | OutOfMemoryError
        | StackOverflowError
        | LinkageError
        | AssertionError e) {
      actor.info(Texts.trace(e));
      refusal = Optional.of(refusal(new UserException(Texts.chain(e), "", "")));
    }
    synchronized (life) {
      if (!life.isCurrent(mine)) {
        return;
      }
      underWay = Optional.empty();
      over = over && life.inbox.remove(change);
    }
    if (over) {
      refusal.ifPresentOrElse(
          why -> {
            actor.info(why.line());
            change.done().completeExceptionally(why);
          },
          () -> change.done().complete(actor.status()));
    }
  }

  /**
   * Under the life's monitor: the thread that makes a change is left behind, and the change with
   * it.
   */
  final void disowned(String why) {
    underWay
        .filter(life.inbox::remove)
        .ifPresent(
            change -> {
              UserException said = refusal(new UserException(why, "", ""));
              actor.later(() -> change.done().completeExceptionally(said));
            });
    underWay = Optional.empty();
  }

  private UserException refusal(UserException why) {
    return new UserException(
        "run " + actor.name() + " " + stays() + ": " + why.getMessage(), why.place(), why.remedy());
  }

  /** What becomes of a run whose change is refused: {@code stays on cpu-jvm}. */
  abstract String stays();

  /**
   * Makes the change; false when the run began to step, or the step was disowned, meanwhile: it is
   * tried again.
   *
   * @throws UserException why it is refused
   * @throws PluginFault why it is refused
   */
  abstract boolean made(Incarnation mine, Inbox.Change change);

  /**
   * Writes a plan down and commits to it; false when the incarnation was disowned, the phase
   * changed or the plan does not hold any more, and the file says what it said before.
   *
   * @param holds asked under the life's monitor whether the change can still be made
   */
  final boolean committed(
      Incarnation mine, RunPhase phase, RunPlan next, BooleanSupplier holds, Runnable onCommit) {
    boolean[] done = new boolean[1];
    files.whileOwned(
        () -> {
          shared.recorder().accept(next);
          synchronized (life) {
            done[0] = life.isCurrent(mine) && life.phase() == phase && holds.getAsBoolean();
            if (done[0]) {
              life.replan(next);
              underWay = Optional.empty();
              onCommit.run();
            }
          }
          if (!done[0]) {
            shared.recorder().accept(life.plan());
          }
        });
    return done[0];
  }
}
