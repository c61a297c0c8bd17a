package dev.stoa.algorithm.ppo;

import dev.stoa.lib.learners.StateArrays;
import dev.stoa.state.State;
import dev.stoa.state.StoredArray;

/**
 * The transitions between two phases of updates, row-major {@code [steps, copies, ...]}; the rows
 * before {@link #filled} are valid.
 */
final class Rollout {
  private static final String PREFIX = "rollout/";

  final int steps;
  final int copies;
  final int observationSize;
  final int actionSize;

  /** As the networks see them. */
  final float[] observations;

  /** Of a discrete space; else empty. */
  final int[] choices;

  /** Of a box, as sampled, before they are moved within its bounds; else empty. */
  final float[] vectors;

  final float[] logProbabilities;
  final float[] values;

  /** As the estimator sees them: normalised, bootstrapped where cut off. */
  final double[] rewards;

  /** Whether the episode ended with this step. */
  final boolean[] ended;

  /** Written by the estimator when the rollout is full. */
  final float[] advantages;

  /** Written by the estimator when the rollout is full. */
  final float[] returns;

  /** Number of steps taken so far. */
  private int filled;

  Rollout(int steps, int copies, int observationSize, int actionSize, boolean discrete) {
    this.steps = steps;
    this.copies = copies;
    this.observationSize = observationSize;
    this.actionSize = actionSize;
    int batch = Math.multiplyExact(steps, copies);
    observations = new float[Math.multiplyExact(batch, observationSize)];
    choices = new int[discrete ? batch : 0];
    vectors = new float[discrete ? 0 : Math.multiplyExact(batch, actionSize)];
    logProbabilities = new float[batch];
    values = new float[batch];
    rewards = new double[batch];
    ended = new boolean[batch];
    advantages = new float[batch];
    returns = new float[batch];
  }

  int batch() {
    return steps * copies;
  }

  int filled() {
    return filled;
  }

  boolean full() {
    return filled == steps;
  }

  /** Index of the first transition of the row being taken. */
  int row() {
    return filled * copies;
  }

  /** The row has been written. */
  void advance() {
    filled++;
  }

  void clear() {
    filled = 0;
  }

  /** The valid rows; advantages and returns only of a full rollout, which alone has them. */
  void save(State.Builder state) {
    state.integer(PREFIX + "filled", filled);
    if (filled == 0) {
      return;
    }
    state.array(
        PREFIX + "observations", StoredArray.front(observations, filled, copies, observationSize));
    if (vectors.length == 0) {
      state.array(PREFIX + "actions", StoredArray.front(choices, filled, copies));
    } else {
      state.array(PREFIX + "actions", StoredArray.front(vectors, filled, copies, actionSize));
    }
    state.array(PREFIX + "logProbabilities", StoredArray.front(logProbabilities, filled, copies));
    state.array(PREFIX + "values", StoredArray.front(values, filled, copies));
    state.array(PREFIX + "rewards", StoredArray.front(rewards, filled, copies));
    state.array(PREFIX + "ended", StoredArray.front(ended, filled, copies));
  }

  void saveEstimates(State.Builder state) {
    state.array(PREFIX + "advantages", advantages, steps, copies);
    state.array(PREFIX + "returns", returns, steps, copies);
  }

  void restore(State state) {
    filled = Math.toIntExact(state.integer(PREFIX + "filled"));
    if (filled == 0) {
      return;
    }
    int rows = filled * copies;
    StateArrays.read(state, PREFIX + "observations", observations, rows * observationSize);
    if (vectors.length == 0) {
      StateArrays.read(state, PREFIX + "actions", choices, rows);
    } else {
      StateArrays.read(state, PREFIX + "actions", vectors, rows * actionSize);
    }
    StateArrays.read(state, PREFIX + "logProbabilities", logProbabilities, rows);
    StateArrays.read(state, PREFIX + "values", values, rows);
    StateArrays.read(state, PREFIX + "rewards", rewards, rows);
    StateArrays.read(state, PREFIX + "ended", ended, rows);
  }

  void restoreEstimates(State state) {
    StateArrays.read(state, PREFIX + "advantages", advantages);
    StateArrays.read(state, PREFIX + "returns", returns);
  }
}
