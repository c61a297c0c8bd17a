package dev.stoa.lib.learners;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.algorithm.LearnerContext;
import dev.stoa.device.Device;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.environment.Environment;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.policy.PolicyModel;
import dev.stoa.run.Episode;
import dev.stoa.run.StepReport;
import dev.stoa.run.Task;
import dev.stoa.state.State;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A run without a kernel, for the tests of learners: one learner, one environment, one session of a
 * device.
 */
public final class TestRun implements LearnerContext, AutoCloseable {
  private static final int TRAINING = 1;
  private static final int EVALUATION = 2;

  private final EnvironmentFactory factory;
  private final long seed;
  private final long scheduleSteps;
  private final DeviceSession session;
  private VectorEnvironment environment;
  private Task learner;

  /** All episodes that the learner told of. */
  public final List<Episode> episodes = new ArrayList<>();

  /** All metrics that were not empty. */
  public final List<Map<String, Double>> metrics = new ArrayList<>();

  /** Transitions taken. */
  public long transitions;

  /** What makes the environment of a run. */
  public interface EnvironmentFactory {
    /** What the environment is. */
    EnvironmentSpec spec();

    /** Copies of it for one of the run's purposes. */
    VectorEnvironment create(TestRun run, int purpose, int copies);
  }

  /** A run that has not started yet. */
  public TestRun(EnvironmentFactory factory, long seed, long scheduleSteps, Device device) {
    this.factory = factory;
    this.seed = seed;
    this.scheduleSteps = scheduleSteps;
    session = device.open(DeviceContext.singleThread());
  }

  /** An environment with its defaults. */
  public static <P extends Annotation> EnvironmentFactory of(Environment<P> environment) {
    P defaults = parameters(environment.parameters());
    return new EnvironmentFactory() {
      @Override
      public EnvironmentSpec spec() {
        return environment.spec(defaults);
      }

      @Override
      public VectorEnvironment create(TestRun run, int purpose, int copies) {
        return environment.create(run, defaults, purpose, copies);
      }
    };
  }

  /** What the kernel's binder does: given names and values, in turn, over the defaults. */
  public static <P extends Annotation> P parameters(Class<P> type, Object... namesAndValues) {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      String name = (String) namesAndValues[i];
      try {
        type.getMethod(name);
      } catch (NoSuchMethodException e) {
        throw new AssertionError(e);
      }
      values.put(name, namesAndValues[i + 1]);
    }
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                values.getOrDefault(method.getName(), method.getDefaultValue())));
  }

  /** Makes the learner. */
  public <P extends Annotation> TestRun start(Algorithm<P> algorithm, P parameters) {
    learner = algorithm.create(this, parameters);
    return this;
  }

  /** Takes up where another run was. */
  public TestRun restore(Saved saved) {
    learner.restore(saved.learner());
    environment.restore(saved.environment());
    return this;
  }

  /** Learner and environment at one swap point. */
  public record Saved(State learner, State environment) {}

  /** Both states. */
  public Saved save() {
    return new Saved(learner.save(), environment.save());
  }

  /** One step of the learner. */
  public StepReport step() {
    StepReport report = learner.step();
    transitions += report.transitions();
    episodes.addAll(report.episodes());
    if (!report.metrics().isEmpty()) {
      metrics.add(report.metrics());
    }
    return report;
  }

  /** So many steps of the learner. */
  public TestRun steps(int count) {
    for (int i = 0; i < count; i++) {
      step();
    }
    return this;
  }

  /** As the learner says. */
  public boolean settled() {
    return learner.settled();
  }

  /** The learner's state. */
  public State state() {
    return learner.save();
  }

  /** Mean return of the last episodes; negative infinity before there are so many. */
  public double meanReturn(int of) {
    if (episodes.size() < of) {
      return Double.NEGATIVE_INFINITY;
    }
    return episodes.subList(episodes.size() - of, episodes.size()).stream()
        .mapToDouble(Episode::totalReward)
        .average()
        .orElseThrow();
  }

  /**
   * Mean return of one episode in each of so many fresh copies of the environment, by the likeliest
   * actions of the present policy; always of the same episodes.
   */
  public <P extends Annotation> double evaluate(
      Algorithm<P> algorithm, P parameters, int episodes) {
    State state = learner.save();
    Graph graph = algorithm.policy(environment(), parameters, episodes).graph();
    Transitions now = new Transitions(episodes, environment().observation().flatSize());
    double[] returns = new double[episodes];
    boolean[] ended = new boolean[episodes];
    try (VectorEnvironment fresh = factory.create(this, EVALUATION, episodes);
        CarriedArrays arrays = new CarriedArrays(session)) {
      Program policy = arrays.compile(graph);
      state.policyNames().forEach(name -> policy.input(name).write(state.array(name).floats()));
      fresh.reset(now);
      for (int left = episodes; left > 0; ) {
        policy.input(PolicyModel.OBSERVATION).write(now.observation);
        policy.run();
        act(fresh, policy.output(PolicyModel.ACTION), now);
        for (int i = 0; i < episodes; i++) {
          returns[i] += ended[i] ? 0 : now.reward[i];
          if (!ended[i] && (now.terminated[i] || now.truncated[i])) {
            ended[i] = true;
            left--;
          }
        }
      }
    }
    return Arrays.stream(returns).average().orElseThrow();
  }

  private static void act(VectorEnvironment environment, DeviceBuffer action, Transitions out) {
    int size = action.type().shape().size();
    if (action.type().dataType() == DataType.INT32) {
      int[] choices = new int[size];
      action.read(choices);
      environment.step(choices, out);
    } else {
      float[] vectors = new float[size];
      action.read(vectors);
      environment.step(vectors, out);
    }
  }

  @Override
  public EnvironmentSpec environment() {
    return factory.spec();
  }

  @Override
  public VectorEnvironment environment(int copies) {
    environment = factory.create(this, TRAINING, copies);
    return environment;
  }

  @Override
  public DeviceSession device() {
    return session;
  }

  @Override
  public String run() {
    return "test";
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public long scheduleSteps() {
    return scheduleSteps;
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public void parallel(int count, IntConsumer piece) {
    for (int i = 0; i < count; i++) {
      piece.accept(i);
    }
  }

  @Override
  public boolean yieldRequested() {
    return false;
  }

  @Override
  public void info(String message) {}

  @Override
  public void warn(String message) {}

  @Override
  public void close() {
    if (learner != null) {
      learner.close();
    }
    session.close();
  }
}
