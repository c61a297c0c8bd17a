package dev.stoa.environment;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What an environment is, as data.
 *
 * @param observation space of one observation
 * @param action space of one action
 * @param snapshot when its state can be saved
 * @param maxEpisodeSteps time limit after which an episode is truncated; 0 for none
 * @param solvedReturn mean return at which the field calls it solved, where there is such a number
 */
public record EnvironmentSpec(
    Space observation,
    Space action,
    Snapshot snapshot,
    int maxEpisodeSteps,
    OptionalDouble solvedReturn) {
  /** Checks that nothing is missing. */
  public EnvironmentSpec {
    Objects.requireNonNull(observation, "observation");
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(snapshot, "snapshot");
    Objects.requireNonNull(solvedReturn, "solvedReturn");
  }
}
