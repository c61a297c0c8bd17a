package dev.stoa.lib.learners;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.state.State;
import dev.stoa.state.StateException;
import org.junit.jupiter.api.Test;

class StateArraysTest {
  private static final State STATE = State.of("test", 1).array("rows", new int[] {1, 2}).build();

  @Test
  void aStoredArrayGoesToTheFrontOfItsTarget() {
    int[] target = {7, 8, 9};
    StateArrays.read(STATE, "rows", target, 2);
    assertArrayEquals(new int[] {1, 2, 9}, target);
  }

  @Test
  void anotherLengthOrTypeIsRefusedAndWritesNothing() {
    int[] target = {7, 8, 9};
    StateException failure =
        assertThrows(StateException.class, () -> StateArrays.read(STATE, "rows", target));
    assertEquals(
        "array 'rows' of state test/1 is I32[2]; with the parameters of this run it would have 3"
            + " elements of int",
        failure.getMessage());
    assertThrows(StateException.class, () -> StateArrays.read(STATE, "rows", target, 1));
    assertThrows(StateException.class, () -> StateArrays.read(STATE, "rows", new int[1], 2));
    assertThrows(StateException.class, () -> StateArrays.read(STATE, "rows", new float[2]));
    assertThrows(StateException.class, () -> StateArrays.read(STATE, "none", target));
    assertArrayEquals(new int[] {7, 8, 9}, target);
  }
}
