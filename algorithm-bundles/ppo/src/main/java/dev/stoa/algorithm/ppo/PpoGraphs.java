package dev.stoa.algorithm.ppo;

import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Space;
import dev.stoa.lib.distributions.Categorical;
import dev.stoa.lib.distributions.DiagonalGaussian;
import dev.stoa.lib.distributions.Distribution;
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
import dev.stoa.policy.PolicyModel;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.Arrays;
import java.util.List;

/**
 * What PPO computes on a device: deciding while it collects, one gradient step on a minibatch, and
 * the policy by itself.
 */
final class PpoGraphs {
  /** Purpose of the draws that choose actions; a Gaussian takes the next one too. */
  static final int SAMPLING = 0x70706F00;

  /** Names of the numbers in the output {@code diagnostics} of an update, by position. */
  static final List<String> DIAGNOSTICS =
      List.of(
          "policyLoss", "valueLoss", "entropy", "loss", "approxKl", "clipFraction", "gradientNorm");

  static final String LOG_STANDARD_DEVIATION = "actor/logStandardDeviation";

  private static final double HIDDEN_GAIN = Math.sqrt(2);
  private static final double POLICY_GAIN = .01;
  private static final double VALUE_GAIN = 1;
  private static final double ADAM_EPSILON = 1e-5;

  private final EnvironmentSpec environment;
  private final PpoParameters parameters;
  private final Mlp actor;
  private final Mlp critic;
  private final Optimiser optimiser;

  PpoGraphs(EnvironmentSpec environment, PpoParameters parameters) {
    this.environment = environment;
    this.parameters = parameters;
    actor = network("actor", actionWidth(), POLICY_GAIN);
    critic = network("critic", 1, VALUE_GAIN);
    optimiser =
        new Optimiser(
            GradientTransform.chain(
                new ClipByGlobalNorm(parameters.maxGradientNorm()), new Adam(ADAM_EPSILON)));
  }

  private Mlp network(String name, int outputs, double outputGain) {
    return new Mlp(
        name,
        observationSize(),
        Arrays.stream(parameters.hidden()).boxed().toList(),
        outputs,
        parameters.activation(),
        new Initialiser.Orthogonal(HIDDEN_GAIN),
        new Initialiser.Orthogonal(outputGain));
  }

  int observationSize() {
    return environment.observation().flatSize();
  }

  boolean discrete() {
    return environment.action() instanceof Space.Discrete;
  }

  /** Numbers per action: 1 for a discrete space. */
  int actionSize() {
    return environment.action().flatSize();
  }

  private int actionWidth() {
    return environment.action() instanceof Space.Discrete discrete ? discrete.n() : actionSize();
  }

  /** What the policy is made of. */
  ParameterTree policyParameters() {
    return discrete()
        ? actor.parameters()
        : actor
            .parameters()
            .plus(
                ParameterTree.of(
                    new ParameterSpec(
                        LOG_STANDARD_DEVIATION,
                        Shape.of(actionSize()),
                        new Initialiser.Constant(parameters.logStandardDeviation()))));
  }

  /** All that is trained: the policy's parameters, then the value network's. */
  ParameterTree trained() {
    return policyParameters().plus(critic.parameters());
  }

  /** What the optimiser carries from update to update. */
  List<Slot> slots() {
    return optimiser.slots(
        trained().specs().stream()
            .map(spec -> new Slot(spec.name(), new TensorType(DataType.FLOAT32, spec.shape())))
            .toList());
  }

  /** Type of a batch of actions, as sampled. */
  TensorType actionType(int batch) {
    return discrete()
        ? TensorType.of(DataType.INT32, batch)
        : TensorType.of(DataType.FLOAT32, batch, actionSize());
  }

  private Distribution distribution(Tracer tracer, Weights weights, Tensor observation) {
    Tensor head = actor.apply(tracer, weights, observation);
    return discrete()
        ? new Categorical(tracer, head)
        : new DiagonalGaussian(head, weights.get(LOG_STANDARD_DEVIATION));
  }

  private Tensor value(Tracer tracer, Weights weights, Tensor observation) {
    return critic.apply(tracer, weights, observation).reshape(observation.shape().extent(0));
  }

  /**
   * Deciding: inputs {@code observation} (normalised) {@code [batch, size]}, {@code key}, {@code
   * counter}, all trained parameters; outputs {@code action} (sampled), {@code logProbability} and
   * {@code value}, both {@code [batch]}.
   */
  Graph decide(int batch) {
    return Graph.trace(
        "ppo/decide",
        tracer -> {
          Tensor observation = tracer.input("observation", batch, observationSize());
          Tensor key = tracer.input("key", TensorType.of(DataType.INT32, 2));
          Tensor counter = tracer.input("counter", TensorType.of(DataType.INT32, 2));
          Weights weights = trained().inputs(tracer);
          Distribution policy = distribution(tracer, weights, observation);
          Tensor action = policy.sample(tracer, key, counter, SAMPLING);
          tracer.output("action", action);
          tracer.output("logProbability", policy.logProbability(action));
          tracer.output("value", value(tracer, weights, observation));
        });
  }

