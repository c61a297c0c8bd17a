package dev.stoa.runs;

import dev.stoa.run.ParameterValue;
import dev.stoa.run.RunStatus;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What is asked of a run until its thread attends to it at a swap point. Thread-safe. */
final class Inbox {
  /** What can be asked. */
  enum Kind {
    /** Write the state and go on. */
    CHECKPOINT,
    /** End, to be continued. */
    PARK,
    /** End before the budget. */
    STOP,
    /** Go over to another device. */
    MOVE,
    /** Give the algorithm other parameters. */
    SET,
    /** Give a copy of the state away. */
    FORK,
    /** Past the grace of a suspension: write the state and let everything go. */
    WRITE_OUT;

    /** Whether it is made even when the run has ended. */
    boolean outlivesTheEnd() {
      return this == MOVE || this == SET || this == FORK;
    }
  }

  /**
   * A change, and the promise to whoever asked for it.
   *
   * @param kind what is asked
   * @param reason why; of a move the name of the device
   * @param values of a set: what is to be, by key as written
   * @param done completes when the change is made, or refused
   * @param taken of a fork: completes before {@code done} when the state was taken
   */
  record Change(
      Kind kind,
      String reason,
      Map<String, ParameterValue> values,
      CompletableFuture<RunStatus> done,
      CompletableFuture<TakenState> taken) {
    static Change of(Kind kind, String reason) {
      return new Change(
          kind, reason, Map.of(), new CompletableFuture<>(), new CompletableFuture<>());
    }

    static Change set(Map<String, ParameterValue> values) {
      return new Change(
          Kind.SET, "", Map.copyOf(values), new CompletableFuture<>(), new CompletableFuture<>());
    }

    void refuse(RuntimeException why) {
      taken.completeExceptionally(why);
      done.completeExceptionally(why);
    }
  }

  private final Set<Lease> leaving = new LinkedHashSet<>();
  private final ArrayDeque<Change> changes = new ArrayDeque<>();
  private volatile boolean attention;

  /** Whether anything waits: read between any two steps. */
  boolean attention() {
    return attention;
  }

  synchronized void leaves(Lease lease) {
    leaving.add(lease);
    attention = true;
  }

  synchronized void ask(Change change) {
    changes.add(change);
    attention = true;
  }

  /** Parts that leave come before any change. */
  synchronized Set<Lease> takeLeaving() {
    Set<Lease> taken = Set.copyOf(leaving);
    forgetLeaving();
    return taken;
  }

  synchronized void forgetLeaving() {
    leaving.clear();
    attention = !changes.isEmpty();
  }

  /** The change to execute next. It stays until it is done: a disowned step may not lose it. */
  synchronized Optional<Change> nextChange() {
    return Optional.ofNullable(changes.peek());
  }

  /** A change was executed, or failed; false when somebody else has taken it away. */
  synchronized boolean remove(Change change) {
    boolean removed = changes.remove(change);
    attention = !changes.isEmpty() || !leaving.isEmpty();
    return removed;
  }

  /** Everything that the end of a run answers; what outlives it is still to be made. */
  synchronized List<Change> empty() {
    List<Change> left = changes.stream().filter(each -> !each.kind().outlivesTheEnd()).toList();
    changes.removeAll(left);
    forgetLeaving();
    return left;
  }
}
