package dev.stoa.device.reference.cards;

import static dev.stoa.device.reference.cards.Differences.numbers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.reference.Runs;
import dev.stoa.device.reference.Runs.Program;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.FlatLayout;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.LoopResult;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.Transforms;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Davies et al., EBT-Policy (2025): an action is found by a few steps of descent on an energy, and
 * the energy is trained by regression through those steps: the gradient of a gradient.
 */
class EbtPolicyCardTest {
  private static final int SAMPLES = 3;
  private static final int OBSERVED = 2;
  private static final int CHUNK = 2;
  private static final int HIDDEN = 5;
  private static final int STEPS = 3;

  private static final FlatLayout NETWORK =
      new FlatLayout()
          .with("observation", OBSERVED, HIDDEN)
          .with("action", CHUNK, HIDDEN)
          .with("bias", HIDDEN)
          .with("middle", HIDDEN, HIDDEN)
          .with("out", HIDDEN, 2);

  /** Energies of action chunks: [samples, chunk] to [samples]. */
  private interface Energy extends UnaryOperator<Tensor> {}

  private static Tensor input(Tracer t, String name, int... extents) {
    return t.input(name, TensorType.of(DataType.FLOAT64, extents));
  }

  /** x sigmoid(x), smooth as second derivatives want. */
  private static Tensor silu(Tensor x) {
    return x.mul(x.mul(0.5).tanh().add(1)).mul(0.5);
  }

  /** The mean over output channels. */
  private static Energy network(Tensor theta, Tensor observations) {
    Map<String, Tensor> p = NETWORK.split(theta);
    Tensor seen = observations.dot(p.get("observation")).add(p.get("bias"));
    return x ->
        silu(silu(x.dot(p.get("action")).add(seen)).dot(p.get("middle"))).dot(p.get("out")).mean(1);
  }

  /** One step: {@code x - a grad_x e}; the gradient stays part of the graph. */
  private static Tensor descend(Tracer t, Energy energy, Tensor x, Tensor step) {
    // Each sample's energy depends on its own chunk alone.
    Tensor slope = t.gradient(energy.apply(x).sum(), x).get(0);
    return x.sub(step.mul(slope));
  }

  /** The step of each sample: {@code alpha exp(e) / temperature}, e clamped. */
  private static Tensor step(Energy energy, Tensor x, Tensor alpha, double temperature) {
    Tensor e = energy.apply(x).clip(-5, 5);
    return alpha.mul(e.exp()).div(temperature).reshape(x.shape().extent(0), 1);
  }

  private static Tensor rootMeanSquareNorm(Tensor x) {
    return x.mul(x.square().mean(1).add(1e-6).rsqrt().reshape(x.shape().extent(0), 1));
  }

  /**
   * The chunks after every step.
   *
   * @param scale of the step size, by step and sample, between 1/c and c: [steps, samples]
   * @param noise of Langevin, by step: [steps, samples, chunk]
   * @param separate whether no derivative passes from a step to the one before
   */
  private static Tensor[] unrolled(
      Tracer t,
      Energy energy,
      Tensor start,
      Tensor alpha,
      Tensor scale,
      Tensor noise,
      double deviation,
      boolean separate) {
    int steps = scale.shape().extent(0);
    Tensor[] chunks = new Tensor[steps];
    Tensor x = start;
    for (int i = 0; i < steps; i++) {
      Tensor from = separate ? x.stopGradient() : x;
      Tensor normal = i == steps - 1 ? rootMeanSquareNorm(from) : from;
      Tensor jittered = noise.slice(0, i, i + 1).reshape(x.shape().extents()).mul(deviation);
      Tensor place = normal.add(jittered);
      Tensor length = alpha.max(1e-4).mul(scale.slice(0, i, i + 1).reshape(SAMPLES));
      x = descend(t, energy, place, step(energy, place, length, 1));
      chunks[i] = x;
    }
    return chunks;
  }

  /** The regression loss, of the last step or the mean over all, and its gradients. */
  private static Graph training(int steps, boolean separate, boolean lastOnly) {
    return Graph.trace(
        "training",
        t -> {
          Tensor theta = input(t, "theta", NETWORK.size());
          Tensor alpha = input(t, "alpha");
          Energy energy = network(theta, input(t, "observations", SAMPLES, OBSERVED));
          Tensor[] chunks =
              unrolled(
                  t,
                  energy,
                  input(t, "start", SAMPLES, CHUNK),
                  alpha,
                  input(t, "scale", steps, SAMPLES),
                  input(t, "noise", steps, SAMPLES, CHUNK),
                  0.05,
                  separate);
          Tensor wanted = input(t, "wanted", SAMPLES, CHUNK);
          Tensor loss = t.constant(DataType.FLOAT64, 0);
          for (int i = lastOnly ? steps - 1 : 0; i < steps; i++) {
            loss = loss.add(chunks[i].sub(wanted).square().mean());
          }
          loss = loss.div(lastOnly ? 1 : steps);
          t.output("loss", loss);
          List<Tensor> gradients = t.gradient(loss, theta, alpha);
          t.output("theta", gradients.get(0));
          t.output("alpha", gradients.get(1));
          t.output("before", steps == 1 ? chunks[0] : chunks[steps - 2]);
        });
  }

