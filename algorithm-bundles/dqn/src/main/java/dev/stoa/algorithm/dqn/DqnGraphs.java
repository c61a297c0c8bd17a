package dev.stoa.algorithm.dqn;

import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Space;
import dev.stoa.lib.networks.Initialiser;
import dev.stoa.lib.networks.Mlp;
import dev.stoa.lib.networks.ParameterSpec;
import dev.stoa.lib.networks.ParameterTree;
import dev.stoa.lib.networks.Weights;
import dev.stoa.lib.optimisers.Adam;
import dev.stoa.lib.optimisers.ClipByGlobalNorm;
import dev.stoa.lib.optimisers.GradientTransform;
import dev.stoa.lib.optimisers.Optimiser;
import dev.stoa.lib.optimisers.Slot;
import dev.stoa.lib.optimisers.Targets;
import dev.stoa.policy.PolicyModel;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What DQN computes on a device: deciding while it collects, one gradient step on a minibatch,
 * renewing the target network, and the policy by itself.
 */
final class DqnGraphs {
  /** Purpose of the draws that explore. */
  static final int EXPLORING = 0x64716E00;

  /** Names of the numbers in the output {@code diagnostics} of an update, by position. */
  static final List<String> DIAGNOSTICS = List.of("loss", "meanQ", "gradientNorm");

  /** Name of the policy's probability of a random action, {@code [1]}. */
  static final String EPSILON = "epsilon";

  private static final double ADAM_EPSILON = 1e-8;

  private final EnvironmentSpec environment;
  private final DqnParameters parameters;
  private final Mlp network;
  private final Mlp target;
  private final Optimiser optimiser;

  /** For an environment that {@link Dqn} serves. */
  DqnGraphs(EnvironmentSpec environment, DqnParameters parameters) {
    this.environment = environment;
    this.parameters = parameters;
    network = network("q");
    target = network("target");
    optimiser =
        new Optimiser(
            GradientTransform.chain(
                new ClipByGlobalNorm(parameters.maxGradientNorm()), new Adam(ADAM_EPSILON)));
  }

  private Mlp network(String name) {
    return new Mlp(
        name,
        observationSize(),
        Arrays.stream(parameters.hidden()).boxed().toList(),
        actions(),
        parameters.activation(),
        Initialiser.fanInUniform(),
        Initialiser.fanInUniform());
  }

  int observationSize() {
    return environment.observation().flatSize();
  }

  int actions() {
    return ((Space.Discrete) environment.action()).n();
  }

  /**
   * The network that learns. It begins as the linear layers of PyTorch do, and so the networks of
   * the sources: weights and biases uniform within {@code 1 / sqrt(fanIn)}. Without biases all
   * rectifiers of the first layer would turn at the origin, where a balanced pole is.
   */
  ParameterTree trained() {
    List<ParameterSpec> specs = new ArrayList<>();
    int inputs = 0;
    for (ParameterSpec spec : network.parameters().specs()) {
      boolean bias = spec.shape().rank() == 1;
      inputs = bias ? inputs : spec.shape().extent(0);
      Initialiser first = bias ? Initialiser.uniform(1 / Math.sqrt(inputs)) : spec.initialiser();
      specs.add(new ParameterSpec(spec.name(), spec.shape(), first));
    }
    return new ParameterTree(specs);
  }

  /** Its lagged copy; the parameters of {@link #trained} in the same order. */
  ParameterTree target() {
    return target.parameters();
  }

  /** What the optimiser carries from update to update. */
  List<Slot> slots() {
    return optimiser.slots(
        trained().specs().stream()
            .map(spec -> new Slot(spec.name(), new TensorType(DataType.FLOAT32, spec.shape())))
            .toList());
  }

  /**
   * Deciding: inputs {@code observation} {@code [batch, size]}, {@code key}, {@code counter},
   * {@code epsilon} {@code [1]}, the network; output {@code action} int32 {@code [batch]}.
   */
  Graph decide(int batch) {
    return Graph.trace(
        "dqn/decide",
        tracer -> {
          Tensor observation = tracer.input("observation", batch, observationSize());
          Tensor key = tracer.input("key", TensorType.of(DataType.INT32, 2));
          Tensor counter = tracer.input("counter", TensorType.of(DataType.INT32, 2));
          Tensor epsilon = tracer.input(EPSILON, 1);
          Weights weights = trained().inputs(tracer);
          Tensor greedy = network.apply(tracer, weights, observation).argMax(1);
          tracer.output("action", explored(tracer, greedy, epsilon, key, counter));
        });
  }

