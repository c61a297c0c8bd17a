package dev.stoa.policy;

import dev.stoa.environment.Space;
import dev.stoa.tensor.Graph;
import java.util.Objects;

/**
 * A policy as data: a graph that decides for a batch, and the spaces it is for. It needs no class
 * of the algorithm that trained it.
 *
 * <p>Inputs of the graph, by name: {@value #OBSERVATION} float32 {@code [batch, size]}; {@value
 * #KEY} int32 {@code [2]} (low and high word of the seed) and {@value #COUNTER} int32 {@code [2]}
 * (low and high word of the number of decisions taken before), from which sampled actions are
 * drawn; and one float32 input per policy array of the state, under that array's name. Outputs:
 * {@value #ACTION}, the likeliest action, and {@value #SAMPLE}, one drawn from the policy; each
 * int32 {@code [batch]} for a discrete space, float32 {@code [batch, size]} within the bounds for a
 * box.
 *
 * @param graph what decides
 * @param observation space of one observation
 * @param action space of one action
 */
public record PolicyModel(Graph graph, Space observation, Space action) {
  /** Name of the observation input. */
  public static final String OBSERVATION = "observation";

  /** Name of the random key input. */
  public static final String KEY = "key";

  /** Name of the random counter input. */
  public static final String COUNTER = "counter";

  /** Name of the output with the likeliest action. */
  public static final String ACTION = "action";

  /** Name of the output with a sampled action. */
  public static final String SAMPLE = "sample";

  /** Checks that nothing is missing. */
  public PolicyModel {
    Objects.requireNonNull(graph, "graph");
    Objects.requireNonNull(observation, "observation");
    Objects.requireNonNull(action, "action");
  }
}
