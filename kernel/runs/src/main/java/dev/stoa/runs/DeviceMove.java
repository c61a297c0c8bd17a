package dev.stoa.runs;

import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import java.util.Map;
import java.util.TreeMap;

/**
 * Moves a run to another device: everything is made ready there, {@code run.yaml} says so, and then
 * the run goes over.
 */
final class DeviceMove extends PreparedChange {
  private final Vault vault;
  private final Bookkeeper books;

  DeviceMove(
      RunActor actor,
      RunLife life,
      Vault vault,
      RunDirectory files,
      Bookkeeper books,
      Shared shared) {
    super(actor, life, files, shared);
    this.vault = vault;
    this.books = books;
  }

  @Override
  String stays() {
    return "stays on " + life.plan().device();
  }

  @Override
  boolean made(Incarnation mine, Inbox.Change change) {
    String device = change.reason();
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

  private boolean committed(Incarnation mine, RunPhase phase, PartEntry device) {
    return committed(
        mine,
        phase,
        life.plan().on(device),
        () -> !mine.leaves(device),
        () -> {
          if (phase == RunPhase.RUNNING) {
            life.swapped();
          }
        });
  }
}