  /**
   * One gradient step on a minibatch of a rollout. Inputs: {@code indices} int32 {@code
   * [minibatch]}, the scalars {@code learningRate} and {@code clipRange}, the rollout ({@code
   * observation}, {@code action}, {@code logProbability}, {@code value}, {@code advantage}, {@code
   * return}, each {@code [batch, ...]}), all trained parameters, all slots. Outputs: {@code
   * diagnostics}, then parameters and slots in place. A loss or gradient that is not finite changes
   * nothing.
   */
  Graph update(int batch, int minibatch) {
    return Graph.trace(
        "ppo/update",
        tracer -> {
          Tensor indices = tracer.input("indices", TensorType.of(DataType.INT32, minibatch));
          Tensor learningRate = tracer.input("learningRate");
          Tensor range = tracer.input("clipRange");
          Tensor observation =
              tracer.input("observation", batch, observationSize()).gather(indices);
          Tensor action = tracer.input("action", actionType(batch)).gather(indices);
          Tensor oldLogProbability = tracer.input("logProbability", batch).gather(indices);
          Tensor oldValue = tracer.input("value", batch).gather(indices);
          Tensor advantage = tracer.input("advantage", batch).gather(indices);
          Tensor target = tracer.input("return", batch).gather(indices);
          Weights weights = trained().inputs(tracer);
          List<Tensor> slots = Slot.inputs(tracer, slots());

          Distribution policy = distribution(tracer, weights, observation);
          Tensor logRatio = policy.logProbability(action).sub(oldLogProbability);
          Tensor ratio = logRatio.exp();
          if (parameters.normalizeAdvantages()) {
            advantage = PpoObjective.normalise(advantage);
          }
          Tensor policyLoss = PpoObjective.policyLoss(tracer, ratio, advantage, range);
          Tensor value = value(tracer, weights, observation);
          Tensor valueLoss =
              parameters.clipValue()
                  ? PpoObjective.clippedValueLoss(value, oldValue, target, range)
                  : PpoObjective.valueLoss(value, target);
          Tensor entropy = policy.entropy().mean();
          Tensor loss =
              policyLoss
                  .add(valueLoss.mul(parameters.valueCoefficient()))
                  .sub(entropy.mul(parameters.entropyCoefficient()));

          List<Tensor> gradients = tracer.gradient(loss, weights.all().toArray(new Tensor[0]));
          Optimiser.Updated updated =
              optimiser.update(tracer, loss, weights.all(), gradients, slots, learningRate);
          List<Tensor> diagnostics =
              List.of(
                  policyLoss,
                  valueLoss,
                  entropy,
                  loss,
                  PpoObjective.approximateKl(ratio, logRatio),
                  PpoObjective.clipFraction(ratio, range),
                  updated.gradientNorm());
          tracer.output("diagnostics", vector(tracer, diagnostics));
          updated.donate(tracer, weights.all(), slots);
        });
  }

  private static Tensor vector(Tracer tracer, List<Tensor> scalars) {
    return tracer.concatenate(
        0, scalars.stream().map(each -> each.reshape(1)).toArray(Tensor[]::new));
  }

  /** The policy by itself, see {@link PolicyModel}: takes raw observations. */
  PolicyModel policy(int batch) {
    Graph graph =
        Graph.trace(
            "ppo/policy",
            tracer -> {
              Tensor observation = tracer.input(PolicyModel.OBSERVATION, batch, observationSize());
              Tensor key = tracer.input(PolicyModel.KEY, TensorType.of(DataType.INT32, 2));
              Tensor counter = tracer.input(PolicyModel.COUNTER, TensorType.of(DataType.INT32, 2));
              Weights weights = policyParameters().inputs(tracer);
              if (parameters.normalizeObservations()) {
                Tensor mean = tracer.input(ObservationNormaliser.MEAN, observationSize());
                Tensor scale = tracer.input(ObservationNormaliser.SCALE, observationSize());
                double clip = parameters.observationClip();
                observation = observation.sub(mean).mul(scale).clip(-clip, clip);
              }
              Distribution policy = distribution(tracer, weights, observation);
              tracer.output(PolicyModel.ACTION, allowed(tracer, policy.mode()));
              tracer.output(
                  PolicyModel.SAMPLE,
                  allowed(tracer, policy.sample(tracer, key, counter, SAMPLING)));
            });
    return new PolicyModel(graph, environment.observation(), environment.action());
  }

  /** Actions of a box moved within its bounds. */
  private Tensor allowed(Tracer tracer, Tensor action) {
    return environment.action() instanceof Space.Box box
        ? action.max(tracer.constant(box.low())).min(tracer.constant(box.high()))
        : action;
  }
}
