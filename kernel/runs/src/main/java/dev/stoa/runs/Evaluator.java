package dev.stoa.runs;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.device.Device;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.environment.Environment;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Space;
import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.policy.PolicyModel;
import dev.stoa.run.Evaluation;
import dev.stoa.run.Parameters;
import dev.stoa.run.RunContext;
import dev.stoa.run.RunSpec;
import dev.stoa.run.UserException;
import dev.stoa.state.ElementType;
import dev.stoa.state.State;
import dev.stoa.state.StoredArray;
import dev.stoa.tensor.Graph;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/** Plays whole episodes with a saved policy: library code and data, no learner. */
final class Evaluator implements Lease.Holder {
  /** Streams of evaluation environments: those of training are apart. */
  private static final int EVALUATION = 0x46000000;

  private static final int BATCH = 64;

  private final PartRegistry registry;
  private final Parameters parameters;
  private final PartEntry algorithm;
  private final PartEntry environment;
  private final PartEntry device;
  private final List<Lease> leases = new ArrayList<>();
  private final Thread thread = Thread.currentThread();
  private volatile String left = "";

  Evaluator(
      PartRegistry registry,
      Parameters parameters,
      PartEntry algorithm,
      PartEntry environment,
      PartEntry device) {
    this.registry = registry;
    this.parameters = parameters;
    this.algorithm = algorithm;
    this.environment = environment;
    this.device = device;
  }

  /** On the thread that made this evaluator. */
  @SuppressWarnings("unchecked")
  Evaluation evaluate(RunSpec spec, State state, int episodes, boolean stochastic) {
    double[] returns = new double[episodes];
    try {
      List.of(algorithm, environment, device).forEach(this::take);
      registry.with(
          algorithm,
          Algorithm.class,
          learner ->
              registry.with(
                  environment,
                  Environment.class,
                  task ->
                      registry.with(
                          device,
                          Device.class,
                          accelerator -> {
                            play(spec, state, returns, stochastic, learner, task, accelerator);
                            return null;
                          })));
    } finally {
      giveBack();
    }
    return summary(returns, !stochastic);
  }

  private void take(PartEntry part) {
    Lease lease = registry.lease(part, this).orElseThrow(() -> gone(part.label()));
    synchronized (leases) {
      leases.add(lease);
    }
  }

  private void giveBack() {
    synchronized (leases) {
      leases.forEach(registry::giveBack);
      leases.clear();
    }
  }

  private static UserException gone(String part) {
    return new UserException(part + " left during the evaluation", "", "Evaluate again");
  }

  @Override
  public void leave(Lease lease) {
    left = lease.part.kind.label() + " " + lease.part.label();
  }

  @Override
  public boolean owns(Thread other) {
    return other == thread;
  }

  @Override
  public void disown(Lease lease, String why) {
    leave(lease);
    giveBack();
  }

  private void play(
      RunSpec spec,
      State state,
      double[] returns,
      boolean stochastic,
      Algorithm<Annotation> learner,
      Environment<Annotation> task,
      Device accelerator) {
    Annotation taskParameters =
        parameters.bind(
            task.parameters(), "environment " + environment.name, spec.environmentParameters());
    Annotation learnerParameters =
        parameters.bind(learner.parameters(), "algorithm " + algorithm.name, spec.parameters());
    EnvironmentSpec is = task.spec(taskParameters);
    try (DeviceSession session = accelerator.open(DeviceContext.singleThread())) {
      for (int from = 0; from < returns.length; from += BATCH) {
        int count = Math.min(BATCH, returns.length - from);
        PolicyModel model = learner.policy(is, learnerParameters, count);
        VectorEnvironment copies =
            task.create(
                new PlainContext(spec.seed()), taskParameters, EVALUATION + from / BATCH, count);
        GuardedEnvironment guarded =
            new GuardedEnvironment(
                environment, is.snapshot(), copies, count, is.observation().flatSize());
        try {
          episodes(
              session,
              model,
              state.child("learner"),
              guarded,
              spec.seed(),
              stochastic,
              returns,
              from,
              count);
        } finally {
          guarded.release();
        }
      }
    }
  }

