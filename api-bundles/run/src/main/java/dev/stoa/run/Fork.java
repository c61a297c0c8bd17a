package dev.stoa.run;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a second run is made from the state of a first; what is not said is as there.
 *
 * @param from step of a kept checkpoint to begin from; without it the state of now, or the latest
 *     checkpoint where nothing lives
 * @param steps transitions beyond those taken; without it, up to the budget of the first run
 * @param directory for its files, which must not exist or be empty; without it the next free number
 * @param name unique in the process; without it the directory's
 */
public record Fork(
    OptionalLong from, OptionalLong steps, Optional<Path> directory, Optional<String> name) {
  /** Nothing differs but the place. */
  public static final Fork PLAIN =
      new Fork(OptionalLong.empty(), OptionalLong.empty(), Optional.empty(), Optional.empty());

  /** Checks that all are there. */
  public Fork {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(steps, "steps");
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(name, "name");
  }

  /** From the kept checkpoint of a step. */
  public Fork from(long step) {
    return new Fork(OptionalLong.of(step), steps, directory, name);
  }

  /** With so many transitions beyond those taken. */
  public Fork steps(long more) {
    return new Fork(from, OptionalLong.of(more), directory, name);
  }

  /** With a directory for its files. */
  public Fork directory(Path place) {
    return new Fork(from, steps, Optional.of(place), name);
  }

  /** With a name. */
  public Fork name(String value) {
    return new Fork(from, steps, directory, Optional.of(value));
  }
}
