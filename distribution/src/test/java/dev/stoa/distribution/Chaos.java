package dev.stoa.distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A schedule of changes under many runs, which follows from a seed: what is done, to whom, and
 * when, counted in steps that all runs together have taken.
 */
final class Chaos {
  /** What is done. */
  enum Kind {
    UPDATE_ALGORITHM(false),
    UPDATE_ENVIRONMENT(false),
    UPDATE_DEVICE(false),
    REFRESH_LIBRARY(false),
    /** The bundle of an algorithm is stopped, its runs are suspended, and started again. */
    STOP_AND_START(false),
    PARK_AND_RESUME(false),
    /** Parked, and taken up from its directory as by another process. */
    RESUME_FROM_DISK(false),
    CHECKPOINT(false),
    FORK(false),
    /** To the device and back: within tolerance, not to the bit. */
    MOVE(true),
    SET(true);

    /** Whether the run's bits are others after it. */
    final boolean changesBits;

    Kind(boolean changesBits) {
      this.changesBits = changesBits;
    }
  }

  /**
   * One change.
   *
   * @param afterSteps of all runs together
   * @param run by number; also chooses among bundles
   */
  record Act(long afterSteps, Kind kind, int run) {}

  private Chaos() {}

  /**
   * A schedule.
   *
   * @param exact runs that keep their bits, the first ones; the others may be moved and set
   * @param runs all of them
   * @param steps that all runs together take
   */
  static List<Act> schedule(long seed, int exact, int runs, int acts, long steps) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Act> schedule = new ArrayList<>();
    for (int i = 0; i < acts; i++) {
      // Every kind in turn and then by chance: a short schedule has each of them, too.
      Kind[] kinds = Kind.values();
      Kind kind = kinds[i < kinds.length ? i : random.nextInt(kinds.length)];
      int run = kind.changesBits ? exact + random.nextInt(runs - exact) : random.nextInt(runs);
      schedule.add(new Act(steps * (i + 1) / (2L * acts), kind, run));
    }
    return schedule;
  }
}