  /** One episode in each copy; a copy that has ended goes on unheard until all have. */
  private void episodes(
      DeviceSession session,
      PolicyModel model,
      State learner,
      GuardedEnvironment copies,
      long seed,
      boolean stochastic,
      double[] returns,
      int from,
      int count) {
    Transitions transitions = new Transitions(count, model.observation().flatSize());
    boolean[] over = new boolean[count];
    int playing = count;
    try (Decider decider = new Decider(session, model, learner, seed, stochastic)) {
      copies.reset(transitions);
      for (long decisions = 0; playing > 0; decisions++) {
        if (!left.isEmpty()) {
          throw gone(left);
        }
        decider.act(transitions.observation, ((long) from << 32) + decisions);
        if (model.action() instanceof Space.Discrete) {
          copies.step(decider.chosen, transitions);
        } else {
          copies.step(decider.vector, transitions);
        }
        for (int i = 0; i < count; i++) {
          if (!over[i]) {
            returns[from + i] += transitions.reward[i];
            if (transitions.terminated[i] || transitions.truncated[i]) {
              over[i] = true;
              playing--;
            }
          }
        }
      }
    }
  }

  /** A policy model on a device, its weights bound once. */
  private static final class Decider implements AutoCloseable {
    private final Executable executable;
    private final DeviceBuffer[] inputs;
    private final DeviceBuffer[] outputs;
    private final Graph graph;
    private final int action;
    private final int[] chosen;
    private final float[] vector;
    private final int[] counter = new int[2];

    Decider(
        DeviceSession session, PolicyModel model, State learner, long seed, boolean stochastic) {
      graph = model.graph();
      executable = session.compile(graph);
      inputs = new DeviceBuffer[graph.inputTypes().size()];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = session.allocate(graph.inputTypes().get(i));
        String name = graph.inputNames().get(i);
        boolean given =
            name.equals(PolicyModel.OBSERVATION)
                || name.equals(PolicyModel.KEY)
                || name.equals(PolicyModel.COUNTER);
        if (!given) {
          inputs[i].write(floats(learner.array(name)));
        }
      }
      if (graph.inputNames().contains(PolicyModel.KEY)) {
        inputs[graph.input(PolicyModel.KEY)].write(new int[] {(int) seed, (int) (seed >>> 32)});
      }
      outputs = new DeviceBuffer[graph.outputs().size()];
      for (int i = 0; i < outputs.length; i++) {
        outputs[i] = session.allocate(graph.outputType(i));
      }
      action = graph.output(stochastic ? PolicyModel.SAMPLE : PolicyModel.ACTION);
      int size = graph.outputType(action).shape().size();
      boolean discrete = model.action() instanceof Space.Discrete;
      chosen = new int[discrete ? size : 0];
      vector = new float[discrete ? 0 : size];
    }

    private static float[] floats(StoredArray array) {
      if (array.type() == ElementType.F32) {
        return array.floats();
      }
      double[] wide = array.doubles();
      float[] narrow = new float[wide.length];
      for (int i = 0; i < wide.length; i++) {
        narrow[i] = (float) wide[i];
      }
      return narrow;
    }

    void act(float[] observation, long decisions) {
      inputs[graph.input(PolicyModel.OBSERVATION)].write(observation);
      if (graph.inputNames().contains(PolicyModel.COUNTER)) {
        counter[0] = (int) decisions;
        counter[1] = (int) (decisions >>> 32);
        inputs[graph.input(PolicyModel.COUNTER)].write(counter);
      }
      executable.run(inputs, outputs);
      if (chosen.length > 0) {
        outputs[action].read(chosen);
      } else {
        outputs[action].read(vector);
      }
    }

    @Override
    public void close() {
      executable.close();
      for (DeviceBuffer buffer : inputs) {
        buffer.close();
      }
      for (DeviceBuffer buffer : outputs) {
        buffer.close();
      }
    }
  }

  static Evaluation summary(double[] returns, boolean deterministic) {
    int n = returns.length;
    double mean = Arrays.stream(returns).sum() / n;
    double squares = Arrays.stream(returns).map(each -> (each - mean) * (each - mean)).sum();
    double standardError = n == 1 ? 0 : Math.sqrt(squares / (n - 1) / n);
    return new Evaluation(
        n,
        mean,
        standardError,
        Arrays.stream(returns).min().orElseThrow(),
        Arrays.stream(returns).max().orElseThrow(),
        deterministic);
  }

  /** What an environment outside a run may ask. */
  private record PlainContext(long seed) implements RunContext {
    @Override
    public String run() {
      return "evaluation";
    }

    @Override
    public long scheduleSteps() {
      return 1;
    }

    @Override
    public int threads() {
      return 1;
    }

    @Override
    public void parallel(int count, IntConsumer piece) {
      DeviceContext.singleThread().parallel(count, piece);
    }

    @Override
    public boolean yieldRequested() {
      return false;
    }

    @Override
    public void info(String message) {}

    @Override
    public void warn(String message) {
      System.err.println("stoa: warning: " + message);
    }
  }
}
