package dev.stoa.algorithm.dqn;

import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Snapshot;
import dev.stoa.environment.Space;
import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.lib.learners.TestRun;
import dev.stoa.state.State;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * An observation is the number of steps since its episode began, in quarters; every episode ends
 * after four steps, one way or the other, and every reward is the same. Two actions, which change
 * nothing.
 */
final class CountingEnvironment implements VectorEnvironment {
  private static final int LENGTH = 4;

  private final double reward;
  private final boolean cutOff;
  private final int copies;
  private int steps;

  private CountingEnvironment(double reward, boolean cutOff, int copies) {
    this.reward = reward;
    this.cutOff = cutOff;
    this.copies = copies;
  }

  static TestRun.EnvironmentFactory of(double reward, boolean cutOff) {
    return new TestRun.EnvironmentFactory() {
      @Override
      public EnvironmentSpec spec() {
        return new EnvironmentSpec(
            new Space.Box(new float[] {0}, new float[] {1}),
            new Space.Discrete(2),
            Snapshot.EXACT,
            0,
            OptionalDouble.empty());
      }

      @Override
      public VectorEnvironment create(TestRun run, int purpose, int copies) {
        return new CountingEnvironment(reward, cutOff, copies);
      }
    };
  }

  @Override
  public int copies() {
    return copies;
  }

  @Override
  public void reset(Transitions out) {
    Arrays.fill(out.observation, 0);
  }

  @Override
  public void step(int[] actions, Transitions out) {
    for (int action : actions) {
      if (action != 0 && action != 1) {
        throw new IllegalArgumentException("action " + action);
      }
    }
    steps++;
    int at = steps % LENGTH;
    boolean ended = at == 0;
    Arrays.fill(out.observation, at / 4f);
    Arrays.fill(out.next, ended ? 1 : at / 4f);
    Arrays.fill(out.reward, reward);
    Arrays.fill(out.terminated, ended && !cutOff);
    Arrays.fill(out.truncated, ended && cutOff);
  }

  @Override
  public State save() {
    return State.of("counting", 1).integer("steps", steps).build();
  }

  @Override
  public void restore(State state) {
    steps = (int) state.integer("steps");
  }
}
