package dev.stoa.runs;

import dev.stoa.environment.Snapshot;
import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.state.State;

/**
 * The kernel's environment that a learner holds: the same object while the environment's bundle is
 * replaced behind it. Checks what comes back: a number that is not finite is a fault of the
 * environment, named where it arose and not twenty operations later.
 */
final class GuardedEnvironment implements VectorEnvironment {
  private final int copies;
  private final int size;
  private PartEntry part;
  private Snapshot snapshot;
  private VectorEnvironment delegate;
  private boolean begun;
  private boolean lostEpisodes;

  GuardedEnvironment(
      PartEntry part, Snapshot snapshot, VectorEnvironment delegate, int copies, int size) {
    this.part = part;
    this.snapshot = snapshot;
    this.delegate = delegate;
    this.copies = copies;
    this.size = size;
  }

  /** Puts another environment behind this one; its episodes are lost unless a state follows. */
  void replace(PartEntry newPart, Snapshot newSnapshot, VectorEnvironment newDelegate) {
    part = newPart;
    snapshot = newSnapshot;
    delegate = newDelegate;
    lostEpisodes = begun;
  }

  /** Frees the environment behind this one; {@link #replace} brings another. */
  void release() {
    VectorEnvironment old = delegate;
    delegate = null;
    if (old != null) {
      try {
        old.close();
      } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
        throw PluginFault.of(part, "while closing", e);
      }
    }
  }

  /** The environment behind this one is new to a learner that is not. */
  void episodesLost() {
    lostEpisodes = true;
  }

  boolean present() {
    return delegate != null;
  }

  Snapshot snapshot() {
    return snapshot;
  }

  @Override
  public int copies() {
    return copies;
  }

  @Override
  public void reset(Transitions out) {
    try {
      delegate.reset(out);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      throw PluginFault.of(part, "in reset", e);
    }
    begun = true;
    lostEpisodes = false;
    check(out.observation, "observation");
  }

  @Override
  public void step(int[] actions, Transitions out) {
    if (lostEpisodes) {
      cutOff(out);
      return;
    }
    try {
      delegate.step(actions, out);
    } catch (IllegalArgumentException e) {
      // The contract's word for an action outside the space: the algorithm's doing, not the task's.
      throw PluginFault.of(part, "on an action of the algorithm that it refuses", e);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      throw PluginFault.of(part, "in step", e);
    }
    check(out);
  }

  @Override
  public void step(float[] actions, Transitions out) {
    if (lostEpisodes) {
      cutOff(out);
      return;
    }
    try {
      delegate.step(actions, out);
    } catch (IllegalArgumentException e) {
      // The contract's word for an action outside the space: the algorithm's doing, not the task's.
      throw PluginFault.of(part, "on an action of the algorithm that it refuses", e);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      throw PluginFault.of(part, "in step", e);
    }
    check(out);
  }

  /**
   * The episodes that an environment without snapshot lost at its replacement end here, truncated
   * where they stood, and new ones begin: honest to the learner, and said by the run as not exact.
   */
  private void cutOff(Transitions out) {
    System.arraycopy(out.observation, 0, out.next, 0, out.next.length);
    reset(out);
    java.util.Arrays.fill(out.reward, 0);
    java.util.Arrays.fill(out.terminated, false);
    java.util.Arrays.fill(out.truncated, true);
  }

  private void check(Transitions out) {
    check(out.observation, "observation");
    check(out.next, "observation");
    for (int i = 0; i < copies; i++) {
      if (!Double.isFinite(out.reward[i])) {
        throw PluginFault.of(
            part,
            "returned the reward "
                + out.reward[i]
                + " in copy "
                + i
                + "; it must be a finite number");
      }
    }
  }

  private void check(float[] values, String what) {
    // Zero times a finite number is zero: one addition per element finds the rare case.
    float sum = 0;
    for (float value : values) {
      sum += value * 0f;
    }
    if (sum == 0f) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw PluginFault.of(
            part,
            "returned the "
                + what
                + " "
                + values[i]
                + " at element "
                + i % size
                + " of copy "
                + i / size
                + "; it must be a finite number");
      }
    }
  }

  @Override
  public State save() {
    try {
      return PluginFault.required(part, "in save", delegate.save());
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      throw PluginFault.of(part, "in save", e);
    }
  }

  @Override
  public void restore(State state) {
    try {
      delegate.restore(state);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      throw PluginFault.of(part, "in restore", e);
    }
    begun = true;
    lostEpisodes = false;
  }
}
