package dev.stoa.device.reference.cards;

import static dev.stoa.device.reference.cards.Differences.numbers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.reference.Runs;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.Transforms;
import dev.stoa.tensor.math.Elementary;
import dev.stoa.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Khadangi, Efficient Differentially Private Fine-Tuning of LLMs via Reinforcement Learning (2025):
 * the private update. Every example's gradient is clipped, group by group of parameters, before all
 * are summed and Gaussian noise in proportion to the thresholds is added.
 */
class RldpCardTest {
  private static final int FEATURES = 3;
  private static final int HIDDEN = 4;
  private static final int CLASSES = 2;

  /** Places for examples; Poisson sampling draws fewer or more than the expected ones. */
  private static final int CAPACITY = 6;

  private static final int EXPECTED = 4;
  private static final TensorType PAIR = TensorType.of(DataType.INT32, 2);

  /** Parameters in two groups, a layer each, whose tensors are clipped by their joint norm. */
  private static final List<Shape> PARAMETERS =
      List.of(
          Shape.of(FEATURES, HIDDEN),
          Shape.of(HIDDEN),
          Shape.of(HIDDEN, CLASSES),
          Shape.of(CLASSES));

  private static final int[][] GROUPS = {{0, 1}, {2, 3}};

  private static Tensor input(Tracer t, String name, int... extents) {
    return t.input(name, TensorType.of(DataType.FLOAT64, extents));
  }

  private static Tensor[] parameters(Tracer t) {
    Tensor[] parameters = new Tensor[PARAMETERS.size()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = input(t, "p" + i, PARAMETERS.get(i).extents());
    }
    return parameters;
  }

  /** Cross-entropy of rows x [n, features] with classes [n, classes], one of each row 1. */
  private static Tensor loss(Tensor[] p, Tensor x, Tensor wanted) {
    Tensor logits = x.dot(p[0]).add(p[1]).tanh().dot(p[2]).add(p[3]);
    int n = x.shape().extent(0);
    Tensor shifted = logits.sub(logits.maximum(1).stopGradient().reshape(n, 1));
    Tensor logPolicy = shifted.sub(shifted.exp().sum(1).log().reshape(n, 1));
    return wanted.mul(logPolicy).sum().neg();
  }

  /** The gradient of one example; nothing in it knows of a batch. */
  private static Graph exampleGradient() {
    return Graph.trace(
        "example",
        t -> {
          Tensor[] p = parameters(t);
          Tensor x = input(t, "x", FEATURES);
          Tensor wanted = input(t, "wanted", CLASSES);
          Tensor loss = loss(p, x.reshape(1, FEATURES), wanted.reshape(1, CLASSES));
          List<Tensor> gradients = t.gradient(loss, p);
          for (int i = 0; i < p.length; i++) {
            t.output("g" + i, gradients.get(i));
          }
        });
  }

  /** {@code g min(1, C / |g|)} with the joint norm of several tensors, each [examples, ...]. */
  private static List<Tensor> clip(List<Tensor> group, Tensor threshold) {
    int examples = group.get(0).shape().extent(0);
    Tensor squares = squares(group.get(0));
    for (Tensor each : group.subList(1, group.size())) {
      squares = squares.add(squares(each));
    }
    // Of a zero gradient C / 0 is infinite, and the factor 1.
    Tensor factor = threshold.div(squares.sqrt()).min(1);
    List<Tensor> clipped = new ArrayList<>();
    for (Tensor each : group) {
      int[] single = new int[each.shape().rank()];
      Arrays.fill(single, 1);
      single[0] = examples;
      clipped.add(each.mul(factor.reshape(single)));
    }
    return clipped;
  }

  private static Tensor squares(Tensor gradients) {
    return gradients.reshape(gradients.shape().extent(0), -1).square().sum(1);
  }

  /**
   * One private gradient: per-example gradients by a batch, clipped per group, summed over those
   * drawn, noise {@code N(0, (sigma_j C_j)^2)} added, divided by the expected number.
   */
  private static Graph release() {
    return Graph.trace(
        "release",
        t -> {
          Tensor[] p = parameters(t);
          Tensor x = input(t, "x", CAPACITY, FEATURES);
          Tensor wanted = input(t, "wanted", CAPACITY, CLASSES);
          Tensor drawn = t.input("drawn", TensorType.of(DataType.BOOL, CAPACITY));
          Tensor thresholds = input(t, "thresholds", GROUPS.length);
          Tensor sigmas = input(t, "sigmas", GROUPS.length);
          Tensor key = t.input("key", PAIR);
          Tensor counter = t.input("counter", PAIR);
          Tensor[] arguments = Arrays.copyOf(p, p.length + 2);
          arguments[p.length] = x;
          arguments[p.length + 1] = wanted;
          List<Tensor> gradients = t.batch(exampleGradient(), CAPACITY, arguments);
          for (int j = 0; j < GROUPS.length; j++) {
            Tensor threshold = thresholds.slice(0, j, j + 1).reshape();
            Tensor deviation = sigmas.slice(0, j, j + 1).reshape().mul(threshold);
            List<Tensor> group = Arrays.stream(GROUPS[j]).mapToObj(gradients::get).toList();
            List<Tensor> clipped = clip(group, threshold);
            for (int i = 0; i < clipped.size(); i++) {
              Tensor each = clipped.get(i);
              int[] single = new int[each.shape().rank()];
              Arrays.fill(single, 1);
              single[0] = CAPACITY;
              Tensor none = t.constant(each.type(), 0);
              Tensor sum = drawn.reshape(single).select(each, none).sum(0);
              int parameter = GROUPS[j][i];
              Tensor noise =
                  t.normal(key, counter, parameter, sum.shape().extents())
                      .convert(DataType.FLOAT64)
                      .mul(deviation);
              t.output("g" + parameter, sum.add(noise).div(EXPECTED));
            }
          }
        });
  }

