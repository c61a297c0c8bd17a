package dev.stoa.algorithm.dqn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.environment.Transitions;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import dev.stoa.tensor.random.RandomStream;
import org.junit.jupiter.api.Test;

class ReplayTest {
  /** Adds a transition per number n: from (n, -n) by action n to (n + .5, .5 - n), reward 10 n. */
  private static void add(Replay replay, int... numbers) {
    Transitions result = new Transitions(numbers.length, 2);
    float[] seen = new float[2 * numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      seen[2 * i] = numbers[i];
      seen[2 * i + 1] = -numbers[i];
      result.next[2 * i] = numbers[i] + .5f;
      result.next[2 * i + 1] = .5f - numbers[i];
      result.observation[2 * i] = 99;
      result.reward[i] = 10 * numbers[i];
      result.terminated[i] = numbers[i] % 2 == 1;
      result.truncated[i] = numbers[i] % 2 == 0;
    }
    replay.add(seen, numbers, result);
  }

  private static State state(Replay replay) {
    State.Builder state = State.of("test", 1);
    replay.save(state);
    return state.build();
  }

  @Test
  void rowsAreFilledInOrderAndThenTheOldestIsReplaced() {
    Replay replay = new Replay(3, 2);
    add(replay, 1, 2);
    State partly = state(replay);
    assertEquals(2, partly.integer("replay/size"));
    assertEquals(2, partly.integer("replay/cursor"));
    assertArrayEquals(new int[] {1, 2}, partly.array("replay/actions").ints());

    // Two copies over the end: the second overwrites the oldest.
    add(replay, 3, 4);
    State wrapped = state(replay);
    assertEquals(3, replay.size());
    assertEquals(1, wrapped.integer("replay/cursor"));
    assertArrayEquals(new int[] {4, 2, 3}, wrapped.array("replay/actions").ints());
    assertArrayEquals(
        new float[] {4, -4, 2, -2, 3, -3}, wrapped.array("replay/observations").floats());
    assertArrayEquals(
        new float[] {4.5f, -3.5f, 2.5f, -1.5f, 3.5f, -2.5f},
        wrapped.array("replay/following").floats());
    assertArrayEquals(new float[] {40, 20, 30}, wrapped.array("replay/rewards").floats());
    // Odd numbers terminated, even ones were cut off, which is no end.
    assertArrayEquals(
        new boolean[] {false, false, true}, wrapped.array("replay/terminated").booleans());

    add(replay, 5, 6);
    State full = state(replay);
    assertEquals(0, full.integer("replay/cursor"));
    assertArrayEquals(new int[] {4, 5, 6}, full.array("replay/actions").ints());
  }

  @Test
  void aDrawnRowIsAWholeTransition() {
    Replay replay = new Replay(5, 2);
    add(replay, 1, 2, 3, 4);
    Replay.Minibatch drawn = new Replay.Minibatch(50, 2);
    replay.sample(new RandomStream(1, 2, 0), drawn);
    for (int i = 0; i < 50; i++) {
      int number = drawn.actions[i];
      assertTrue(number >= 1 && number <= 4);
      assertEquals(number, drawn.observations[2 * i]);
      assertEquals(-number, drawn.observations[2 * i + 1]);
      assertEquals(number + .5f, drawn.following[2 * i]);
      assertEquals(.5f - number, drawn.following[2 * i + 1]);
      assertEquals(10 * number, drawn.rewards[i]);
      assertEquals(number % 2, drawn.terminated[i]);
    }
  }

  @Test
  void allRowsAreDrawnEquallyOftenWhetherTheMemoryIsFullOrNot() {
    for (int capacity : new int[] {7, 100}) {
      Replay replay = new Replay(capacity, 2);
      // A full ring of 7 has wrapped by now: the last seven numbers are there.
      for (int number = capacity == 7 ? -4 : 0; number < 7; number++) {
        add(replay, number < 0 ? 0 : number);
      }
      for (long seed = 1; seed <= 5; seed++) {
        int[] counts = new int[7];
        Replay.Minibatch drawn = new Replay.Minibatch(7_000, 2);
        RandomStream stream = new RandomStream(seed, 2, 0);
        for (int batch = 0; batch < 10; batch++) {
          replay.sample(stream, drawn);
          for (int number : drawn.actions) {
            counts[number]++;
          }
        }
        double chiSquare = 0;
        for (int count : counts) {
          chiSquare += (count - 10_000.0) * (count - 10_000.0) / 10_000;
        }
        // Above 22.46 with 6 degrees of freedom in one of a thousand cases.
        assertTrue(chiSquare < 22.46, "seed " + seed + ": " + chiSquare);
      }
    }
  }

  @Test
  void aMemoryRestoredAtAnyFillingGoesOnAsTheUndisturbedOne() {
    Replay undisturbed = new Replay(5, 2);
    Replay replay = new Replay(5, 2);
    for (int number = 0; number < 14; number += 2) {
      add(undisturbed, number, number + 1);
      add(replay, number, number + 1);
      State saved = state(replay);
      replay = new Replay(5, 2);
      replay.restore(saved);
      assertEquals(state(undisturbed), state(replay), "after " + number);
    }
  }

  @Test
  void aMemoryOfAnotherCapacityIsRefused() {
    Replay replay = new Replay(3, 2);
    add(replay, 1, 2, 3, 4);
    State full = state(replay);
    for (int capacity : new int[] {2, 4}) {
      StateException failure =
          assertThrows(StateException.class, () -> new Replay(capacity, 2).restore(full));
      assertEquals(
          "state test/1 remembers 3 transitions and goes on at row 1, which no replay memory of"
              + " bufferCapacity "
              + capacity
              + " does",
          failure.getMessage());
    }
    assertThrows(StateException.class, () -> new Replay(3, 1).restore(full));
  }
}
