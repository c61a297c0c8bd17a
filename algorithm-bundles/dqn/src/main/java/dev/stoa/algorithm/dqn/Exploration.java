package dev.stoa.algorithm.dqn;

/**
 * How often an action is drawn at random: always before learning starts; else a straight line over
 * the transitions taken, and then its end.
 *
 * @param initial epsilon at 0 transitions
 * @param last epsilon at the end of the line, and from there on
 * @param length transitions at the end of the line; 0 for none
 * @param learningStarts transitions that are random altogether
 */
record Exploration(double initial, double last, double length, long learningStarts) {
  static Exploration of(DqnParameters parameters, long steps) {
    return new Exploration(
        parameters.initialEpsilon(),
        parameters.finalEpsilon(),
        parameters.explorationFraction() * steps,
        parameters.learningStarts());
  }

  /**
   * The probability of a uniform random action.
   *
   * @param taken transitions taken before
   */
  double epsilon(long taken) {
    if (taken < learningStarts) {
      return 1;
    }
    return taken >= length ? last : initial + (last - initial) * (taken / length);
  }
}