  /** Parameters, features, classes. */
  private static double[][] data() {
    double[][] data = new double[PARAMETERS.size() + 2][];
    for (int i = 0; i < PARAMETERS.size(); i++) {
      data[i] = numbers(PARAMETERS.get(i).size(), -1, 1, i);
    }
    data[PARAMETERS.size()] = numbers(CAPACITY * FEATURES, -2, 2, 10);
    data[PARAMETERS.size() + 1] = new double[CAPACITY * CLASSES];
    for (int i = 0; i < CAPACITY; i++) {
      data[PARAMETERS.size() + 1][i * CLASSES + i % CLASSES] = 1;
    }
    return data;
  }

  private static double[][] released(boolean[] drawn, double[] thresholds, double... sigmas) {
    double[][] inputs = Arrays.copyOf(data(), PARAMETERS.size() + 7);
    int next = PARAMETERS.size() + 2;
    inputs[next] = new double[CAPACITY];
    for (int i = 0; i < CAPACITY; i++) {
      inputs[next][i] = drawn[i] ? 1 : 0;
    }
    inputs[next + 1] = thresholds;
    inputs[next + 2] = sigmas;
    inputs[next + 3] = new double[] {5, 6};
    inputs[next + 4] = new double[] {7, 0};
    return Runs.run(release(), inputs);
  }

  private static boolean[] all() {
    boolean[] all = new boolean[CAPACITY];
    Arrays.fill(all, true);
    return all;
  }

  private static double[][] perExample() {
    return Runs.run(Transforms.batch(exampleGradient(), CAPACITY, "x", "wanted"), data());
  }

  private static Graph whole() {
    return Graph.trace(
        "whole",
        t -> {
          Tensor[] p = parameters(t);
          Tensor loss =
              loss(p, input(t, "x", CAPACITY, FEATURES), input(t, "wanted", CAPACITY, CLASSES));
          t.output("loss", loss);
          List<Tensor> gradients = t.gradient(loss, p);
          for (int i = 0; i < p.length; i++) {
            t.output("g" + i, gradients.get(i));
          }
        });
  }

  @Test
  void theGradientOfTheWholeLossIsTheLimitOfDifferencesAndTheSumOverExamples() {
    double[][] data = data();
    double[][] results = Runs.run(whole(), data);
    double[][] each = perExample();
    for (int i = 0; i < PARAMETERS.size(); i++) {
      int moving = i;
      Differences.compare(
          x -> {
            double[][] moved = data.clone();
            moved[moving] = x;
            return Runs.run(whole(), moved)[0][0];
          },
          data[i],
          results[1 + i]);
      double[] sum = new double[results[1 + i].length];
      for (int e = 0; e < each[i].length; e++) {
        sum[e % sum.length] += each[i][e];
      }
      assertArrayEquals(results[1 + i], sum, 1e-13);
    }
  }

  /**
   * The last layer's bias has the gradient {@code softmax - wanted} of every example, its weights
   * the same times what the hidden layer gives.
   */
  @Test
  void everyExampleHasTheClosedGradientOfItsOwnSoftmax() {
    double[][] data = data();
    double[][] each = perExample();
    for (int example = 0; example < CAPACITY; example++) {
      double[] hidden = new double[HIDDEN];
      double[] logits = data[3].clone();
      for (int h = 0; h < HIDDEN; h++) {
        double sum = data[1][h];
        for (int f = 0; f < FEATURES; f++) {
          sum += data[4][example * FEATURES + f] * data[0][f * HIDDEN + h];
        }
        hidden[h] = Math.tanh(sum);
        for (int c = 0; c < CLASSES; c++) {
          logits[c] += hidden[h] * data[2][h * CLASSES + c];
        }
      }
      double total = Math.exp(logits[0]) + Math.exp(logits[1]);
      for (int c = 0; c < CLASSES; c++) {
        double error = Math.exp(logits[c]) / total - data[5][example * CLASSES + c];
        assertEquals(error, each[3][example * CLASSES + c], 1e-14);
        for (int h = 0; h < HIDDEN; h++) {
          int place = (example * HIDDEN + h) * CLASSES + c;
          assertEquals(error * hidden[h], each[2][place], 1e-14);
        }
      }
    }
  }

