package dev.stoa.benchmarks;

import dev.stoa.lib.networks.Activation;
import dev.stoa.lib.networks.Initialiser;
import dev.stoa.lib.networks.Mlp;
import dev.stoa.lib.networks.ParameterSpec;
import dev.stoa.lib.networks.ParameterTree;
import dev.stoa.lib.networks.Weights;
import dev.stoa.lib.optimisers.Adam;
import dev.stoa.lib.optimisers.Optimiser;
import dev.stoa.lib.optimisers.Slot;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;

/**
 * One update of soft actor-critic with an automatic temperature (Haarnoja et al., "Soft
 * actor-critic algorithms and applications", 2018), two critics and their slow targets; observation
 * and action of Pendulum-v1, as the scripts of the peers have them. Adam moves everything.
 */
final class SacGraph {
  static final int BATCH = 256;
  private static final int OBSERVATION = 3;
  private static final int ACTION = 1;
  private static final List<Integer> HIDDEN = List.of(256, 256);
  private static final double DISCOUNT = .99;
  private static final double SLOWNESS = .995;
  private static final double LEARNING_RATE = 3e-4;
  private static final double HALF_LOG_TWO_PI = .5 * Math.log(2 * Math.PI);

  private final Mlp actor = mlp("actor", OBSERVATION, 2 * ACTION);
  private final List<Mlp> critics =
      List.of(mlp("critic0", OBSERVATION + ACTION, 1), mlp("critic1", OBSERVATION + ACTION, 1));
  private final Optimiser optimiser = new Optimiser(new Adam(1e-8));
  private final Tracer tracer;

  private SacGraph(Tracer tracer) {
    this.tracer = tracer;
  }

  static Graph trace() {
    return Graph.trace("sac/update", tracer -> new SacGraph(tracer).update());
  }

  /** Whether an input is one of the weights. */
  static boolean trained(String input) {
    return input.matches("(actor|critic|target).*");
  }

  private static Mlp mlp(String name, int inputs, int outputs) {
    Initialiser weights = new Initialiser.Orthogonal(1);
    return new Mlp(name, inputs, HIDDEN, outputs, Activation.RELU, weights, weights);
  }

  private ParameterTree criticParameters() {
    return critics.get(0).parameters().plus(critics.get(1).parameters());
  }

  private void update() {
    Tensor observation = tracer.input("observation", BATCH, OBSERVATION);
    Tensor action = tracer.input("action", BATCH, ACTION);
    Tensor reward = tracer.input("reward", BATCH);
    Tensor next = tracer.input("next", BATCH, OBSERVATION);
    Tensor nextNoise = tracer.input("nextNoise", BATCH, ACTION);
    Tensor noise = tracer.input("noise", BATCH, ACTION);
    Weights policy = actor.parameters().inputs(tracer);
    Weights values = criticParameters().inputs(tracer);
    List<Tensor> slow = new ArrayList<>();
    for (ParameterSpec spec : criticParameters().specs()) {
      slow.add(tracer.input("target/" + spec.name(), spec.shape().extents()));
    }
    Weights targets = criticParameters().bind(slow);
    Tensor logTemperature = tracer.input("logTemperature");

    Tensor temperature = logTemperature.exp();
    Draw following = draw(policy, next, nextNoise);
    Tensor soft =
        least(targets, next, following.action).sub(temperature.mul(following.logProbability));
    Tensor target = reward.add(soft.mul(DISCOUNT)).stopGradient();
    Tensor criticLoss =
        value(0, values, observation, action)
            .sub(target)
            .square()
            .mean()
            .add(value(1, values, observation, action).sub(target).square().mean());
    List<Tensor> moved = descend("critics", criticLoss, values.all());
    for (int i = 0; i < slow.size(); i++) {
      tracer.update(slow.get(i), slow.get(i).mul(SLOWNESS).add(moved.get(i).mul(1 - SLOWNESS)));
    }

    Weights updated = criticParameters().bind(moved);
    Draw now = draw(policy, observation, noise);
    Tensor actorLoss =
        temperature
            .stopGradient()
            .mul(now.logProbability)
            .sub(least(updated, observation, now.action))
            .mean();
    descend("actor", actorLoss, policy.all());

    Tensor entropyGap = now.logProbability.sub(ACTION).mean().stopGradient();
    descend("temperature", logTemperature.mul(entropyGap).neg(), List.of(logTemperature));
    tracer.output("criticLoss", criticLoss);
    tracer.output("actorLoss", actorLoss);
  }

  private record Draw(Tensor action, Tensor logProbability) {}

  /** A squashed Gaussian, reparameterised (appendix C of the paper). */
  private Draw draw(Weights policy, Tensor observation, Tensor noise) {
    Tensor head = actor.apply(tracer, policy, observation);
    Tensor mean = head.slice(1, 0, ACTION);
    Tensor logDeviation = head.slice(1, ACTION, 2 * ACTION).clip(-20, 2);
    Tensor raw = mean.add(logDeviation.exp().mul(noise));
    // log(1 - tanh^2 u) = 2 (log 2 - u - softplus(-2 u)).
    Tensor squash = raw.neg().add(Math.log(2)).sub(softplus(raw.mul(-2))).mul(2);
    Tensor logProbability =
        noise.square().mul(-.5).sub(logDeviation).sub(HALF_LOG_TWO_PI).sub(squash).sum(1);
    return new Draw(raw.tanh(), logProbability);
  }

  private static Tensor softplus(Tensor x) {
    return x.max(0).add(x.abs().neg().exp().log1p());
  }

  private Tensor value(int critic, Weights weights, Tensor observation, Tensor action) {
    Tensor both = tracer.concatenate(1, observation, action);
    return critics.get(critic).apply(tracer, weights, both).reshape(BATCH);
  }

  private Tensor least(Weights weights, Tensor observation, Tensor action) {
    return value(0, weights, observation, action).min(value(1, weights, observation, action));
  }

  private List<Tensor> descend(String name, Tensor loss, List<Tensor> parameters) {
    List<Slot> described = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      described.add(new Slot(name + i, parameters.get(i).type()));
    }
    List<Slot> slots =
        optimiser.slots(described).stream()
            .map(slot -> new Slot(name + "/" + slot.name(), slot.type()))
            .toList();
    List<Tensor> carried = Slot.inputs(tracer, slots);
    List<Tensor> gradients = tracer.gradient(loss, parameters.toArray(new Tensor[0]));
    Optimiser.Updated updated =
        optimiser.update(
            tracer,
            loss,
            parameters,
            gradients,
            carried,
            tracer.constant(DataType.FLOAT32, LEARNING_RATE));
    updated.donate(tracer, parameters, carried);
    return updated.parameters();
  }
}
