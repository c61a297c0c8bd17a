package dev.stoa.device.reference.cards;

import static dev.stoa.device.reference.cards.Differences.dot;
import static dev.stoa.device.reference.cards.Differences.numbers;
import static dev.stoa.device.reference.cards.Differences.plus;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.reference.Runs;
import dev.stoa.device.reference.Runs.Program;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.FlatLayout;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.Transforms;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Schulman et al., Trust Region Policy Optimization (2015): a natural-gradient step on the
 * surrogate objective, as long as the mean divergence allows, its direction by conjugate gradients
 * on products with the Fisher matrix, which is never formed.
 */
class TrpoCardTest {
  private static final int FEATURES = 3;
  private static final int HIDDEN = 4;
  private static final int ACTIONS = 3;
  private static final int SAMPLES = 12;

  /** The policy's parameters alone: the critic's are not in the vector. */
  private static final FlatLayout NETWORK =
      new FlatLayout()
          .with("w1", FEATURES, HIDDEN)
          .with("b1", HIDDEN)
          .with("w2", HIDDEN, ACTIONS)
          .with("b2", ACTIONS);

  private static final FlatLayout LINEAR = new FlatLayout().with("w", 2, 2);

  private record Batch(double[] states, double[] actions, double[] advantages) {}

  private static Tensor input(Tracer t, String name, int... extents) {
    return t.input(name, TensorType.of(DataType.FLOAT64, extents));
  }

  /** {@code log pi(a | s)} of all actions: [samples, actions]; linear without a hidden layer. */
  private static Tensor logPolicy(FlatLayout layout, Tensor theta, Tensor states) {
    Map<String, Tensor> p = layout.split(theta);
    Tensor logits =
        p.containsKey("w")
            ? states.dot(p.get("w"))
            : states.dot(p.get("w1")).add(p.get("b1")).tanh().dot(p.get("w2")).add(p.get("b2"));
    int samples = states.shape().extent(0);
    Tensor shifted = logits.sub(logits.maximum(1).stopGradient().reshape(samples, 1));
    return shifted.sub(shifted.exp().sum(1).log().reshape(samples, 1));
  }

  private static Graph policy(FlatLayout layout, int samples, int features) {
    return Graph.trace(
        "policy",
        t ->
            t.output(
                "logPolicy",
                logPolicy(
                    layout,
                    input(t, "theta", layout.size()),
                    input(t, "states", samples, features))));
  }

  /** Equation 14: the mean of {@code pi(a | s) / pi_old(a | s) A}, and its gradient. */
  private static Graph surrogate() {
    return Graph.trace(
        "surrogate",
        t -> {
          Tensor theta = input(t, "theta", NETWORK.size());
          Tensor logPolicy = logPolicy(NETWORK, theta, input(t, "states", SAMPLES, FEATURES));
          Tensor old = input(t, "old", SAMPLES, ACTIONS);
          Tensor action = t.input("actions", TensorType.of(DataType.INT32, SAMPLES, 1));
          Tensor logRatio = logPolicy.takeAlong(1, action).sub(old.takeAlong(1, action));
          Tensor objective =
              logRatio.exp().reshape(SAMPLES).mul(input(t, "advantages", SAMPLES)).mean();
          t.output("objective", objective);
          t.output("gradient", t.gradient(objective, theta).get(0));
        });
  }

  /** The mean divergence of whole distributions, {@code KL(pi || pi_old)}, and its gradient. */
  private static Graph divergence(FlatLayout layout, int samples, int features, int actions) {
    return Graph.trace(
        "divergence",
        t -> {
          Tensor theta = input(t, "theta", layout.size());
          Tensor logPolicy = logPolicy(layout, theta, input(t, "states", samples, features));
          Tensor old = input(t, "old", samples, actions);
          Tensor divergence = logPolicy.exp().mul(logPolicy.sub(old)).sum(1).mean();
          t.output("divergence", divergence);
          t.output("gradient", t.gradient(divergence, theta).get(0));
        });
  }

