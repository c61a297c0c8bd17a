package dev.stoa.algorithm.ppo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class EstimatorsTest {
  @Test
  void advantagesOfThreeRewardsAreThoseOfTheCard() {
    float[] advantages = new float[3];
    float[] returns = new float[3];
    Estimators.advantages(
        new double[] {1, 1, 1},
        new float[3],
        new boolean[3],
        new float[1],
        .5,
        .5,
        advantages,
        returns);
    // Deltas are 1; weights 1, 1/4, 1/16: 1 + .25 + .0625, 1 + .25, 1.
    assertArrayEquals(new float[] {1.3125f, 1.25f, 1}, advantages);
    assertArrayEquals(advantages, returns);
  }

  @Test
  void anEndedEpisodeKeepsWhatFollowsOut() {
    float[] advantages = new float[2];
    float[] returns = new float[2];
    Estimators.advantages(
        new double[] {1, 5},
        new float[] {3, 7},
        new boolean[] {true, false},
        new float[] {9},
        .5,
        1,
        advantages,
        returns);
    // 1 - 3, and 5 + .5 * 9 - 7.
    assertArrayEquals(new float[] {-2, 2.5f}, advantages);
    assertArrayEquals(new float[] {1, 9.5f}, returns);
  }

  @Test
  void theRecursionAgreesWithTheSumOfItsDefinition() {
    RandomStream random = new RandomStream(4, 0, 0);
    int steps = 40;
    int copies = 5;
    double discount = .93;
    double lambda = .8;
    double[] rewards = new double[steps * copies];
    float[] values = new float[steps * copies];
    boolean[] ended = new boolean[steps * copies];
    float[] last = new float[copies];
    for (int i = 0; i < rewards.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
      rewards[i] = random.nextDouble(-1, 1);
      ended[i] = random.nextInt(7) == 0;
      if (ended[i] && random.nextInt(2) == 0) {
        // Cut off: the value of what would have followed is in the reward.
        rewards[i] += discount * random.nextDouble(-1, 1);
      }
    }
    for (int i = 0; i < copies; i++) {
      last[i] = (float) random.nextDouble(-1, 1);
    }
    float[] advantages = new float[rewards.length];
    float[] returns = new float[rewards.length];
    Estimators.advantages(rewards, values, ended, last, discount, lambda, advantages, returns);

    // Equation 16: the sum of (discount lambda)^l delta_(t+l), up to the end of the episode.
    for (int copy = 0; copy < copies; copy++) {
      for (int t = 0; t < steps; t++) {
        double sum = 0;
        double weight = 1;
        for (int k = t; k < steps; k++) {
          int at = k * copies + copy;
          double next = k + 1 < steps ? values[at + copies] : last[copy];
          sum += weight * (rewards[at] + (ended[at] ? 0 : discount * next) - values[at]);
          weight *= discount * lambda;
          if (ended[at]) {
            break;
          }
        }
        int at = t * copies + copy;
        assertEquals(sum, advantages[at], 1e-6);
        assertEquals(sum + values[at], returns[at], 1e-6);
      }
    }
  }

  @Test
  void explainedVarianceIsOneForPerfectValuesAndZeroForConstantOnes() {
    float[] returns = {1, 2, 4};
    assertEquals(1, Estimators.explainedVariance(returns, returns).orElseThrow(), 1e-12);
    assertEquals(
        0, Estimators.explainedVariance(new float[] {5, 5, 5}, returns).orElseThrow(), 1e-12);
    // Errors 0, 0, 1 have variance 2/9, returns 14/9: 1 - 1/7.
    assertEquals(
        6 / 7.0, Estimators.explainedVariance(new float[] {1, 2, 3}, returns).orElseThrow(), 1e-12);
    assertTrue(Estimators.explainedVariance(returns, new float[] {3, 3, 3}).isEmpty());
  }
}