  /** (3, 4) has norm 5: to 1 it becomes (0.6, 0.8), to 10 it stays; nothing stays nothing. */
  @Test
  void tensorsOfAGroupAreClippedByTheirJointNorm() {
    Graph graph =
        Graph.trace(
            "clip",
            t -> {
              Tensor threshold = input(t, "threshold");
              List<Tensor> clipped =
                  clip(List.of(input(t, "a", 2, 1), input(t, "b", 2)), threshold);
              t.output("a", clipped.get(0));
              t.output("b", clipped.get(1));
            });
    double[][] tight = Runs.run(graph, new double[] {1}, new double[] {3, 0}, new double[] {4, 0});
    assertArrayEquals(new double[] {0.6, 0}, tight[0], 1e-15);
    assertArrayEquals(new double[] {0.8, 0}, tight[1], 1e-15);
    double[][] wide = Runs.run(graph, new double[] {10}, new double[] {3, 0}, new double[] {4, 0});
    assertArrayEquals(new double[] {3, 0}, wide[0]);
    assertArrayEquals(new double[] {4, 0}, wide[1]);
  }

  private static double norm(double[][] gradients, int[] group, int example, int of) {
    double squares = 0;
    for (int i : group) {
      int size = gradients[i].length / of;
      for (int e = 0; e < size; e++) {
        squares += Math.pow(gradients[i][example * size + e], 2);
      }
    }
    return Math.sqrt(squares);
  }

  /** Without noise: the mean, over the expected number, of what the thresholds leave of each. */
  @Test
  void theReleaseIsTheSumOfClippedGradientsOfThoseDrawn() {
    double[] thresholds = {0.4, 0.6};
    boolean[] drawn = {true, false, true, true, false, true};
    double[][] each = perExample();
    double[][] got = released(drawn, thresholds, 0, 0);
    int clipped = 0;
    for (int j = 0; j < GROUPS.length; j++) {
      for (int i : GROUPS[j]) {
        double[] expected = new double[PARAMETERS.get(i).size()];
        for (int example = 0; example < CAPACITY; example++) {
          double factor = Math.min(1, thresholds[j] / norm(each, GROUPS[j], example, CAPACITY));
          clipped += factor < 1 ? 1 : 0;
          for (int e = 0; e < expected.length && drawn[example]; e++) {
            expected[e] += factor * each[i][example * expected.length + e] / EXPECTED;
          }
        }
        assertArrayEquals(expected, got[order(i)], 1e-15);
      }
    }
    assertTrue(clipped > 0 && clipped < 4 * CAPACITY, clipped + " of " + 4 * CAPACITY);
  }

  private static int order(int parameter) {
    return release().output("g" + parameter);
  }

  /**
   * One example more or less moves the scaled release by {@code sqrt(sum_j sigma_j^-2)} at most:
   * the joint multiplier is {@code (sum_j sigma_j^-2)^(-1/2)}, and sigma of each of G groups is
   * sigma sqrt(G).
   */
  @Test
  void oneExampleMovesTheReleaseByNoMoreThanTheSensitivity() {
    double[] thresholds = {0.05, 0.1};
    double[] sigmas = {2 * Math.sqrt(2), 2 * Math.sqrt(2)};
    double[][] with = released(all(), thresholds, 0, 0);
    double most = 0;
    for (int left = 0; left < CAPACITY; left++) {
      boolean[] drawn = all();
      drawn[left] = false;
      double[][] without = released(drawn, thresholds, 0, 0);
      double squares = 0;
      for (int j = 0; j < GROUPS.length; j++) {
        double[][] moved = new double[PARAMETERS.size()][];
        for (int i : GROUPS[j]) {
          moved[i] = Differences.plus(with[order(i)], -1, without[order(i)]);
        }
        double norm = EXPECTED * norm(moved, GROUPS[j], 0, 1);
        assertTrue(norm <= thresholds[j] * (1 + 1e-12), norm + " of " + thresholds[j]);
        squares += Math.pow(norm / (sigmas[j] * thresholds[j]), 2);
      }
      most = Math.max(most, Math.sqrt(squares));
    }
    // All gradients are clipped here: the bound is reached. Its inverse is the multiplier, 2.
    assertEquals(0.5, most, 1e-12);
  }

  /** The noise of parameter i, element e is sigma C times the host's normal number, over B. */
  @Test
  void theNoiseIsTheHostsInProportionToTheThresholds() {
    double[] thresholds = {0.4, 0.6};
    double[] sigmas = {1.5, 3};
    double[][] quiet = released(all(), thresholds, 0, 0);
    double[][] noisy = released(all(), thresholds, sigmas);
    for (int j = 0; j < GROUPS.length; j++) {
      for (int i : GROUPS[j]) {
        for (int e = 0; e < PARAMETERS.get(i).size(); e++) {
          float normal = Elementary.normal(word(i, 2 * e), word(i, 2 * e + 1));
          double expected = sigmas[j] * thresholds[j] * normal / EXPECTED;
          assertEquals(expected, noisy[order(i)][e] - quiet[order(i)][e], 2e-6);
        }
      }
    }
  }

  private static int word(int purpose, int element) {
    int[] block = new int[4];
    Philox.block(6L << 32 | 5, 7, purpose, element / 4, block, 0);
    return block[element % 4];
  }
}
