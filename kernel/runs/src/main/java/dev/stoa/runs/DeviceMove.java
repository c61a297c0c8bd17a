package dev.stoa.runs;

import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Moves a run to another device, on the run's thread at a swap point: everything is made ready
 * there, {@code run.yaml} says so, and then the run goes over; on any failure before that it goes
 * on where it is, and whoever asked gets the reason.
 */
final class DeviceMove {
  private final RunActor actor;
  private final RunLife life;
  private final Vault vault;
  private final RunDirectory files;
  private final Bookkeeper books;
  private final Consumer<RunPlan> recorder;

  /** What is being made ready; guarded by the life's monitor. */
  private Optional<Inbox.Change> underWay = Optional.empty();

  /**
   * For one run.
   *
   * @param recorder writes {@code run.yaml}
   */
  DeviceMove(
      RunActor actor,
      RunLife life,
      Vault vault,
      RunDirectory files,
      Bookkeeper books,
      Consumer<RunPlan> recorder) {
    this.actor = actor;
    this.life = life;
    this.vault = vault;
    this.files = files;
    this.books = books;
    this.recorder = recorder;
  }

  /** Makes the change or refuses it; one whose step was disowned meanwhile has been refused. */
  void execute(Incarnation mine, Inbox.Change change) {
    synchronized (life) {
      if (!life.isCurrent(mine)) {
        return;
      }
      underWay = Optional.of(change);
    }
    Optional<UserException> refusal = Optional.empty();
    boolean over = true;
    try {
      over = made(mine, change.reason());
    } catch (PluginFault e) {
      actor.info(e.trace());
      refusal = Optional.of(refusal(new UserException(e.getMessage(), "", "")));
    } catch (UserException e) {
      refusal = Optional.of(refusal(e));
    } catch (RuntimeException | OutOfMemoryError e) {
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
   * Under the life's monitor: the thread that makes a move is left behind, and the move with it.
   */
  void disowned(String why) {
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
        "run " + actor.name() + " stays on " + life.plan().device() + ": " + why.getMessage(),
        why.place(),
        why.remedy());
  }

  /** False when the run began to step, or the step was disowned, meanwhile: it is tried again. */
  private boolean made(Incarnation mine, String device) {
    if (device.equals(life.plan().device())) {
      return true;
    }
    // Read once: a part that comes back sets a run that waited running at any moment.
    RunPhase phase = life.phase();
    return phase == RunPhase.RUNNING
        ? mine.complete() && goesOver(mine, device)
        : changesName(mine, device, phase);
  }

  private boolean goesOver(Incarnation mine, String device) {
    long began = System.nanoTime();
    Map<String, String> before = mine.labels();
    if (!books.keep(mine)) {
      return false;
    }
    State kept = vault.kept().orElseThrow();
    Successor next = mine.prepare(device, kept);
    boolean gone = false;
    try {
      if (mine.leaves(next.part())) {
        throw new UserException(
            "device " + next.part().label() + " left while the learner was made ready on it",
            "",
            "");
      }
      // On disk, too: what is repeated after a kill is repeated on the device that took it.
      books.write(mine);
      gone = committed(mine, RunPhase.RUNNING, next.part());
    } finally {
      if (!gone) {
        mine.drop(next);
      }
    }
    if (!gone) {
      return false;
    }
    mine.goOver(next);
    Map<String, String> after = new TreeMap<>(before);
    after.put(next.part().kind.label(), next.part().label());
    String said =
        "moved at step "
            + life.counters.steps
            + ": "
            + new Exchange.Past(false, before, began).changes(after)
            + ": within tolerance, not to the bit";
    actor.info(said);
    double pause = (System.nanoTime() - began) / 1e9;
    actor.publish(RunEvent.Kind.SWAP, said, Map.of("pause", pause));
    return true;
  }

  /** Nothing steps: the learner is made on the other device when the run goes on. */
  private boolean changesName(Incarnation mine, String device, RunPhase phase) {
    PartEntry part = mine.tryOut(device);
    String from = life.plan().device();
    if (!committed(mine, phase, part)) {
      return false;
    }
    mine.release(part.kind);
    actor.info(
        "moved at step "
            + life.counters.steps
            + ": device "
            + from
            + " -> "
            + part.label()
            + ", which is opened when the run goes on");
    actor.later(actor::partsChanged);
    return true;
  }

  /**
   * Writes the device down and commits to it; false when the incarnation was disowned, the phase
   * changed or the device began to leave meanwhile, and the file says what it said before.
   */
  private boolean committed(Incarnation mine, RunPhase phase, PartEntry device) {
    boolean[] done = new boolean[1];
    files.whileOwned(
        () -> {
          RunPlan moved = life.plan().on(device);
          recorder.accept(moved);
          synchronized (life) {
            done[0] = life.isCurrent(mine) && life.phase() == phase && !mine.leaves(device);
            if (done[0]) {
              life.moved(moved);
              underWay = Optional.empty();
              if (phase == RunPhase.RUNNING) {
                life.swapped();
              }
            }
          }
          if (!done[0]) {
            recorder.accept(life.plan());
          }
        });
    return done[0];
  }
}