  /** With probability epsilon a uniform random action, else the greedy one. */
  private Tensor explored(
      Tracer tracer, Tensor greedy, Tensor epsilon, Tensor key, Tensor counter) {
    int batch = greedy.shape().extent(0);
    Tensor drawn = tracer.uniform(key, counter, EXPLORING, batch, 2);
    Tensor explores = drawn.slice(1, 0, 1).reshape(batch).lt(epsilon);
    // Just below 1 the product may round up to the number of actions.
    Tensor random = drawn.slice(1, 1, 2).reshape(batch).mul(actions()).floor().min(actions() - 1);
    return explores.select(random.convert(DataType.INT32), greedy);
  }

  /**
   * One gradient step. Inputs: the minibatch ({@code observation} and {@code following} {@code
   * [batch, size]}, {@code action} int32, {@code reward} and {@code terminated} {@code [batch]}),
   * the network, the target network, all slots. Outputs: {@code diagnostics}, then network and
   * slots in place. A loss or gradient that is not finite changes nothing.
   */
  Graph update(int batch) {
    return Graph.trace(
        "dqn/update",
        tracer -> {
          Tensor observation = tracer.input("observation", batch, observationSize());
          Tensor action = tracer.input("action", TensorType.of(DataType.INT32, batch));
          Tensor reward = tracer.input("reward", batch);
          Tensor following = tracer.input("following", batch, observationSize());
          Tensor terminated = tracer.input("terminated", batch);
          Weights weights = trained().inputs(tracer);
          Weights targetWeights = target().inputs(tracer);
          List<Tensor> slots = Slot.inputs(tracer, slots());

          Tensor targetValues = target.apply(tracer, targetWeights, following);
          Tensor next =
              parameters.doubleQ()
                  ? DqnObjective.selected(
                      tracer, network.apply(tracer, weights, following), targetValues)
                  : DqnObjective.greatest(targetValues);
          Tensor wanted = DqnObjective.target(reward, terminated, next, parameters.discount());
          Tensor value =
              DqnObjective.chosen(tracer, network.apply(tracer, weights, observation), action);
          Tensor loss = DqnObjective.loss(parameters.loss(), value.sub(wanted));

          List<Tensor> gradients = tracer.gradient(loss, weights.all().toArray(new Tensor[0]));
          Tensor learningRate = tracer.constant(DataType.FLOAT32, parameters.learningRate());
          Optimiser.Updated updated =
              optimiser.update(tracer, loss, weights.all(), gradients, slots, learningRate);
          tracer.output(
              "diagnostics",
              tracer.concatenate(
                  0, loss.reshape(1), value.mean().reshape(1), updated.gradientNorm().reshape(1)));
          updated.donate(tracer, weights.all(), slots);
        });
  }

  /** Renewing the target network in place: inputs both networks, no other output. */
  Graph renew() {
    return Graph.trace(
        "dqn/renew",
        tracer -> {
          List<Tensor> sources = trained().inputs(tracer).all();
          List<Tensor> targets = target().inputs(tracer).all();
          double tau = parameters.tau();
          List<Tensor> renewed = tau == 1 ? sources : Targets.average(targets, sources, tau);
          for (int i = 0; i < targets.size(); i++) {
            tracer.update(targets.get(i), renewed.get(i));
          }
        });
  }

  /** The policy by itself, see {@link PolicyModel}. */
  PolicyModel policy(int batch) {
    Graph graph =
        Graph.trace(
            "dqn/policy",
            tracer -> {
              Tensor observation = tracer.input(PolicyModel.OBSERVATION, batch, observationSize());
              Tensor key = tracer.input(PolicyModel.KEY, TensorType.of(DataType.INT32, 2));
              Tensor counter = tracer.input(PolicyModel.COUNTER, TensorType.of(DataType.INT32, 2));
              Tensor epsilon = tracer.input(EPSILON, 1);
              Weights weights = trained().inputs(tracer);
              Tensor greedy = network.apply(tracer, weights, observation).argMax(1);
              tracer.output(PolicyModel.ACTION, greedy);
              tracer.output(PolicyModel.SAMPLE, explored(tracer, greedy, epsilon, key, counter));
            });
    return new PolicyModel(graph, environment.observation(), environment.action());
  }
}
