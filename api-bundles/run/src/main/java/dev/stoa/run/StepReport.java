package dev.stoa.run;

import java.util.List;
import java.util.Map;

/**
 * What one step did. Immutable; a step without news returns a constant, so that the hot loop
 * allocates nothing.
 *
 * @param transitions environment transitions taken in this step, summed over the batch
 * @param episodes episodes that ended in this step
 * @param metrics named values worth recording, for instance after an update; empty when there are
 *     none
 */
public record StepReport(int transitions, List<Episode> episodes, Map<String, Double> metrics) {
  /** Nothing to tell. */
  public static final StepReport NOTHING = new StepReport(0, List.of(), Map.of());

  /** Takes copies; a plugin's own collections never cross over. */
  public StepReport {
    episodes = List.copyOf(episodes);
    metrics = Map.copyOf(metrics);
  }
}
