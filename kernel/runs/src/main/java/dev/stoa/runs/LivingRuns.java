package dev.stoa.runs;

import dev.stoa.run.UserException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The runs of a process by name, those that have ended included. Thread-safe. */
final class LivingRuns {
  private final Map<String, RunActor> actors = new LinkedHashMap<>();
  private boolean closing;

  /** Oldest first. */
  synchronized List<RunActor> list() {
    return List.copyOf(actors.values());
  }

  synchronized Optional<RunActor> find(String name) {
    return Optional.ofNullable(actors.get(name));
  }

  synchronized Optional<RunActor> in(Path directory) {
    return actors.values().stream().filter(each -> each.directory().equals(directory)).findFirst();
  }

  /**
   * Adds a run.
   *
   * @param wanted its name, which gets a number when it is taken
   * @param made makes it, given its name
   * @throws UserException when the kernel is stopping
   */
  synchronized RunActor add(String wanted, Function<String, RunActor> made) {
    if (closing) {
      throw new UserException("the kernel is stopping", "", "Start it again");
    }
    String name = wanted;
    for (int number = 2; actors.containsKey(name); number++) {
      name = wanted + "-" + number;
    }
    RunActor actor = made.apply(name);
    actors.put(name, actor);
    return actor;
  }

  /**
   * An ended run of this process gives its directory up to the one that follows.
   *
   * @param look called first with one that has ended: when it throws, that stays in the list
   * @throws UserException when the run goes on by itself
   */
  synchronized void retire(Path directory, Consumer<RunActor> look) {
    Optional<RunActor> found = in(directory);
    if (found.isEmpty()) {
      return;
    }
    RunActor old = found.get();
    if (old.status().phase().ended()) {
      look.accept(old);
    }
    if (!old.dispose()) {
      throw new UserException(
          "run " + old.name() + " is " + old.status().phase(),
          directory.toString(),
          "It goes on by itself");
    }
    actors.remove(old.name());
  }

  /** No run is added from now on; those that are there. */
  synchronized List<RunActor> close() {
    closing = true;
    return list();
  }
}
