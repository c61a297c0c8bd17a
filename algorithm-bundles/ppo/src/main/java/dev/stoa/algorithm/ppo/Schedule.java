package dev.stoa.algorithm.ppo;

/**
 * Step size and clip range over a run, constant or falling linearly to 0.
 *
 * @param learningRate at the beginning
 * @param annealLearningRate whether it falls
 * @param clipRange at the beginning
 * @param annealClipRange whether it falls
 * @param steps number of transitions after which what falls is 0, and stays so
 */
record Schedule(
    double learningRate,
    boolean annealLearningRate,
    double clipRange,
    boolean annealClipRange,
    long steps) {
  static Schedule of(PpoParameters parameters, long steps) {
    return new Schedule(
        parameters.learningRate(),
        parameters.annealLearningRate(),
        parameters.clipRange(),
        parameters.annealClipRange(),
        steps);
  }

  /**
   * The step size.
   *
   * @param before transitions taken before the rollout that is learned from
   */
  double learningRate(long before) {
    return annealLearningRate ? learningRate * remaining(before) : learningRate;
  }

  /** The clip range; as {@link #learningRate(long)}. */
  double clipRange(long before) {
    return annealClipRange ? clipRange * remaining(before) : clipRange;
  }

  private double remaining(long before) {
    return Math.max(0, 1 - (double) before / steps);
  }
}