  private static double[][] inputs(int steps) {
    return new double[][] {
      numbers(NETWORK.size(), -0.8, 0.8, 1),
      {0.5},
      numbers(SAMPLES * OBSERVED, -1, 1, 2),
      numbers(SAMPLES * CHUNK, -1, 1, 3),
      numbers(steps * SAMPLES, 1 / 1.5, 1.5, 4),
      numbers(steps * SAMPLES * CHUNK, -1, 1, 5),
      numbers(SAMPLES * CHUNK, -1, 1, 6)
    };
  }

  private static void compare(Graph graph, double[]... inputs) {
    try (Program program = new Program(graph)) {
      double[][] results = program.run(inputs);
      for (int input = 0; input < 2; input++) {
        int moving = input;
        Differences.compare(
            x -> {
              double[][] moved = inputs.clone();
              moved[moving] = x;
              return program.run(moved)[0][0];
            },
            inputs[input],
            results[1 + input]);
        assertNotEquals(0, results[1 + input][0]);
      }
    }
  }

  /** Through all steps, of which none is cut off: derivatives of gradients of gradients. */
  @Test
  void theGradientThroughAllStepsIsTheLimitOfDifferences() {
    compare(training(STEPS, false, true), inputs(STEPS));
    compare(training(STEPS, false, false), inputs(STEPS));
  }

  /** One step is cut off from nothing. */
  @Test
  void theGradientThroughOneStepIsTheLimitOfDifferences() {
    compare(training(1, true, true), inputs(1));
  }

  /** Steps cut off from each other: the last loss's gradient is that of one step from there. */
  @Test
  void separateStepsHaveTheGradientOfTheLastAlone() {
    double[][] inputs = inputs(STEPS);
    double[][] all = Runs.run(training(STEPS, true, true), inputs);
    double[][] last = inputs(1);
    last[3] = all[3];
    last[4] = java.util.Arrays.copyOfRange(inputs[4], (STEPS - 1) * SAMPLES, STEPS * SAMPLES);
    int chunks = SAMPLES * CHUNK;
    last[5] = java.util.Arrays.copyOfRange(inputs[5], (STEPS - 1) * chunks, STEPS * chunks);
    double[][] single = Runs.run(training(1, true, true), last);
    assertArrayEquals(all[0], single[0], 1e-15);
    assertArrayEquals(all[1], single[1], 1e-14);
    assertArrayEquals(all[2], single[2], 1e-14);
  }

  /** {@code kappa / 2 mean (x - a)^2} of n numbers. */
  private static Energy parabola(Tensor kappa, Tensor target) {
    return x -> x.sub(target).square().mean(1).mul(kappa).mul(0.5);
  }

  /** A step of length a contracts by 1 - a kappa / n; with a = n / kappa it arrives. */
  @Test
  void aStepOnAParabolaContractsAsItMustAndCanArriveAtOnce() {
    Graph graph =
        Graph.trace(
            "step",
            t -> {
              Tensor x = input(t, "x", 1, 2);
              Energy energy = parabola(input(t, "kappa"), input(t, "target", 2));
              t.output("x", descend(t, energy, x, input(t, "a")));
            });
    double[] x = {5, -3};
    double[] kappa = {4};
    double[] target = {1, 2};
    // 1 - 0.25 * 4 / 2 = 1/2 of the distances 4 and -5; with 2 / 4 nothing is left.
    assertArrayEquals(
        new double[] {3, -0.5}, Runs.run(graph, x, kappa, target, new double[] {0.25})[0]);
    assertArrayEquals(target, Runs.run(graph, x, kappa, target, new double[] {0.5})[0]);
  }

