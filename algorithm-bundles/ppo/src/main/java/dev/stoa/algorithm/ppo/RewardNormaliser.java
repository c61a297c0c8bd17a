package dev.stoa.algorithm.ppo;

import dev.stoa.lib.learners.StateArrays;
import dev.stoa.state.State;

/**
 * Divides rewards by the running deviation of the discounted return, and moves them into a range.
 */
final class RewardNormaliser {
  private static final String MOMENTS = "rewardMoments";
  private static final String RETURNS = "discountedReturns";

  private final RunningMoments moments = new RunningMoments(1);
  private final double[] returns;
  private final double discount;
  private final double clip;

  RewardNormaliser(int copies, double discount, double clip) {
    returns = new double[copies];
    this.discount = discount;
    this.clip = clip;
  }

  /**
   * Takes in one step's rewards and normalises them.
   *
   * @param rewards {@code [copies]}
   * @param out the normalised rewards are written from {@code at} on
   */
  void normalise(double[] rewards, double[] out, int at) {
    for (int i = 0; i < returns.length; i++) {
      returns[i] = returns[i] * discount + rewards[i];
    }
    moments.add(returns);
    for (int i = 0; i < returns.length; i++) {
      out[at + i] = Math.min(clip, Math.max(-clip, rewards[i] * moments.scale(0)));
    }
  }

  /** A copy's episode has ended: its return starts anew. */
  void ended(int copy) {
    returns[copy] = 0;
  }

  void save(State.Builder state) {
    moments.save(MOMENTS, state);
    state.array(RETURNS, returns);
  }

  void restore(State state) {
    moments.restore(MOMENTS, state);
    StateArrays.read(state, RETURNS, returns);
  }
}
