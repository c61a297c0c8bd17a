package dev.stoa.run;

import java.util.Objects;

/**
 * Where a run that did not begin at its beginning comes from.
 *
 * @param run directory of the run that it was forked from
 * @param step transitions that run had taken
 */
public record Origin(String run, long step) {
  /** Checks that there is a run. */
  public Origin {
    Objects.requireNonNull(run, "run");
  }
}
