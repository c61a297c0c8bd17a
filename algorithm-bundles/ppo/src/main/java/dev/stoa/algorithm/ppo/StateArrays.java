package dev.stoa.algorithm.ppo;

import dev.stoa.state.State;
import dev.stoa.state.StateException;
import java.lang.reflect.Array;

/** Reading arrays of a state into arrays of known type and length. */
final class StateArrays {
  private StateArrays() {}

  /**
   * Copies a stored array to the front of a target.
   *
   * @param target a primitive array
   * @param length number of elements that the state must have
   * @throws StateException when the stored array has another element type or length
   */
  static void read(State state, String name, Object target, int length) {
    Object stored = state.array(name).toArray();
    if (stored.getClass() != target.getClass()
        || Array.getLength(stored) != length
        || length > Array.getLength(target)) {
      throw new StateException(
          "array '"
              + name
              + "' of state "
              + state.schema()
              + " is "
              + state.array(name)
              + "; with the parameters of this run it would have "
              + length
              + " elements of "
              + target.getClass().getComponentType());
    }
    System.arraycopy(stored, 0, target, 0, length);
  }

  /** As {@link #read(State, String, Object, int)}, filling the whole target. */
  static void read(State state, String name, Object target) {
    read(state, name, target, Array.getLength(target));
  }
}
