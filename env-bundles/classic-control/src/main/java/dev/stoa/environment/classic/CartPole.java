package dev.stoa.environment.classic;

import dev.stoa.environment.Environment;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Snapshot;
import dev.stoa.environment.Space;
import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.run.Parameter;
import dev.stoa.run.Parts;
import dev.stoa.run.RunContext;
import dev.stoa.state.StateSchema;
import dev.stoa.tensor.random.RandomStream;
import java.util.OptionalDouble;
import org.osgi.service.component.annotations.Component;

/**
 * CartPole-v1: a pole stands on a cart that is pushed left (0) or right (1); every step pays 1, the
 * episode ends when the pole tips over or the cart leaves the track. Source: Barto, Sutton,
 * Anderson, "Neuronlike adaptive elements that can solve difficult learning control problems"
 * (1983), with the constants of Gymnasium.
 */
@Component(
    property = {
      Parts.NAME + "=CartPole-v1",
      Parts.DESCRIPTION + "=Balance a pole on a cart by pushing it left or right"
    })
public final class CartPole implements Environment<CartPole.Parameters> {
  private static final StateSchema SCHEMA = new StateSchema("CartPole-v1", 1);
  private static final int MAX_EPISODE_STEPS = 500;
  private static final double TRACK = 2.4;
  private static final double TIPPED = 12 * 2 * Math.PI / 360;

  /** What a run can set. */
  public @interface Parameters {
    /** Time limit. */
    @Parameter(
        help = "Time limit after which an episode is truncated, in steps; 0 for none",
        min = 0)
    int maxEpisodeSteps() default MAX_EPISODE_STEPS;
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public StateSchema schema() {
    return SCHEMA;
  }

  @Override
  public EnvironmentSpec spec(Parameters parameters) {
    float[] high = {
      (float) (2 * TRACK), Float.POSITIVE_INFINITY, (float) (2 * TIPPED), Float.POSITIVE_INFINITY
    };
    float[] low = {-high[0], -high[1], -high[2], -high[3]};
    int limit = parameters.maxEpisodeSteps();
    return new EnvironmentSpec(
        new Space.Box(low, high),
        new Space.Discrete(2),
        Snapshot.EXACT,
        limit,
        // The threshold belongs to the task with the standard limit.
        limit == MAX_EPISODE_STEPS ? OptionalDouble.of(475) : OptionalDouble.empty());
  }

  @Override
  public VectorEnvironment create(
      RunContext context, Parameters parameters, int purpose, int copies) {
    return new Copies(spec(parameters), context, purpose, copies);
  }

  /** Explicit Euler: positions move with the velocities from before the step. */
  private static final class Copies extends ClassicControl {
    private static final double GRAVITY = 9.8;
    private static final double POLE_MASS = 0.1;
    private static final double TOTAL_MASS = POLE_MASS + 1.0;
    private static final double HALF_LENGTH = 0.5;
    private static final double POLE_MOMENT = POLE_MASS * HALF_LENGTH;
    private static final double FORCE = 10.0;
    private static final double SECONDS = 0.02;

    private final double[] position = state[0];
    private final double[] velocity = state[1];
    private final double[] angle = state[2];
    private final double[] angularVelocity = state[3];

    Copies(EnvironmentSpec spec, RunContext context, int purpose, int copies) {
      super(
          SCHEMA,
          spec,
          context,
          purpose,
          copies,
          "position",
          "velocity",
          "angle",
          "angularVelocity");
    }

    @Override
    void start(int copy, RandomStream random) {
      for (double[] variable : state) {
        variable[copy] = random.nextDouble(-0.05, 0.05);
      }
    }

    @Override
    void observe(int copy, float[] out, int at) {
      out[at] = (float) position[copy];
      out[at + 1] = (float) velocity[copy];
      out[at + 2] = (float) angle[copy];
      out[at + 3] = (float) angularVelocity[copy];
    }

    @Override
    public void step(int[] actions, Transitions out) {
      begin(actions, out);
      for (int i = 0; i < actions.length; i++) {
        double v = velocity[i];
        double w = angularVelocity[i];
        double sin = Math.sin(angle[i]);
        double cos = Math.cos(angle[i]);
        double force = actions[i] == 1 ? FORCE : -FORCE;
        double thrust = (force + POLE_MOMENT * (w * w) * sin) / TOTAL_MASS;
        double angularAcceleration =
            (GRAVITY * sin - cos * thrust)
                / (HALF_LENGTH * (4.0 / 3.0 - POLE_MASS * (cos * cos) / TOTAL_MASS));
        double acceleration = thrust - POLE_MOMENT * angularAcceleration * cos / TOTAL_MASS;
        position[i] += SECONDS * v;
        velocity[i] = v + SECONDS * acceleration;
        angle[i] += SECONDS * w;
        angularVelocity[i] = w + SECONDS * angularAcceleration;
        out.reward[i] = 1;
        out.terminated[i] = Math.abs(position[i]) > TRACK || Math.abs(angle[i]) > TIPPED;
      }
      end(out);
    }
  }
}
