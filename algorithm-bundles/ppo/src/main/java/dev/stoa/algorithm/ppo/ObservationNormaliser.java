package dev.stoa.algorithm.ppo;

import dev.stoa.state.State;

/**
 * Brings observations to mean 0 and deviation 1 by running moments, and into a range. What it does
 * is {@code clip((x - mean) * scale)} in float32, on the host as in the policy's graph.
 */
final class ObservationNormaliser {
  static final String MEAN = "normaliser/mean";
  static final String SCALE = "normaliser/scale";
  private static final String MOMENTS = "observationMoments";

  private final RunningMoments moments;
  private final float[] mean;
  private final float[] scale;
  private final float clip;

  ObservationNormaliser(int size, double clip) {
    moments = new RunningMoments(size);
    mean = new float[size];
    scale = new float[size];
    this.clip = (float) clip;
    refresh();
  }

  /** Takes in a batch {@code [rows, size]}. */
  void observe(float[] batch) {
    moments.add(batch);
    refresh();
  }

  private void refresh() {
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) moments.mean(i);
      scale[i] = (float) moments.scale(i);
    }
  }

  /** Writes the normalised batch into another array of its length. */
  void normalise(float[] batch, float[] out) {
    for (int at = 0; at < batch.length; at++) {
      int i = at % mean.length;
      out[at] = Math.min(clip, Math.max(-clip, (batch[at] - mean[i]) * scale[i]));
    }
  }

  void save(State.Builder state) {
    moments.save(MOMENTS, state);
    state.policy(MEAN, mean).policy(SCALE, scale);
  }

  void restore(State state) {
    moments.restore(MOMENTS, state);
    refresh();
  }
}
