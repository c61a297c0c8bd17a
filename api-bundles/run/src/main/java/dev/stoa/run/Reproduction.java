package dev.stoa.run;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Whether recorded metrics came out again, bit for bit.
 *
 * @param directory of the run that went again
 * @param from transitions taken at the checkpoint it began from
 * @param to step of the last line that was compared
 * @param lines how many lines were compared, at least 1
 * @param difference the first; empty when there is none
 * @param then by name: {@code fingerprint} of the device, {@code java}, and each part's {@code name
 *     version (bundle)}, when the checkpoint was written
 * @param now the same, when it was gone again
 */
public record Reproduction(
    Path directory,
    long from,
    long to,
    long lines,
    Optional<Difference> difference,
    Map<String, String> then,
    Map<String, String> now) {
  /** Takes copies of the maps. */
  public Reproduction {
    Objects.requireNonNull(difference, "difference");
    then = Map.copyOf(then);
    now = Map.copyOf(now);
  }

  /**
   * Where two lines of metrics differ first.
   *
   * @param line number in the file, counted from 1
   * @param step of the recorded line
   * @param key the first key that differs, in the order of the recorded line
   * @param recorded its value as written; {@code nothing} where the line does not have it
   * @param repeated its value the second time; {@code nothing} where there is none
   */
  public record Difference(long line, long step, String key, String recorded, String repeated) {}

  /**
   * A run that goes again.
   *
   * @param run it; to stop it ends the comparison
   * @param outcome completes when it has ended; exceptionally, with a {@link UserException}, when
   *     it did not come to its end
   */
  public record UnderWay(Run run, CompletionStage<Reproduction> outcome) {}
}
