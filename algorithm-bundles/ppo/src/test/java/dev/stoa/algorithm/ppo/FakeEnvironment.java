package dev.stoa.algorithm.ppo;

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
 * Observations are always (1, 2), every reward is the same, every episode ends after two steps, one
 * way or the other. Actions are numbers in [-1, 1], and any other is refused.
 */
final class FakeEnvironment implements VectorEnvironment {
  private final double reward;
  private final boolean cutOff;
  private final int copies;
  private int steps;

  private FakeEnvironment(double reward, boolean cutOff, int copies) {
    this.reward = reward;
    this.cutOff = cutOff;
    this.copies = copies;
  }

  static TestRun.EnvironmentFactory of(double reward, boolean cutOff) {
    return new TestRun.EnvironmentFactory() {
      @Override
      public EnvironmentSpec spec() {
        return new EnvironmentSpec(
            new Space.Box(new float[] {-5, -5}, new float[] {5, 5}),
            new Space.Box(new float[] {-1}, new float[] {1}),
            Snapshot.EXACT,
            0,
            OptionalDouble.empty());
      }

      @Override
      public VectorEnvironment create(TestRun run, int purpose, int copies) {
        return new FakeEnvironment(reward, cutOff, copies);
      }
    };
  }

  @Override
  public int copies() {
    return copies;
  }

  @Override
  public void reset(Transitions out) {
    observe(out.observation);
  }

  private static void observe(float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = 1 + i % 2;
    }
  }

  @Override
  public void step(float[] actions, Transitions out) {
    for (float action : actions) {
      if (!(action >= -1 && action <= 1)) {
        throw new IllegalArgumentException("action " + action);
      }
    }
    steps++;
    boolean ended = steps % 2 == 0;
    observe(out.observation);
    observe(out.next);
    Arrays.fill(out.reward, reward);
    Arrays.fill(out.terminated, ended && !cutOff);
    Arrays.fill(out.truncated, ended && cutOff);
  }

  @Override
  public State save() {
    return State.of("fake", 1).integer("steps", steps).build();
  }

  @Override
  public void restore(State state) {
    steps = (int) state.integer("steps");
  }
}
