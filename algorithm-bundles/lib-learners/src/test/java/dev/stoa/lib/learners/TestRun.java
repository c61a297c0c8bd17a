package dev.stoa.algorithm.ppo;

import dev.stoa.algorithm.LearnerContext;
import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.environment.Environment;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.run.Episode;
import dev.stoa.run.StepReport;
import dev.stoa.run.Task;
import dev.stoa.state.State;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** A run without a kernel: one learner, one environment, one session of a device. */
final class TestRun implements LearnerContext, AutoCloseable {
  private final EnvironmentFactory factory;
  private final long seed;
  private final long scheduleSteps;
  private final DeviceSession session;
  private VectorEnvironment environment;
  private Task learner;
  final List<Episode> episodes = new ArrayList<>();
  final List<Map<String, Double>> metrics = new ArrayList<>();
  long transitions;

  /** What makes the environment of a run. */
  interface EnvironmentFactory {
    EnvironmentSpec spec();

    VectorEnvironment create(TestRun run, int copies);
  }

  TestRun(EnvironmentFactory factory, long seed, long scheduleSteps, Device device) {
    this.factory = factory;
    this.seed = seed;
    this.scheduleSteps = scheduleSteps;
    session = device.open(DeviceContext.singleThread());
  }

  static <P extends Annotation> EnvironmentFactory of(Environment<P> environment) {
    P defaults = parameters(environment.parameters(), Map.of());
    return new EnvironmentFactory() {
      @Override
      public EnvironmentSpec spec() {
        return environment.spec(defaults);
      }

      @Override
      public VectorEnvironment create(TestRun run, int copies) {
        return environment.create(run, defaults, 1, copies);
      }
    };
  }

  static PpoParameters ppo(Object... namesAndValues) {
    Map<String, Object> values = new java.util.HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return parameters(PpoParameters.class, values);
  }

  /** What the kernel's binder does: the given values over the defaults. */
  static <P extends Annotation> P parameters(Class<P> type, Map<String, Object> values) {
    for (String name : values.keySet()) {
      try {
        type.getMethod(name);
      } catch (NoSuchMethodException e) {
        throw new AssertionError(e);
      }
    }
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                values.getOrDefault(method.getName(), method.getDefaultValue())));
  }

  TestRun start(PpoParameters parameters) {
    learner = new Ppo().create(this, parameters);
    return this;
  }

  TestRun restore(Saved saved) {
    learner.restore(saved.learner());
    environment.restore(saved.environment());
    return this;
  }

  /** Learner and environment at one swap point. */
  record Saved(State learner, State environment) {}

  Saved save() {
    return new Saved(learner.save(), environment.save());
  }

  StepReport step() {
    StepReport report = learner.step();
    transitions += report.transitions();
    episodes.addAll(report.episodes());
    if (!report.metrics().isEmpty()) {
      metrics.add(report.metrics());
    }
    return report;
  }

  TestRun steps(int count) {
    for (int i = 0; i < count; i++) {
      step();
    }
    return this;
  }

  boolean settled() {
    return learner.settled();
  }

  State state() {
    return learner.save();
  }

  /** Mean return of the last episodes; negative infinity before there are so many. */
  double meanReturn(int of) {
    if (episodes.size() < of) {
      return Double.NEGATIVE_INFINITY;
    }
    return episodes.subList(episodes.size() - of, episodes.size()).stream()
        .mapToDouble(Episode::totalReward)
        .average()
        .orElseThrow();
  }

  @Override
  public EnvironmentSpec environment() {
    return factory.spec();
  }

  @Override
  public VectorEnvironment environment(int copies) {
    environment = factory.create(this, copies);
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
