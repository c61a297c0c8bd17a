package dev.stoa.algorithm.ppo;

import java.util.OptionalDouble;

/** Estimators as pure functions of plain arrays {@code [steps, copies]}. */
final class Estimators {
  private Estimators() {}

  /**
   * Generalised advantage estimation (Schulman, Moritz, Levine, Jordan, Abbeel, ICLR 2016,
   * equations 11 and 16): {@code delta_t = r_t + discount n_t V_(t+1) - V_t} and {@code A_t =
   * delta_t + discount lambda n_t A_(t+1)}, where n_t is 0 if the episode ended with step t, else
   * 1.
   *
   * @param rewards r; a cut-off step's includes the discounted value of what would have followed
   * @param values V of the observation each step acted on
   * @param ended whether the episode ended with that step
   * @param last V of the observation after the final step, {@code [copies]}
   * @param advantages A is written
   * @param returns {@code A + V} is written: what the value is fitted to
   */
  static void advantages(
      double[] rewards,
      float[] values,
      boolean[] ended,
      float[] last,
      double discount,
      double lambda,
      float[] advantages,
      float[] returns) {
    int copies = last.length;
    for (int copy = 0; copy < copies; copy++) {
      double nextValue = last[copy];
      double advantage = 0;
      for (int at = rewards.length - copies + copy; at >= 0; at -= copies) {
        double going = ended[at] ? 0 : discount;
        double delta = rewards[at] + going * nextValue - values[at];
        advantage = delta + going * lambda * advantage;
        advantages[at] = (float) advantage;
        returns[at] = (float) (advantage + values[at]);
        nextValue = values[at];
      }
    }
  }

  /**
   * The share of the returns' variance that the values explain: {@code 1 - var(returns - values) /
   * var(returns)}; 1 is perfect, 0 no better than a constant. Empty when the returns do not vary.
   */
  static OptionalDouble explainedVariance(float[] values, float[] returns) {
    int count = returns.length;
    double meanReturn = 0;
    double meanError = 0;
    for (int i = 0; i < count; i++) {
      meanReturn += returns[i];
      meanError += (double) returns[i] - values[i];
    }
    meanReturn /= count;
    meanError /= count;
    double varianceReturn = 0;
    double varianceError = 0;
    for (int i = 0; i < count; i++) {
      double centredReturn = returns[i] - meanReturn;
      double centredError = (double) returns[i] - values[i] - meanError;
      varianceReturn += centredReturn * centredReturn;
      varianceError += centredError * centredError;
    }
    return varianceReturn > 0
        ? OptionalDouble.of(1 - varianceError / varianceReturn)
        : OptionalDouble.empty();
  }
}
