package dev.stoa.runs;

import dev.stoa.run.Durability;
import dev.stoa.state.CheckpointArchive;
import dev.stoa.state.StateException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Keeps older checkpoints as a {@link Durability} says. What cannot be kept or removed is a
 * warning: the run goes on. Used by one thread at a time.
 */
final class Retention {
  private final CheckpointArchive archive;
  private final Consumer<String> warning;

  Retention(Path folder, Consumer<String> warning) {
    this.archive = new CheckpointArchive(folder);
    this.warning = warning;
  }

  /** The checkpoint of a step has been written: it stays when the rule says so. */
  void written(Durability rule, Path checkpoint, long step) {
    trying(
        () -> {
          if (rule.keep() > 0 || rule.keepEvery() > 0 && begins(rule.keepEvery(), step)) {
            archive.keep(checkpoint, step);
          }
        });
  }

  /** Whether it is the first at or beyond a multiple. */
  private boolean begins(long every, long step) {
    long multiple = step / every;
    return multiple > 0 && archive.steps().stream().noneMatch(kept -> kept / every == multiple);
  }

  /** Removes what the rule does not keep, the oldest first. */
  void prune(Durability rule, long latest) {
    trying(archive::sweep);
    trying(
        () -> {
          SortedSet<Long> kept = archive.steps();
          for (long step : superfluous(rule, kept, latest)) {
            trying(() -> archive.remove(step));
          }
        });
  }

  /** Steps before the latest that neither stay for good nor are among the last so many. */
  static SortedSet<Long> superfluous(Durability rule, SortedSet<Long> kept, long latest) {
    List<Long> older = new ArrayList<>(kept.headSet(latest));
    int recent = (int) Math.min(rule.keep(), older.size());
    SortedSet<Long> rest = new TreeSet<>(older.subList(0, older.size() - recent));
    Set<Long> begun = new HashSet<>();
    for (long step : older) {
      if (rule.keepEvery() > 0 && step >= rule.keepEvery() && begun.add(step / rule.keepEvery())) {
        rest.remove(step);
      }
    }
    return rest;
  }

  private void trying(Runnable work) {
    try {
      work.run();
    } catch (StateException e) {
      warning.accept(e.getMessage() + "; the run goes on");
    }
  }
}
