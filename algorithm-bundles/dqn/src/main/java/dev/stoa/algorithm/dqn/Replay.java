package dev.stoa.algorithm.dqn;

import dev.stoa.environment.Transitions;
import dev.stoa.lib.learners.StateArrays;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import dev.stoa.state.StoredArray;
import dev.stoa.tensor.random.RandomStream;

/**
 * The transitions taken last, on the host: a ring, row-major {@code [capacity, ...]}. Rows are
 * filled from the first on; when all are, the oldest is replaced.
 */
final class Replay {
  private static final String PREFIX = "replay/";

  private final int capacity;
  private final int observationSize;
  private final float[] observations;
  private final int[] actions;
  private final float[] rewards;

  /** The observations that followed: of an episode's end its last, not the new one's first. */
  private final float[] following;

  private final boolean[] terminated;

  /** Rows that are filled. */
  private int size;

  /** The row that is written next. */
  private int cursor;

  Replay(int capacity, int observationSize) {
    this.capacity = capacity;
    this.observationSize = observationSize;
    observations = new float[Math.multiplyExact(capacity, observationSize)];
    actions = new int[capacity];
    rewards = new float[capacity];
    following = new float[observations.length];
    terminated = new boolean[capacity];
  }

  int size() {
    return size;
  }

  /**
   * Remembers one transition of each copy.
   *
   * @param seen {@code [copies, size]}: the observations decided on
   * @param chosen {@code [copies]}: the actions
   * @param result what followed
   */
  void add(float[] seen, int[] chosen, Transitions result) {
    for (int copy = 0; copy < chosen.length; copy++) {
      int from = copy * observationSize;
      int to = cursor * observationSize;
      System.arraycopy(seen, from, observations, to, observationSize);
      System.arraycopy(result.next, from, following, to, observationSize);
      actions[cursor] = chosen[copy];
      rewards[cursor] = (float) result.reward[copy];
      terminated[cursor] = result.terminated[copy];
      cursor = cursor + 1 == capacity ? 0 : cursor + 1;
      size = Math.min(capacity, size + 1);
    }
  }

  /** Draws transitions, each of those remembered with equal probability and with replacement. */
  void sample(RandomStream stream, Minibatch out) {
    for (int i = 0; i < out.size; i++) {
      int row = stream.nextInt(size);
      int from = row * observationSize;
      int to = i * observationSize;
      System.arraycopy(observations, from, out.observations, to, observationSize);
      System.arraycopy(following, from, out.following, to, observationSize);
      out.actions[i] = actions[row];
      out.rewards[i] = rewards[row];
      out.terminated[i] = terminated[row] ? 1 : 0;
    }
  }

  /** The filled rows, in the order in which they lie. */
  void save(State.Builder state) {
    state.integer(PREFIX + "size", size).integer(PREFIX + "cursor", cursor);
    save(state, "observations", observations, observationSize);
    save(state, "following", following, observationSize);
    state.array(PREFIX + "actions", StoredArray.front(actions, size));
    state.array(PREFIX + "rewards", StoredArray.front(rewards, size));
    state.array(PREFIX + "terminated", StoredArray.front(terminated, size));
  }

  private void save(State.Builder state, String name, float[] rows, int width) {
    state.array(PREFIX + name, StoredArray.front(rows, size, width));
  }

  /**
   * Takes over a saved memory of the same capacity.
   *
   * @throws StateException for one of another capacity or observation
   */
  void restore(State state) {
    long rows = state.integer(PREFIX + "size");
    long next = state.integer(PREFIX + "cursor");
    boolean full = rows == capacity && next >= 0 && next < capacity;
    if (!full && !(rows >= 0 && rows < capacity && next == rows)) {
      throw new StateException(
          "state "
              + state.schema()
              + " remembers "
              + rows
              + " transitions and goes on at row "
              + next
              + ", which no replay memory of bufferCapacity "
              + capacity
              + " does");
    }
    size = (int) rows;
    cursor = (int) next;
    StateArrays.read(state, PREFIX + "observations", observations, size * observationSize);
    StateArrays.read(state, PREFIX + "following", following, size * observationSize);
    StateArrays.read(state, PREFIX + "actions", actions, size);
    StateArrays.read(state, PREFIX + "rewards", rewards, size);
    StateArrays.read(state, PREFIX + "terminated", terminated, size);
  }

  /** Transitions drawn for one gradient step, {@code [size, ...]}; reused. */
  static final class Minibatch {
    final int size;
    final float[] observations;
    final int[] actions;
    final float[] rewards;
    final float[] following;

    /** 1 where the episode terminated, else 0. */
    final float[] terminated;

    Minibatch(int size, int observationSize) {
      this.size = size;
      observations = new float[Math.multiplyExact(size, observationSize)];
      actions = new int[size];
      rewards = new float[size];
      following = new float[observations.length];
      terminated = new float[size];
    }
  }
}