  /**
   * After m steps on the parabola in one dimension the loss (x - y)^2 with x = b + (1 - a kappa)^m
   * (x0 - b) has, with r = 1 - a kappa and d = x0 - b, the gradient 2 (x - y) (-m a r^(m-1) d) by
   * kappa and 2 (x - y) (1 - r^m) by b, and the second derivative by b 2 (1 - r^m)^2.
   */
  @Test
  void twoParametersHaveTheirClosedFirstAndSecondDerivatives() {
    Graph graph =
        Graph.trace(
            "two",
            t -> {
              Tensor kappa = input(t, "kappa");
              Tensor b = input(t, "b");
              Tensor x = t.constant(TensorType.of(DataType.FLOAT64, 1, 1), 4);
              for (int i = 0; i < 3; i++) {
                x = descend(t, parabola(kappa, b), x, t.constant(DataType.FLOAT64, 0.25));
              }
              Tensor loss = x.sub(1).square().sum();
              List<Tensor> slopes = t.gradient(loss, kappa, b);
              t.output("loss", loss);
              t.output("kappa", slopes.get(0));
              t.output("b", slopes.get(1));
              t.output("bb", t.gradient(slopes.get(1), b).get(0));
              t.output("kappaB", t.gradient(slopes.get(0), b).get(0));
            });
    // kappa 2, b 2, x0 4: r 1/2, d 2, x 2 + 2/8 = 2.25; x - y = 1.25.
    double[][] results = Runs.run(graph, new double[] {2}, new double[] {2});
    double byKappa = -3 * 0.25 * 0.25 * 2;
    assertEquals(1.25 * 1.25, results[0][0], 1e-15);
    assertEquals(2 * 1.25 * byKappa, results[1][0], 1e-15);
    assertEquals(2 * 1.25 * 7 / 8, results[2][0], 1e-15);
    assertEquals(2 * 49.0 / 64, results[3][0], 1e-15);
    // By b once more: 2 (7/8) byKappa + 2.5 (3 a r^2).
    assertEquals(2 * 7 / 8.0 * byKappa + 2.5 * 3 * 0.25 * 0.25, results[4][0], 1e-15);
  }

  /** Inference of one sample: until the slope is small, then one more step. */
  private static Graph inference(double least, int most) {
    return Graph.trace(
        "inference",
        t -> {
          Tensor kappa = input(t, "kappa");
          Energy energy = parabola(kappa, input(t, "target", CHUNK));
          Tensor alpha = t.constant(DataType.FLOAT64, 0.25);
          LoopResult loop =
              t.whileLoop(
                  most - 1,
                  List.of(input(t, "start", 1, CHUNK)),
                  (s, x) -> {
                    Tensor slope = s.gradient(energy.apply(x.get(0)).sum(), x.get(0)).get(0);
                    return slope.square().sum().sqrt().ge(s.constant(DataType.FLOAT64, least));
                  },
                  (s, x) -> List.of(descend(s, energy, x.get(0), alpha)));
          Tensor chunk = descend(t, energy, loop.carry(0), alpha);
          t.output("chunk", chunk);
          t.output("energy", energy.apply(chunk).sum());
          t.output("steps", loop.iterations().add(1));
        });
  }

  /**
   * kappa 4 and a 1/4 halve the distance, kappa 8 ends it at once. Slopes are 2 and 4 times the
   * distance: from (8, 0) the slope 16 is below 1.5 after 4 halvings, at distance 1/2, and one step
   * more leaves 1/4; from the target itself no step is needed but the last.
   */
  @Test
  void everySampleOfABatchStopsWhenItsOwnSlopeIsSmall() {
    Graph batched = Transforms.batch(inference(1.5, 10), 3, "kappa", "start");
    double[][] results =
        Runs.run(
            batched, new double[] {4, 8, 4}, new double[] {1, 1}, new double[] {9, 1, 9, 1, 1, 1});
    assertArrayEquals(new double[] {1.25, 1, 1, 1, 1, 1}, results[0]);
    assertArrayEquals(new double[] {4 / 2.0 / 2 * 0.0625, 0, 0}, results[1]);
    assertArrayEquals(new double[] {5, 2, 1}, results[2]);
  }

  /** Samples are independent: the gradient of the sum of energies is each sample's own. */
  @Test
  void theSlopeOfEachSampleIsThatOfABatch() {
    Graph slopes =
        Graph.trace(
            "slopes",
            t -> {
              Tensor x = input(t, "x", SAMPLES, CHUNK);
              Energy energy =
                  network(input(t, "theta", NETWORK.size()), input(t, "o", SAMPLES, OBSERVED));
              t.output("slope", t.gradient(energy.apply(x).sum(), x).get(0));
            });
    Graph slope =
        Graph.trace(
            "slope",
            t -> {
              Tensor x = input(t, "x", 1, CHUNK);
              Energy energy =
                  network(input(t, "theta", NETWORK.size()), input(t, "o", 1, OBSERVED));
              t.output("slope", t.gradient(energy.apply(x).sum(), x).get(0));
            });
    double[][] inputs = inputs(1);
    double[] expected = Runs.run(slopes, inputs[3], inputs[0], inputs[2])[0];
    Graph batch = Transforms.batch(slope, SAMPLES, "x", "o");
    assertArrayEquals(expected, Runs.run(batch, inputs[3], inputs[0], inputs[2])[0], 1e-15);
    assertTrue(expected[0] != 0);
  }
}
