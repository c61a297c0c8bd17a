package dev.stoa.benchmarks;

import dev.stoa.algorithm.LearnerContext;
import dev.stoa.algorithm.ppo.Ppo;
import dev.stoa.algorithm.ppo.PpoParameters;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.environment.classic.CartPole;
import dev.stoa.run.StepReport;
import dev.stoa.run.Task;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The PPO bundle's learner on CartPole-v1 without a kernel around it; also the way to its graphs.
 */
final class PpoRun implements LearnerContext, AutoCloseable {
  /** The defaults of Stable-Baselines3. */
  static final Map<String, Object> SB3 =
      Map.ofEntries(
          Map.entry("environments", 1),
          Map.entry("rolloutSteps", 2048),
          Map.entry("epochs", 10),
          Map.entry("minibatchSize", 64),
          Map.entry("learningRate", 3e-4),
          Map.entry("annealLearningRate", false),
          Map.entry("discount", .99),
          Map.entry("gaeLambda", .95),
          Map.entry("clipRange", .2),
          Map.entry("annealClipRange", false),
          Map.entry("entropyCoefficient", 0.),
          Map.entry("valueCoefficient", .5),
          Map.entry("maxGradientNorm", .5));

  private static final CartPole CART_POLE = new CartPole();
  private static final CartPole.Parameters LIMITS = bound(CartPole.Parameters.class, Map.of());

  private final DeviceSession session;
  private final Map<String, Graph> graphs = new HashMap<>();
  private final Task learner;

  PpoRun(DeviceSession session, Map<String, Object> parameters) {
    this.session = session;
    learner = new Ppo().create(this, bound(PpoParameters.class, parameters));
  }

  /** What the kernel's binder does: values over the declared defaults. */
  static <P extends Annotation> P bound(Class<P> type, Map<String, Object> values) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                values.getOrDefault(method.getName(), method.getDefaultValue())));
  }

  /** The graph of that name which the learner has compiled: {@code ppo/update}. */
  Graph graph(String name) {
    return graphs.get(name);
  }

  StepReport step() {
    return learner.step();
  }

  boolean settled() {
    return learner.settled();
  }

  @Override
  public EnvironmentSpec environment() {
    return CART_POLE.spec(LIMITS);
  }

  @Override
  public VectorEnvironment environment(int copies) {
    return CART_POLE.create(this, LIMITS, 1, copies);
  }

  @Override
  public DeviceSession device() {
    return new DeviceSession() {
      @Override
      public DeviceBuffer allocate(TensorType type) {
        return session.allocate(type);
      }

      @Override
      public Executable compile(Graph graph) {
        graphs.put(graph.name(), graph);
        return session.compile(graph);
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }

  @Override
  public String run() {
    return "benchmark";
  }

  @Override
  public long seed() {
    return 1;
  }

  @Override
  public long scheduleSteps() {
    return Long.MAX_VALUE;
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
  public void warn(String message) {
    System.err.println(message);
  }

  @Override
  public void close() {
    learner.close();
    session.close();
  }

  /** Names of trained parameters. */
  static boolean trained(String input) {
    return List.of("actor/", "critic/").stream().anyMatch(input::startsWith);
  }
}
