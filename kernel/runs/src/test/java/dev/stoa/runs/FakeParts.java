package dev.stoa.runs;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.algorithm.LearnerContext;
import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.environment.Environment;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Snapshot;
import dev.stoa.environment.Space;
import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.policy.PolicyModel;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Episode;
import dev.stoa.run.Parameter;
import dev.stoa.run.RunContext;
import dev.stoa.run.StepReport;
import dev.stoa.run.Task;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import dev.stoa.state.StateSchema;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A learner that adds up what it sees, in an environment that counts: their state at step n follows
 * from n alone, so every lost, doubled or mixed step shows. Hooks let a test step in.
 */
@FakeParts.Nothing
final class FakeParts {
  /** No parameters. */
  @Retention(RetentionPolicy.RUNTIME)
  @interface Nothing {}

  /** Parameters of the learner. */
  @Retention(RetentionPolicy.RUNTIME)
  @interface Knobs {
    /** What is left of the sum at each step. */
    @Parameter(help = "What is left of the sum", min = 0, max = 1, changeable = true)
    double decay() default 0.5;

    /** Added at each step. */
    @Parameter(help = "Added at each step", changeable = true)
    double offset() default 0;

    /** Fixed. */
    @Parameter(help = "Cannot be changed", min = 1)
    int size() default 1;
  }

  /** What a test does within a call: at a step's number, counted from 1. */
  interface Hook {
    void at(long number, LearnerContext context) throws Exception;
  }

  static final StateSchema SUM = new StateSchema("sum", 1);
  static final StateSchema LINE = new StateSchema("line", 1);

  final CountDownLatch released = new CountDownLatch(1);
  final AtomicInteger open = new AtomicInteger();
  volatile Hook onStep = (number, context) -> {};
  volatile Hook onSave = (number, context) -> {};
  volatile Runnable onCreate = () -> {};

  /** Sessions on which learners were made, in order. */
  final List<String> madeOn = new CopyOnWriteArrayList<>();

  volatile Snapshot snapshot = Snapshot.EXACT;

  Object service(Kind kind) {
    return switch (kind) {
      case ALGORITHM -> new Adder();
      case ENVIRONMENT -> new Line();
      case DEVICE -> device(Bench.name(kind), () -> {}, true);
    };
  }

  /**
   * A device that computes nothing.
   *
   * @param onOpen called before a session is opened
   * @param ready whether it says that it can work
   */
  Device device(String name, Runnable onOpen, boolean ready) {
    return new Nowhere(name, onOpen, ready);
  }

  /** Blocks until the kernel asks the step to end. */
  static void untilAsked(LearnerContext context) {
    while (!context.yieldRequested()) {
      Thread.yield();
    }
  }

  private static void call(Hook hook, long number, LearnerContext context) {
    try {
      hook.at(number, context);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Adder implements Algorithm<Knobs> {
    @Override
    public Class<Knobs> parameters() {
      return Knobs.class;
    }

    @Override
    public void check(EnvironmentSpec environment, Knobs knobs) {
      if (knobs.decay() == 0 && knobs.offset() == 0) {
        throw new UserException("nothing would be left of the sum", "decay", "");
      }
    }

    @Override
    public StateSchema schema() {
      return SUM;
    }

    @Override
    public Task create(LearnerContext context, Knobs knobs) {
      onCreate.run();
      check(context.environment(), knobs);
      madeOn.add(context.device().toString());
      return new Sum(context, knobs);
    }

    @Override
    public PolicyModel policy(EnvironmentSpec environment, Knobs parameters, int batch) {
      throw new UnsupportedOperationException("no policy in this test");
    }
  }

  private final class Sum implements Task {
    private final LearnerContext context;
    private final VectorEnvironment environment;
    private final Transitions seen = new Transitions(1, 1);
    private long number;
    private double sum;

    private final double decay;
    private final double offset;

    Sum(LearnerContext context, Knobs knobs) {
      this.decay = knobs.decay();
      this.offset = knobs.offset();
      this.context = context;
      this.environment = context.environment(1);
      open.incrementAndGet();
    }

    @Override
    public StepReport step() {
      call(onStep, number + 1, context);
      if (number == 0) {
        environment.reset(seen);
      }
      environment.step(new int[] {0}, seen);
      number++;
      sum = sum * decay + seen.observation[0] + offset;
      boolean ended = seen.terminated[0] || seen.truncated[0];
      return new StepReport(
          1,
          ended ? List.of(new Episode(sum, 10)) : List.of(),
          number % 5 == 0 ? Map.of("sum", sum) : Map.of());
    }

    @Override
    public State save() {
      call(onSave, number, context);
      return State.of(SUM)
          .integer("number", number)
          .policy("sum", new double[] {sum})
          .array("seen", seen.observation)
          .build();
    }

    @Override
    public void restore(State state) {
      number = state.integer("number");
      sum = state.array("sum").doubles()[0];
      seen.observation[0] = state.array("seen").floats()[0];
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  private final class Line implements Environment<Nothing> {
    @Override
    public Class<Nothing> parameters() {
      return Nothing.class;
    }

    @Override
    public StateSchema schema() {
      return LINE;
    }

    @Override
    public EnvironmentSpec spec(Nothing parameters) {
      return new EnvironmentSpec(
          new Space.Box(new float[] {0}, new float[] {1000}),
          new Space.Discrete(2),
          snapshot,
          0,
          OptionalDouble.empty());
    }

    @Override
    public VectorEnvironment create(RunContext context, Nothing p, int purpose, int copies) {
      return new Positions();
    }
  }

  private final class Positions implements VectorEnvironment {
    private long position;

    Positions() {
      open.incrementAndGet();
    }

    @Override
    public int copies() {
      return 1;
    }

    @Override
    public void reset(Transitions out) {
      position = 0;
      out.observation[0] = 0;
    }

    @Override
    public void step(int[] actions, Transitions out) {
      position++;
      out.next[0] = position;
      out.terminated[0] = position % 10 == 0;
      out.observation[0] = out.terminated[0] ? 0 : position;
      out.truncated[0] = false;
      out.reward[0] = 1;
    }

    @Override
    public State save() {
      return State.of(LINE).integer("position", position).build();
    }

    @Override
    public void restore(State state) {
      position = state.integer("position");
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  private final class Nowhere implements Device {
    private final String name;
    private final Runnable onOpen;
    private final boolean ready;

    Nowhere(String name, Runnable onOpen, boolean ready) {
      this.name = name;
      this.onOpen = onOpen;
      this.ready = ready;
    }

    @Override
    public DeviceInfo describe() {
      return new DeviceInfo(name, ready, ready ? "" : "no such card", "bits of " + name, 0);
    }

    @Override
    public DeviceSession open(DeviceContext context) {
      onOpen.run();
      open.incrementAndGet();
      return Bench.proxy(
          DeviceSession.class,
          (method, arguments) ->
              switch (method) {
                case "close" -> open.decrementAndGet() < 0 ? fail() : null;
                case "toString" -> name;
                default -> fail();
              });
    }

    private Object fail() {
      throw new AssertionError("nobody computes here, and a session is closed once");
    }

    @Override
    public long allocatedBytes() {
      return 0;
    }
  }
}
