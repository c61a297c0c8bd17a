package dev.stoa.environment.classic;

import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Space;
import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.state.State;
import dev.stoa.state.StateSchema;
import java.lang.annotation.Annotation;
import java.util.List;

/** The tasks under one face, so that a test of what they share is written once. */
enum Task {
  CART_POLE(500, "position", "velocity", "angle", "angularVelocity"),
  PENDULUM(200, "angle", "angularVelocity");

  static final int TRAINING = 0;

  final int standardLimit;
  final List<String> variables;

  Task(int standardLimit, String... variables) {
    this.standardLimit = standardLimit;
    this.variables = List.of(variables);
  }

  EnvironmentSpec spec(int limit) {
    return switch (this) {
      case CART_POLE -> new CartPole().spec(new CartPoleLimit(limit));
      case PENDULUM -> new Pendulum().spec(new PendulumLimit(limit));
    };
  }

  StateSchema schema() {
    return switch (this) {
      case CART_POLE -> new CartPole().schema();
      case PENDULUM -> new Pendulum().schema();
    };
  }

  VectorEnvironment create(long seed, int limit, int purpose, int copies) {
    TestRun run = new TestRun(seed);
    return switch (this) {
      case CART_POLE -> new CartPole().create(run, new CartPoleLimit(limit), purpose, copies);
      case PENDULUM -> new Pendulum().create(run, new PendulumLimit(limit), purpose, copies);
    };
  }

  VectorEnvironment create(int copies) {
    return create(1, standardLimit, TRAINING, copies);
  }

  Transitions transitions(int copies) {
    return new Transitions(copies, spec(standardLimit).observation().flatSize());
  }

  /** Restores a state of one row {@code [variable]} per copy, as after {@code steps} steps. */
  void restore(VectorEnvironment environment, int[] steps, double[]... rows) {
    State.Builder state =
        State.of(schema())
            .flag("started", true)
            .array("steps", steps)
            .array("streamPosition", new long[rows.length]);
    for (int v = 0; v < variables.size(); v++) {
      double[] values = new double[rows.length];
      for (int copy = 0; copy < rows.length; copy++) {
        values[copy] = rows[copy][v];
      }
      state.array(variables.get(v), values);
    }
    environment.restore(state.build());
  }

  /** The variables of one copy. */
  double[] row(VectorEnvironment environment, int copy) {
    State saved = environment.save();
    return variables.stream().mapToDouble(name -> saved.array(name).doubles()[copy]).toArray();
  }

  /** One step; an action is rounded to what the action space has. */
  void step(VectorEnvironment environment, double[] actions, Transitions out) {
    if (spec(0).action() instanceof Space.Discrete) {
      int[] choices = new int[actions.length];
      for (int i = 0; i < actions.length; i++) {
        choices[i] = (int) actions[i];
      }
      environment.step(choices, out);
    } else {
      float[] torques = new float[actions.length];
      for (int i = 0; i < actions.length; i++) {
        torques[i] = (float) actions[i];
      }
      environment.step(torques, out);
    }
  }

  record CartPoleLimit(int maxEpisodeSteps) implements CartPole.Parameters {
    @Override
    public Class<? extends Annotation> annotationType() {
      return CartPole.Parameters.class;
    }
  }

  record PendulumLimit(int maxEpisodeSteps) implements Pendulum.Parameters {
    @Override
    public Class<? extends Annotation> annotationType() {
      return Pendulum.Parameters.class;
    }
  }
}
