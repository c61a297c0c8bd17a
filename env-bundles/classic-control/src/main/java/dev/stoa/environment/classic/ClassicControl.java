package dev.stoa.environment.classic;

import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Space;
import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.run.RunContext;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import dev.stoa.state.StateSchema;
import dev.stoa.tensor.random.RandomStream;
import java.util.Arrays;
import java.util.List;

/**
 * What all classic control tasks share: the state of the copies, the time limit, new episodes, save
 * and restore. A task adds its physics: {@link #start}, {@link #observe} and the {@code step} of
 * its action space, which calls {@link #begin(int[], Transitions)}, then writes next state, reward
 * and {@code terminated} of every copy, then calls {@link #end}.
 */
abstract class ClassicControl implements VectorEnvironment {
  /** {@code [variable, copy]}: one array per variable, in the order of the constructor's names. */
  protected final double[][] state;

  private final StateSchema schema;
  private final EnvironmentSpec spec;
  private final List<String> variables;
  private final int copies;
  private final int observationSize;
  private final RandomStream[] streams;
  private final int[] steps;
  private boolean started;

  /**
   * Copies that have not started yet.
   *
   * @param schema the factory's; its name stands in messages
   * @param spec the factory's
   * @param context gives the seed
   * @param purpose which use of the run this is
   * @param copies at least 1
   * @param variables names of the variables of the state
   */
  ClassicControl(
      StateSchema schema,
      EnvironmentSpec spec,
      RunContext context,
      int purpose,
      int copies,
      String... variables) {
    if (copies < 1) {
      throw new IllegalArgumentException(schema.name() + ": at least 1 copy, not " + copies);
    }
    this.schema = schema;
    this.spec = spec;
    this.variables = List.of(variables);
    this.copies = copies;
    observationSize = spec.observation().flatSize();
    state = new double[variables.length][copies];
    steps = new int[copies];
    streams = new RandomStream[copies];
    Arrays.setAll(streams, copy -> new RandomStream(context.seed(), purpose, copy));
  }

  /** Draws the start of an episode of one copy into {@link #state}. */
  abstract void start(int copy, RandomStream random);

  /** Writes the observation of one copy, from position {@code at} on. */
  abstract void observe(int copy, float[] out, int at);

  @Override
  public final int copies() {
    return copies;
  }

  @Override
  public final void reset(Transitions out) {
    checkSize(out);
    for (int copy = 0; copy < copies; copy++) {
      restart(copy, out);
    }
    started = true;
  }

  private void restart(int copy, Transitions out) {
    steps[copy] = 0;
    start(copy, streams[copy]);
    observe(copy, out.observation, copy * observationSize);
  }

  /**
   * Checks a step of a discrete space before anything is changed.
   *
   * @throws IllegalArgumentException for an action outside the space, naming copy and action
   * @throws IllegalStateException before the first reset
   */
  final void begin(int[] actions, Transitions out) {
    int n = ((Space.Discrete) spec.action()).n();
    checkBatch(actions.length, 1, out);
    for (int copy = 0; copy < copies; copy++) {
      if (actions[copy] < 0 || actions[copy] >= n) {
        throw new IllegalArgumentException(
            schema.name()
                + ", copy "
                + copy
                + ": no action "
                + actions[copy]
                + ", they are 0 to "
                + (n - 1));
      }
    }
  }

  /**
   * Checks a step of a box: the actions must be finite. One beyond the bounds is for the task to
   * clip.
   *
   * @throws IllegalArgumentException for NaN or an infinite action, naming copy and action
   * @throws IllegalStateException before the first reset
   */
  final void begin(float[] actions, Transitions out) {
    int size = spec.action().flatSize();
    checkBatch(actions.length, size, out);
    for (int i = 0; i < actions.length; i++) {
      if (!Float.isFinite(actions[i])) {
        throw new IllegalArgumentException(
            schema.name()
                + ", copy "
                + i / size
                + ": the action "
                + actions[i]
                + " is not a finite number");
      }
    }
  }

  private void checkBatch(int actions, int size, Transitions out) {
    if (!started) {
      throw new IllegalStateException(schema.name() + ": reset comes before the first step");
    }
    if (actions != copies * size) {
      throw new IllegalArgumentException(
          schema.name()
              + ": "
              + copies
              + " copies need "
              + copies * size
              + " numbers as actions, got "
              + actions);
    }
    checkSize(out);
  }

  private void checkSize(Transitions out) {
    if (out.reward.length != copies || out.observation.length != copies * observationSize) {
      throw new IllegalArgumentException(
          schema.name()
              + ": "
              + copies
              + " copies need transitions of "
              + copies
              + " times "
              + observationSize
              + " numbers, got "
              + out.reward.length
              + " copies, "
              + out.observation.length
              + " numbers");
    }
  }

  /** Ends a step: observations, the time limit, and a new episode wherever one ended. */
  final void end(Transitions out) {
    int limit = spec.maxEpisodeSteps();
    for (int copy = 0; copy < copies; copy++) {
      int at = copy * observationSize;
      observe(copy, out.next, at);
      steps[copy]++;
      out.truncated[copy] = limit > 0 && steps[copy] >= limit;
      if (out.terminated[copy] || out.truncated[copy]) {
        restart(copy, out);
      } else {
        System.arraycopy(out.next, at, out.observation, at, observationSize);
      }
    }
  }

  @Override
  public final State save() {
    State.Builder saved =
        State.of(schema)
            .flag("started", started)
            .array("steps", steps)
            .array(
                "streamPosition",
                Arrays.stream(streams).mapToLong(RandomStream::position).toArray());
    for (int v = 0; v < state.length; v++) {
      saved.array(variables.get(v), state[v]);
    }
    return saved.build();
  }

  @Override
  public final void restore(State saved) {
    if (!saved.schema().equals(schema)) {
      throw new StateException("a state of " + saved.schema() + " given to " + schema);
    }
    int[] savedSteps = saved.array("steps").ints();
    long[] positions = saved.array("streamPosition").longs();
    boolean fits = savedSteps.length == copies && positions.length == copies;
    double[][] values = new double[state.length][];
    for (int v = 0; v < state.length; v++) {
      values[v] = saved.array(variables.get(v)).doubles();
      fits &= values[v].length == copies;
    }
    if (!fits) {
      throw new StateException(
          "a state of " + savedSteps.length + " copies of " + schema + " given to " + copies);
    }
    started = saved.flag("started");
    System.arraycopy(savedSteps, 0, steps, 0, copies);
    for (int v = 0; v < state.length; v++) {
      System.arraycopy(values[v], 0, state[v], 0, copies);
    }
    for (int copy = 0; copy < copies; copy++) {
      streams[copy].position(positions[copy]);
    }
  }
}
