package dev.stoa.algorithm.ppo;

import dev.stoa.lib.learners.StateArrays;
import dev.stoa.state.State;
import java.util.Arrays;

/**
 * Running mean and variance of vectors, in float64, batch by batch (Chan, Golub, LeVeque: "Updating
 * formulae and a pairwise algorithm for computing sample variances", 1979). Before the first batch
 * the mean is 0 and the variance 1, with the weight of a ten-thousandth sample.
 */
final class RunningMoments {
  private final double[] mean;
  private final double[] variance;
  private double count = 1e-4;

  RunningMoments(int size) {
    mean = new double[size];
    variance = new double[size];
    Arrays.fill(variance, 1);
  }

  /** Takes in a batch of vectors, {@code [rows, size]}. */
  void add(float[] batch) {
    int size = mean.length;
    int rows = batch.length / size;
    double total = count + rows;
    for (int i = 0; i < size; i++) {
      double batchMean = 0;
      for (int at = i; at < batch.length; at += size) {
        batchMean += batch[at];
      }
      batchMean /= rows;
      double squares = 0;
      for (int at = i; at < batch.length; at += size) {
        squares += (batch[at] - batchMean) * (batch[at] - batchMean);
      }
      merge(i, rows, batchMean, squares, total);
    }
    count = total;
  }

  /** Takes in a batch of numbers; for size 1. */
  void add(double[] batch) {
    double batchMean = 0;
    for (double value : batch) {
      batchMean += value;
    }
    batchMean /= batch.length;
    double squares = 0;
    for (double value : batch) {
      squares += (value - batchMean) * (value - batchMean);
    }
    double total = count + batch.length;
    merge(0, batch.length, batchMean, squares, total);
    count = total;
  }

  private void merge(int i, int rows, double batchMean, double squares, double total) {
    double apart = batchMean - mean[i];
    mean[i] += apart * rows / total;
    variance[i] = (variance[i] * count + squares + apart * apart * count * rows / total) / total;
  }

  double mean(int i) {
    return mean[i];
  }

  /** One over the standard deviation, kept finite. */
  double scale(int i) {
    return 1 / Math.sqrt(variance[i] + 1e-8);
  }

  void save(String name, State.Builder state) {
    state.array(name + "/mean", mean).array(name + "/variance", variance);
    state.real(name + "/count", count);
  }

  void restore(String name, State state) {
    StateArrays.read(state, name + "/mean", mean);
    StateArrays.read(state, name + "/variance", variance);
    count = state.real(name + "/count");
  }
}
