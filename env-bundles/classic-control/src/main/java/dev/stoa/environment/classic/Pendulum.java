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
 * Pendulum-v1: a pendulum that is too heavy for its motor is swung up and held upright by a torque;
 * every step costs angle, speed and torque, and no episode terminates. A torque beyond the bounds
 * is clipped to them. Constants of Gymnasium.
 */
@Component(
    property = {
      Parts.NAME + "=Pendulum-v1",
      Parts.DESCRIPTION + "=Swing a pendulum up and hold it there with a limited torque"
    })
public final class Pendulum implements Environment<Pendulum.Parameters> {
  private static final StateSchema SCHEMA = new StateSchema("Pendulum-v1", 1);
  private static final float MAX_TORQUE = 2;
  private static final double MAX_SPEED = 8;

  /** What a run can set. */
  public @interface Parameters {
    /** Time limit. */
    @Parameter(
        help = "Time limit after which an episode is truncated, in steps; 0 for none",
        min = 0)
    int maxEpisodeSteps() default 200;
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
    return new EnvironmentSpec(
        new Space.Box(
            new float[] {-1, -1, (float) -MAX_SPEED}, new float[] {1, 1, (float) MAX_SPEED}),
        new Space.Box(new float[] {-MAX_TORQUE}, new float[] {MAX_TORQUE}),
        Snapshot.EXACT,
        parameters.maxEpisodeSteps(),
        OptionalDouble.empty());
  }

  @Override
  public VectorEnvironment create(
      RunContext context, Parameters parameters, int purpose, int copies) {
    return new Copies(spec(parameters), context, purpose, copies);
  }

  /** Semi-implicit Euler; angle 0 is upright, and angles are not wrapped. */
  private static final class Copies extends ClassicControl {
    private static final double SECONDS = 0.05;
    private static final double TURN = 2 * Math.PI;
    // 3 g / (2 l) with g = 10 and l = 1.
    private static final double GRAVITY_TERM = 15;
    // 3 / (m l^2) with m = l = 1.
    private static final float TORQUE_TERM = 3;

    private final double[] angle = state[0];
    private final double[] angularVelocity = state[1];

    Copies(EnvironmentSpec spec, RunContext context, int purpose, int copies) {
      super(SCHEMA, spec, context, purpose, copies, "angle", "angularVelocity");
    }

    @Override
    void start(int copy, RandomStream random) {
      angle[copy] = random.nextDouble(-Math.PI, Math.PI);
      angularVelocity[copy] = random.nextDouble(-1, 1);
    }

    @Override
    void observe(int copy, float[] out, int at) {
      out[at] = (float) Math.cos(angle[copy]);
      out[at + 1] = (float) Math.sin(angle[copy]);
      out[at + 2] = (float) angularVelocity[copy];
    }

    @Override
    public void step(float[] actions, Transitions out) {
      begin(actions, out);
      for (int i = 0; i < actions.length; i++) {
        double th = angle[i];
        double w = angularVelocity[i];
        // Torques are float32 in the original, and so are the two terms in torque alone.
        float torque = Math.max(-MAX_TORQUE, Math.min(MAX_TORQUE, actions[i]));
        double tilt = normalised(th);
        out.reward[i] = -(tilt * tilt + 0.1 * (w * w) + 0.001f * (torque * torque));
        double speed = w + (GRAVITY_TERM * Math.sin(th) + TORQUE_TERM * torque) * SECONDS;
        angularVelocity[i] = Math.max(-MAX_SPEED, Math.min(MAX_SPEED, speed));
        angle[i] = th + angularVelocity[i] * SECONDS;
        out.terminated[i] = false;
      }
      end(out);
    }

    /** The same direction in [-pi, pi). */
    private static double normalised(double angle) {
      double turned = (angle + Math.PI) % TURN;
      return (turned < 0 ? turned + TURN : turned) - Math.PI;
    }
  }
}
