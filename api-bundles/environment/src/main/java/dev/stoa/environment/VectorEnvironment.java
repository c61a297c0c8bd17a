package dev.stoa.environment;

import dev.stoa.state.State;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Numbered copies of one environment, stepped together; an ended episode is followed by a new one
 * within the same step (Gymnasium's SAME_STEP convention). Copy i draws from streams keyed by
 * (seed, purpose, i) alone: what it does depends on no other copy. Not thread-safe.
 *
 * <p>A step allocates nothing. Actions lie flat: {@code int[copies]} for a discrete space, {@code
 * float[copies * size]} for a box; an environment implements the one of its space.
 */
@ConsumerType
public interface VectorEnvironment extends AutoCloseable {
  /** Number of copies. */
  int copies();

  /**
   * Starts new episodes in all copies.
   *
   * @param out {@link Transitions#observation} is written
   */
  void reset(Transitions out);

  /**
   * Steps every copy with an action of a discrete space.
   *
   * @throws IllegalArgumentException for an action outside the space, naming copy and action
   */
  default void step(int[] actions, Transitions out) {
    throw new UnsupportedOperationException("the action space is not discrete");
  }

  /** Steps every copy with an action of a box; as {@link #step(int[], Transitions)}. */
  default void step(float[] actions, Transitions out) {
    throw new UnsupportedOperationException("the action space is not a box");
  }

  /** Everything that the copies are; allowed when {@link EnvironmentSpec#snapshot()} says so. */
  State save();

  /** Takes over a saved state of as many copies; the next step goes on from there. */
  void restore(State state);

  /** Frees what is held; no other call follows. */
  @Override
  default void close() {}
}
