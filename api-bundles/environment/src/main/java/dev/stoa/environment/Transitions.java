package dev.stoa.environment;

/**
 * One batched step's arrays, owned and reused by the caller. Index i is copy i; {@code size} is the
 * flat size of the space.
 */
public final class Transitions {
  /**
   * {@code [copies, size]}: the observation to act on next; after an episode's end that of the new.
   */
  public final float[] observation;

  /**
   * {@code [copies, size]}: the observation that followed the action. Equal to {@link #observation}
   * except where an episode ended: there it is the ended episode's last.
   */
  public final float[] next;

  /** {@code [copies]}: rewards. */
  public final double[] reward;

  /** {@code [copies]}: the task's end was reached; the value of what follows is zero. */
  public final boolean[] terminated;

  /** {@code [copies]}: the episode was cut off, for instance by a time limit. */
  public final boolean[] truncated;

  /** Arrays for a number of copies and a flat size of one observation. */
  public Transitions(int copies, int size) {
    observation = new float[copies * size];
    next = new float[copies * size];
    reward = new double[copies];
    terminated = new boolean[copies];
    truncated = new boolean[copies];
  }
}
