package dev.stoa.algorithm.ppo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.state.State;
import dev.stoa.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class NormaliserTest {
  @Test
  void momentsOfManyBatchesAreThoseOfAllTheirRows() {
    RandomStream random = new RandomStream(8, 0, 0);
    RunningMoments moments = new RunningMoments(2);
    int rows = 0;
    double[] sum = new double[2];
    double[] squares = new double[2];
    for (int batch = 0; batch < 50; batch++) {
      float[] values = new float[2 * (1 + batch % 4)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(i % 2, 5);
        sum[i % 2] += values[i];
        squares[i % 2] += (double) values[i] * values[i];
      }
      rows += values.length / 2;
      moments.add(values);
    }
    for (int i = 0; i < 2; i++) {
      double mean = sum[i] / rows;
      double variance = squares[i] / rows - mean * mean;
      // The start weighs a ten-thousandth of a row.
      assertEquals(mean, moments.mean(i), 1e-5);
      assertEquals(1 / Math.sqrt(variance), moments.scale(i), 1e-5);
    }
  }

  @Test
  void observationsAreMovedIntoTheirRange() {
    ObservationNormaliser normaliser = new ObservationNormaliser(1, 2);
    // Mean 0 and variance 1, with negligible weight of the start.
    normaliser.observe(new float[] {-1, 1});
    float[] out = new float[4];
    normaliser.normalise(new float[] {-9, -.5f, .5f, 9}, out);
    assertArrayEquals(new float[] {-2, -.5f, .5f, 2}, out, 1e-6f);
  }

  @Test
  void rewardsAreDividedByTheDeviationOfTheDiscountedReturn() {
    RewardNormaliser normaliser = new RewardNormaliser(2, .5, 10);
    double[] out = new double[2];
    normaliser.normalise(new double[] {1, 3}, out, 0);
    // Returns 1 and 3: variance 1 (mean 2), nearly: the start weighs 1e-4 / 2.
    assertArrayEquals(new double[] {1, 3}, out, 1e-3);
    normaliser.ended(0);
    normaliser.normalise(new double[] {1, 1.5}, out, 0);
    // Returns .5 * 0 + 1 and .5 * 3 + 1.5: all four are 1, 3, 1, 3, variance still 1.
    assertArrayEquals(new double[] {1, 1.5}, out, 1e-3);
  }

  @Test
  void restoredNormalisersGoOnAlike() {
    RewardNormaliser normaliser = new RewardNormaliser(2, .9, 10);
    double[] expected = new double[2];
    normaliser.normalise(new double[] {1, 3}, expected, 0);
    State.Builder state = State.of("test", 1);
    normaliser.save(state);
    RewardNormaliser other = new RewardNormaliser(2, .9, 10);
    other.restore(state.build());
    double[] got = new double[2];
    normaliser.normalise(new double[] {2, 7}, expected, 0);
    other.normalise(new double[] {2, 7}, got, 0);
    assertArrayEquals(expected, got);
  }
}
