package dev.stoa.lib.learners;

import dev.stoa.state.ElementType;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import dev.stoa.state.StoredArray;
import java.lang.reflect.Array;

/** Reading arrays of a state into arrays of known type and length. */
public final class StateArrays {
  private StateArrays() {}

  /**
   * Copies a stored array to the front of a target.
   *
   * @param target a primitive array
   * @param length number of elements that the state must have
   * @throws StateException when there is none, or it has another element type or length
   */
  public static void read(State state, String name, Object target, int length) {
    StoredArray stored = state.array(name);
    if (stored.type() != ElementType.of(target.getClass().getComponentType())
        || stored.size() != length
        || length > Array.getLength(target)) {
      throw new StateException(
          "array '"
              + name
              + "' of state "
              + state.schema()
              + " is "
              + stored
              + "; with the parameters of this run it would have "
              + length
              + " elements of "
              + target.getClass().getComponentType());
    }
    stored.copyTo(target);
  }

  /** As {@link #read(State, String, Object, int)}, filling the whole target. */
  public static void read(State state, String name, Object target) {
    read(state, name, target, Array.getLength(target));
  }
}