  /**
   * Appendix C.1: the derivative of the divergence's gradient along v, at the old policy, + c v.
   */
  private static double[] fisherProduct(
      Program hessian, double damping, double[] theta, double[] states, double[] old, double... v) {
    double[][] results = hessian.run(theta, states, old, v);
    return plus(results[3], damping, v);
  }

  private static Graph hessian(FlatLayout layout, int samples, int features, int actions) {
    return Transforms.jvp(divergence(layout, samples, features, actions), "theta");
  }

  /** Conjugate gradients for {@code A x = b}, from 0; a residual stop of 0 is off. */
  private static double[] conjugateGradient(
      UnaryOperator<double[]> product, double[] b, int iterations, double stop) {
    double[] x = new double[b.length];
    double[] residual = b.clone();
    double[] direction = b.clone();
    double norm = dot(residual, residual);
    for (int i = 0; i < iterations && norm > stop; i++) {
      double[] moved = product.apply(direction);
      double step = norm / dot(direction, moved);
      x = plus(x, step, direction);
      residual = plus(residual, -step, moved);
      double next = dot(residual, residual);
      direction = plus(residual, next / norm, direction);
      norm = next;
    }
    return x;
  }

  private static Batch batch() {
    double[] actions = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      actions[i] = i % ACTIONS;
    }
    return new Batch(numbers(SAMPLES * FEATURES, -1, 1, 1), actions, numbers(SAMPLES, -1, 1, 2));
  }

  private static double[] old(double[] theta, Batch batch) {
    return Runs.run(policy(NETWORK, SAMPLES, FEATURES), theta, batch.states())[0];
  }

  @Test
  void theSurrogateGradientIsTheLimitOfDifferences() {
    Batch batch = batch();
    double[] theta = numbers(NETWORK.size(), -0.5, 0.5, 3);
    double[] old = old(numbers(NETWORK.size(), -0.5, 0.5, 4), batch);
    try (Program program = new Program(surrogate())) {
      Differences.compare(
          x -> program.run(x, batch.states(), old, batch.actions(), batch.advantages())[0][0],
          theta,
          program.run(theta, batch.states(), old, batch.actions(), batch.advantages())[1]);
    }
  }

  /** At the old policy the divergence is least: 0, with gradient 0. */
  @Test
  void theDivergenceGradientIsTheLimitOfDifferencesAndVanishesAtTheOldPolicy() {
    Batch batch = batch();
    double[] theta = numbers(NETWORK.size(), -0.5, 0.5, 3);
    double[] old = old(theta, batch);
    double[] other = plus(theta, 0.3, numbers(NETWORK.size(), -1, 1, 5));
    try (Program program = new Program(divergence(NETWORK, SAMPLES, FEATURES, ACTIONS))) {
      Differences.compare(
          x -> program.run(x, batch.states(), old)[0][0],
          other,
          program.run(other, batch.states(), old)[1]);
      double[][] here = program.run(theta, batch.states(), old);
      assertEquals(0, here[0][0], 1e-15);
      assertArrayEquals(new double[NETWORK.size()], here[1], 1e-15);
    }
  }

  @Test
  void theFisherProductIsTheLimitOfDifferencesOfTheGradient() {
    Batch batch = batch();
    double[] theta = numbers(NETWORK.size(), -0.5, 0.5, 3);
    double[] old = old(theta, batch);
    double[] v = numbers(NETWORK.size(), -1, 1, 6);
    try (Program gradient = new Program(divergence(NETWORK, SAMPLES, FEATURES, ACTIONS));
        Program hessian = new Program(hessian(NETWORK, SAMPLES, FEATURES, ACTIONS))) {
      // v . (F v) is the second derivative of the divergence along v.
      double step = 1e-5;
      double[] above = gradient.run(plus(theta, step, v), batch.states(), old)[1];
      double[] below = gradient.run(plus(theta, -step, v), batch.states(), old)[1];
      double[] product = fisherProduct(hessian, 0, theta, batch.states(), old, v);
      double[] damped = fisherProduct(hessian, 0.1, theta, batch.states(), old, v);
      for (int i = 0; i < v.length; i++) {
        assertEquals((above[i] - below[i]) / (2 * step), product[i], 1e-8);
        assertEquals(product[i] + 0.1 * v[i], damped[i], 1e-15);
      }
      assertTrue(dot(v, product) > 0);
    }
  }

  /**
   * Of a linear softmax, score of action a by weight (f, j) is {@code s_f (1[a = j] - p_j)}; F is
   * the mean over states, weighted over actions, of score times score.
   */
  @Test
  void theFisherProductIsThatOfTheDenseMatrixOfScores() {
    double[] theta = {0.3, -0.7, 0.2, 0.9};
    double[] states = {1, 0.5, -0.4, 2, 0.1, -1.5};
    int samples = 3;
    double[][] fisher = new double[4][4];
    for (int s = 0; s < samples; s++) {
      double x = states[2 * s];
      double y = states[2 * s + 1];
      double first = Math.exp(x * theta[0] + y * theta[2]);
      double second = Math.exp(x * theta[1] + y * theta[3]);
      double[] p = {first / (first + second), second / (first + second)};
      for (int a = 0; a < 2; a++) {
        double[] score = new double[4];
        for (int i = 0; i < 4; i++) {
          score[i] = states[2 * s + i / 2] * ((i % 2 == a ? 1 : 0) - p[i % 2]);
        }
        for (int i = 0; i < 4; i++) {
          for (int j = 0; j < 4; j++) {
            fisher[i][j] += p[a] * score[i] * score[j] / samples;
          }
        }
      }
    }
    double[] old = Runs.run(policy(LINEAR, samples, 2), theta, states)[0];
    double[] v = {1, -2, 0.5, 3};
    try (Program hessian = new Program(hessian(LINEAR, samples, 2, 2))) {
      double[] product = fisherProduct(hessian, 0, theta, states, old, v);
      for (int i = 0; i < 4; i++) {
        assertEquals(dot(fisher[i], v), product[i], 1e-10);
      }
    }
  }

  /** The matrix {@code I + B B^T / 20} with Gaussian B is well conditioned. */
  @Test
  void conjugateGradientsSolveTwentyEquationsInTwentyIterations() {
    int n = 20;
    TensorType square = TensorType.of(DataType.FLOAT64, n, n);
    Graph product =
        Graph.trace(
            "product",
            t -> {
              Tensor b = t.input("b", square);
              Tensor v = input(t, "v", n);
              Tensor inner = b.dot(v.reshape(n, 1), true, false);
              t.output("av", v.add(b.dot(inner).reshape(n).div(n)));
            });
    double[] b = gaussian(n * n);
    double[] wanted = numbers(n, -1, 1, 8);
    try (Program program = new Program(product)) {
      UnaryOperator<double[]> matrix = v -> program.run(b, v)[0];
      double[] x = conjugateGradient(matrix, matrix.apply(wanted), n, 0);
      assertArrayEquals(wanted, x, 1e-8);
      double[] early = conjugateGradient(matrix, matrix.apply(wanted), n, 1e-10);
      assertArrayEquals(wanted, early, 1e-4);
    }
  }

  private static double[] gaussian(int count) {
    Graph normal =
        Graph.trace(
            "normal",
            t -> {
              Tensor pair = t.iota(Shape.of(2), 0);
              t.output("z", t.normal(pair, pair, 1, count));
            });
    return Runs.run(normal)[0];
  }

  /**
   * Of one state and three actions, F = diag(p) - p p^T and g = p (A - p . A): F^+ g, the solution
   * without a part along (1, 1, 1), is A less its mean.
   */
  @Test
  void theDirectionOfASoftmaxBanditIsTheAdvantageLessItsMean() {
    FlatLayout bandit = new FlatLayout().with("w", 1, 3);
    double[] theta = {0.2, -0.5, 0.9};
    double[] one = {1};
    double[] advantages = {1, 4, -2};
    double[] old = Runs.run(policy(bandit, 1, 1), theta, one)[0];
    double[] p = {Math.exp(old[0]), Math.exp(old[1]), Math.exp(old[2])};
    double[] g = new double[3];
    for (int i = 0; i < 3; i++) {
      g[i] = p[i] * (advantages[i] - dot(p, advantages));
    }
    try (Program hessian = new Program(hessian(bandit, 1, 1, 3))) {
      double[] x = conjugateGradient(v -> fisherProduct(hessian, 0, theta, one, old, v), g, 2, 0);
      double mean = (x[0] + x[1] + x[2]) / 3;
      assertArrayEquals(new double[] {0, 3, -3}, plus(x, -mean, 1, 1, 1), 1e-10);
    }
  }

  private static double[] step(UnaryOperator<double[]> fisher, double delta, double... gradient) {
    double[] x = conjugateGradient(fisher, gradient, 15, 1e-10);
    return plus(new double[x.length], Math.sqrt(2 * delta / dot(x, fisher.apply(x))), x);
  }

  /** {@code 0.5 s^T (F + c I) s} is delta; without c it is the divergence, up to third order. */
  @Test
  void aSmallStepHasTheDivergenceAskedFor() {
    Batch batch = batch();
    double[] theta = numbers(NETWORK.size(), -0.5, 0.5, 3);
    double[] old = old(theta, batch);
    double delta = 1e-8;
    try (Program surrogate = new Program(surrogate());
        Program divergence = new Program(divergence(NETWORK, SAMPLES, FEATURES, ACTIONS));
        Program hessian = new Program(hessian(NETWORK, SAMPLES, FEATURES, ACTIONS))) {
      double[] gradient =
          surrogate.run(theta, batch.states(), old, batch.actions(), batch.advantages())[1];
      double damping = 0.1;
      UnaryOperator<double[]> fisher =
          v -> fisherProduct(hessian, damping, theta, batch.states(), old, v);
      double[] step = step(fisher, delta, gradient);
      assertEquals(delta, 0.5 * dot(step, fisher.apply(step)), 1e-20);
      double[] moved = plus(theta, 1, step);
      double expected = delta - 0.5 * damping * dot(step, step);
      assertEquals(expected, divergence.run(moved, batch.states(), old)[0][0], 1e-3 * expected);
    }
  }

  /** The step is shortened by 0.8 until the divergence is below delta and the objective grew. */
  @Test
  void theLineSearchKeepsTheTrustRegionAndImproves() {
    Batch batch = batch();
    double[] theta = numbers(NETWORK.size(), -0.5, 0.5, 3);
    double[] old = old(theta, batch);
    double delta = 0.01;
    try (Program surrogate = new Program(surrogate());
        Program divergence = new Program(divergence(NETWORK, SAMPLES, FEATURES, ACTIONS));
        Program hessian = new Program(hessian(NETWORK, SAMPLES, FEATURES, ACTIONS))) {
      double[][] before =
          surrogate.run(theta, batch.states(), old, batch.actions(), batch.advantages());
      UnaryOperator<double[]> fisher =
          v -> fisherProduct(hessian, 1e-3, theta, batch.states(), old, v);
      double[] step = step(fisher, delta, before[1]);
      boolean accepted = false;
      for (int i = 0; i < 10 && !accepted; i++) {
        double[] moved = plus(theta, Math.pow(0.8, i), step);
        double distance = divergence.run(moved, batch.states(), old)[0][0];
        double objective =
            surrogate.run(moved, batch.states(), old, batch.actions(), batch.advantages())[0][0];
        accepted = distance < delta && objective > before[0][0];
      }
      assertTrue(accepted);
    }
  }
}
