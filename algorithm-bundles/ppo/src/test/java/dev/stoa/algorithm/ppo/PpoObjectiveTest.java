package dev.stoa.algorithm.ppo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.stoa.lib.distributions.Categorical;
import dev.stoa.lib.distributions.DiagonalGaussian;
import dev.stoa.lib.distributions.Distribution;
import dev.stoa.lib.learners.Evaluator;
import dev.stoa.lib.networks.Activation;
import dev.stoa.lib.networks.Initialiser;
import dev.stoa.lib.networks.Mlp;
import dev.stoa.lib.networks.ParameterSpec;
import dev.stoa.lib.networks.ParameterTree;
import dev.stoa.lib.networks.Weights;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.random.RandomStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PpoObjectiveTest {
  private static final double RANGE = .2;

  private static Tensor real(Tracer tracer, String name, int... extents) {
    return tracer.input(name, TensorType.of(DataType.FLOAT64, extents));
  }

  /** Loss and gradient by the log-probability, for one action of old log-probability 0. */
  private static Map<String, double[]> surrogate(double logRatio, double advantage) {
    Graph graph =
        Graph.trace(
            "surrogate",
            tracer -> {
              Tensor logs = real(tracer, "log", 1);
              Tensor advantages = real(tracer, "advantage", 1);
              Tensor range = tracer.constant(DataType.FLOAT64, RANGE);
              Tensor loss = PpoObjective.policyLoss(tracer, logs.exp(), advantages, range);
              tracer.output("loss", loss);
              tracer.output("gradient", tracer.gradient(loss, logs).get(0));
            });
    return Evaluator.run(
        graph, Map.of("log", new double[] {logRatio}, "advantage", new double[] {advantage}));
  }

  @Test
  void atRatioOneTheGradientIsThatOfTheVanillaPolicyGradient() {
    // d(-A log p)/d(log p) = -A.
    assertEquals(-1.5, surrogate(0, 1.5).get("gradient")[0], 1e-12);
    assertEquals(2.5, surrogate(0, -2.5).get("gradient")[0], 1e-12);
  }

  @Test
  void aGoodActionThatIsLikelierBeyondTheRangeHasNoGradient() {
    Map<String, double[]> result = surrogate(Math.log(1.3), 2);
    assertEquals(0, result.get("gradient")[0]);
    // The clipped ratio 1.2 times the advantage 2, negated.
    assertEquals(-2.4, result.get("loss")[0], 1e-12);
  }

  @Test
  void aBadActionThatIsLikelierBeyondTheRangeKeepsItsGradient() {
    // The unclipped branch is the greater cost: 1.3 * 2, and d(ratio)/d(log p) = ratio.
    Map<String, double[]> result = surrogate(Math.log(1.3), -2);
    assertEquals(2.6, result.get("loss")[0], 1e-12);
    assertEquals(2.6, result.get("gradient")[0], 1e-12);
  }

  @Test
  void aBadActionThatIsUnlikelierBeyondTheRangeHasNoGradient() {
    assertEquals(0, surrogate(Math.log(.7), -2).get("gradient")[0]);
    assertNotEquals(0, surrogate(Math.log(.7), 2).get("gradient")[0]);
  }

  @Test
  void normalisedAdvantagesHaveMeanZeroAndUnbiasedDeviationOne() {
    Graph graph =
        Graph.trace(
            "normalise",
            tracer -> tracer.output("y", PpoObjective.normalise(real(tracer, "advantage", 3))));
    // Mean 3, deviation over n - 1: root((4 + 1 + 9) / 2) = root 7.
    double root = Math.sqrt(7) + 1e-8;
    assertArrayEquals(
        new double[] {-2 / root, -1 / root, 3 / root},
        Evaluator.run(graph, Map.of("advantage", new double[] {1, 2, 6})).get("y"),
        1e-12);
  }

  @Test
  void valueLossesAndDiagnosticsAreWhatAHandComputes() {
    Graph graph =
        Graph.trace(
            "losses",
            tracer -> {
              Tensor range = tracer.constant(DataType.FLOAT64, RANGE);
              Tensor value = real(tracer, "value", 2);
              Tensor old = real(tracer, "old", 2);
              Tensor target = real(tracer, "target", 2);
              Tensor ratio = real(tracer, "ratio", 2);
              tracer.output("plain", PpoObjective.valueLoss(value, target));
              tracer.output("clipped", PpoObjective.clippedValueLoss(value, old, target, range));
              tracer.output("kl", PpoObjective.approximateKl(ratio, ratio.log()));
              tracer.output("fraction", PpoObjective.clipFraction(ratio, range));
            });
    Map<String, double[]> result =
        Evaluator.run(
            graph,
            Map.of(
                "value", new double[] {1, 3},
                "old", new double[] {0, 3},
                "target", new double[] {2, 1},
                "ratio", new double[] {1.5, .9}));
    // Errors -1 and 2: (1 + 4) / 2 / 2.
    assertEquals(1.25, result.get("plain")[0], 1e-12);
    // The first value moves from 0 to .2 at most: error -1.8, the greater. (3.24 + 4) / 2 / 2.
    assertEquals(1.81, result.get("clipped")[0], 1e-12);
    // (.5 - log 1.5 - .1 - log .9) / 2.
    assertEquals((.4 - Math.log(1.35)) / 2, result.get("kl")[0], 1e-12);
    assertEquals(.5, result.get("fraction")[0], 1e-12);
  }

  @Test
  void theGradientOfTheWholeDiscreteLossAgreesWithFiniteDifferences() {
    checkWholeLoss(true);
  }

  @Test
  void theGradientOfTheWholeContinuousLossAgreesWithFiniteDifferences() {
    checkWholeLoss(false);
  }

  /** Central differences of the loss in every parameter, in float64. */
  private static void checkWholeLoss(boolean discrete) {
    int rows = 5;
    Initialiser any = new Initialiser.Orthogonal(1);
    Mlp actor = new Mlp("actor", 3, List.of(4), 2, Activation.TANH, any, any);
    Mlp critic = new Mlp("critic", 3, List.of(4), 1, Activation.TANH, any, any);
    ParameterSpec deviation =
        new ParameterSpec("deviation", Shape.of(2), new Initialiser.Constant(-.3));
    ParameterTree tree =
        actor.parameters().plus(critic.parameters()).plus(ParameterTree.of(deviation));
    Graph graph =
        Graph.trace(
            "loss",
            tracer -> {
              List<Tensor> tensors = new ArrayList<>();
              for (ParameterSpec spec : tree.specs()) {
                tensors.add(real(tracer, spec.name(), spec.shape().extents()));
              }
              Weights weights = tree.bind(tensors);
              Tensor observation = real(tracer, "observation", rows, 3);
              Tensor head = actor.apply(tracer, weights, observation);
              Distribution policy =
                  discrete
                      ? new Categorical(tracer, head)
                      : new DiagonalGaussian(head, weights.get("deviation"));
              Tensor action =
                  discrete
                      ? tracer.input("action", TensorType.of(DataType.INT32, rows))
                      : real(tracer, "action", rows, 2);
              Tensor ratio = policy.logProbability(action).sub(real(tracer, "old", rows)).exp();
              Tensor range = tracer.constant(DataType.FLOAT64, RANGE);
              Tensor advantage = PpoObjective.normalise(real(tracer, "advantage", rows));
              Tensor value = critic.apply(tracer, weights, observation).reshape(rows);
              Tensor loss =
                  PpoObjective.policyLoss(tracer, ratio, advantage, range)
                      .add(PpoObjective.valueLoss(value, real(tracer, "return", rows)).mul(.5))
                      .sub(policy.entropy().mean().mul(.01));
              tracer.output("loss", loss);
              List<Tensor> gradients = tracer.gradient(loss, tensors.toArray(new Tensor[0]));
              for (int i = 0; i < gradients.size(); i++) {
                tracer.output("d " + tree.names().get(i), gradients.get(i));
              }
            });
    RandomStream random = new RandomStream(11, 0, 0);
    Map<String, Object> arguments = new HashMap<>();
    List<float[]> first = tree.initialise(3, 0);
    for (int i = 0; i < first.size(); i++) {
      double[] values = new double[first.get(i).length];
      for (int j = 0; j < values.length; j++) {
        values[j] = first.get(i)[j] + random.nextDouble(-.1, .1);
      }
      arguments.put(tree.names().get(i), values);
    }
    arguments.put("observation", uniform(random, rows * 3));
    arguments.put("old", shifted(uniform(random, rows), discrete ? -.7 : -2));
    arguments.put("advantage", uniform(random, rows));
    arguments.put("return", uniform(random, rows));
    arguments.put("action", discrete ? new int[] {0, 1, 1, 0, 1} : uniform(random, rows * 2));
    Map<String, double[]> exact = Evaluator.run(graph, arguments);
    for (String name : tree.names()) {
      double[] values = (double[]) arguments.get(name);
      for (int i = 0; i < values.length; i++) {
        double held = values[i];
        double step = 1e-6;
        values[i] = held + step;
        double above = Evaluator.run(graph, arguments).get("loss")[0];
        values[i] = held - step;
        double below = Evaluator.run(graph, arguments).get("loss")[0];
        values[i] = held;
        assertEquals((above - below) / (2 * step), exact.get("d " + name)[i], 1e-8, name + " " + i);
      }
    }
  }

  private static double[] uniform(RandomStream random, int count) {
    double[] values = new double[count];
    java.util.Arrays.setAll(values, i -> random.nextDouble(-1, 1));
    return values;
  }

  private static double[] shifted(double[] values, double by) {
    for (int i = 0; i < values.length; i++) {
      values[i] = by + .2 * values[i];
    }
    return values;
  }
}
