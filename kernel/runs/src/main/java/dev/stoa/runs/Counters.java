package dev.stoa.runs;

import dev.stoa.run.Episode;
import dev.stoa.state.State;
import dev.stoa.state.StateException;

/** What a run has counted. Written by the run's thread under the actor's lock. */
final class Counters {
  private static final int RECENT = 100;

  private final double[] returns = new double[RECENT];
  private final int[] lengths = new int[RECENT];
  volatile long steps;
  volatile long episodes;
  volatile double meanReturn = Double.NaN;

  /** Lines of metrics.jsonl; on resumption the file is cut back to so many. */
  long reports;

  void episode(Episode episode) {
    int place = (int) (episodes % RECENT);
    returns[place] = episode.totalReward();
    lengths[place] = episode.length();
    episodes++;
    meanReturn = mean();
  }

  private double mean() {
    int count = (int) Math.min(episodes, RECENT);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += returns[i];
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  double meanLength() {
    int count = (int) Math.min(episodes, RECENT);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += lengths[i];
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  void save(State.Builder state) {
    state
        .integer("steps", steps)
        .integer("episodes", episodes)
        .integer("reports", reports)
        .array("recent/returns", returns)
        .array("recent/lengths", lengths);
  }

  /**
   * Counts on from a state.
   *
   * @throws StateException when it is not of this making; entries beyond those known are left alone
   */
  void restore(State state) {
    double[] savedReturns = state.array("recent/returns").doubles();
    int[] savedLengths = state.array("recent/lengths").ints();
    if (savedReturns.length != RECENT || savedLengths.length != RECENT) {
      throw new StateException(
          "the state counts the last "
              + savedReturns.length
              + " episodes, this version the last "
              + RECENT);
    }
    steps = state.integer("steps");
    episodes = state.integer("episodes");
    reports = state.integer("reports");
    System.arraycopy(savedReturns, 0, returns, 0, RECENT);
    System.arraycopy(savedLengths, 0, lengths, 0, RECENT);
    meanReturn = mean();
  }
}
