package dev.stoa.lib.networks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.tensor.Shape;
import dev.stoa.tensor.math.Special;
import dev.stoa.tensor.random.RandomStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class InitialiserTest {
  private static final double GAIN = Math.sqrt(2);

  @Test
  void columnsOfATallOrthogonalMatrixAreOrthogonalAndOfTheGainsLength() {
    float[] w = new Initialiser.Orthogonal(GAIN).values(Shape.of(7, 3), new RandomStream(1, 2, 3));
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        double product = 0;
        for (int row = 0; row < 7; row++) {
          product += (double) w[row * 3 + a] * w[row * 3 + b];
        }
        // W'W is gain squared = 2 times the identity.
        assertEquals(a == b ? 2 : 0, product, 1e-6);
      }
    }
  }

  @Test
  void rowsOfAWideOrthogonalMatrixAreOrthogonalAndOfTheGainsLength() {
    float[] w = new Initialiser.Orthogonal(GAIN).values(Shape.of(3, 7), new RandomStream(1, 2, 3));
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        double product = 0;
        for (int column = 0; column < 7; column++) {
          product += (double) w[a * 7 + column] * w[b * 7 + column];
        }
        assertEquals(a == b ? 2 : 0, product, 1e-6);
      }
    }
  }

  @Test
  void entriesOfOrthogonalMatricesHaveNoPreferredSign() {
    int positive = 0;
    for (int seed = 0; seed < 400; seed++) {
      float[] w =
          new Initialiser.Orthogonal(1).values(Shape.of(2, 2), new RandomStream(seed, 0, 0));
      positive += w[0] > 0 ? 1 : 0;
    }
    // Binomial(400, 1/2) has mean 200 and deviation 10: five deviations.
    assertEquals(200, positive, 50);
  }

  @Test
  void aVectorCannotBeOrthogonal() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Initialiser.Orthogonal(1).values(Shape.of(3), new RandomStream(1, 2, 3)));
  }

  /** Greatest distance between the share of values up to a point and the cdf there. */
  private static double distance(float[] values, DoubleUnaryOperator cdf) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    double greatest = 0;
    for (int i = 0; i < sorted.length; i++) {
      double exact = cdf.applyAsDouble(sorted[i]);
      greatest =
          Math.max(
              greatest,
              Math.max((i + 1.0) / sorted.length - exact, exact - (double) i / sorted.length));
    }
    return greatest;
  }

  /**
   * The distance is above d with a probability of at most {@code 2 exp(-2 n d^2)} (Dvoretzky,
   * Kiefer, Wolfowitz; Massart): 1e-9 for 20,000 values and d = .0232.
   */
  private static final double BOUND = .0232;

  private static float[] many(Initialiser initialiser, int... shape) {
    return initialiser.values(Shape.of(shape), new RandomStream(1, 2, 3));
  }

  private static double normal(double x) {
    return .5 * (1 + Special.erf(x / Math.sqrt(2)));
  }

  private static void isUniform(double bound, float[] values) {
    assertTrue(distance(values, x -> (x + bound) / (2 * bound)) < BOUND);
    for (float value : values) {
      assertTrue(Math.abs(value) <= bound * (1 + 1e-6));
    }
  }

  @Test
  void uniformLawsReachToTheBoundOfTheirSource() {
    isUniform(.5, many(Initialiser.uniform(.5), 20_000));
    // Inputs 100, outputs 200: root(6 / 300), root(6 / 100), 1 / root(100).
    isUniform(Math.sqrt(.02), many(Initialiser.glorotUniform(), 100, 200));
    isUniform(Math.sqrt(.06), many(Initialiser.heUniform(), 100, 200));
    isUniform(.1, many(Initialiser.fanInUniform(), 100, 200));
    // A kernel of 2 x 2 pixels, 25 channels and 200 filters also has 100 inputs.
    isUniform(.1, many(Initialiser.fanInUniform(), 2, 2, 25, 200));
    // By outputs 4 * 200 with a scale of 3: root(3 * 3 / 800).
    isUniform(
        Math.sqrt(9 / 800.0),
        many(
            new Initialiser.VarianceScaling(Initialiser.Law.UNIFORM, Initialiser.Fan.OUT, 3),
            2,
            2,
            25,
            200));
  }

  @Test
  void normalLawsHaveTheDeviationOfTheirSource() {
    assertTrue(distance(many(Initialiser.normal(2), 20_000), x -> normal(x / 2)) < BOUND);
    double glorot = Math.sqrt(2 / 300.0);
    assertTrue(
        distance(many(Initialiser.glorotNormal(), 100, 200), x -> normal(x / glorot)) < BOUND);
    double he = Math.sqrt(2 / 100.0);
    assertTrue(distance(many(Initialiser.heNormal(), 100, 200), x -> normal(x / he)) < BOUND);
  }

  @Test
  void aTruncatedLawEndsAtTwoAndHasTheDeviationAskedFor() {
    float[] values = many(new Initialiser.Random(Initialiser.Law.TRUNCATED_NORMAL, 1), 20_000);
    // Of a standard normal number within 2 the variance is 1 - 4 phi(2) / (2 Phi(2) - 1).
    double inside = 2 * normal(2) - 1;
    double density = Math.exp(-2) / Math.sqrt(2 * Math.PI);
    double within = Math.sqrt(1 - 4 * density / inside);
    assertTrue(distance(values, x -> (normal(x * within) - normal(-2)) / inside) < BOUND);
    double square = 0;
    for (float value : values) {
      assertTrue(Math.abs(value) * within <= 2 + 1e-6);
      square += (double) value * value / values.length;
    }
    // Squares lie between 0 and 4 / .7737 = 5.17 (Hoeffding): off by .12 with a probability of
    // at most 2 exp(-2 * 20,000 * .12^2 / 5.17^2) = 9e-10.
    assertEquals(1, square, .12);
  }

  @Test
  void lawsOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Initialiser.normal(-1));
    assertThrows(IllegalArgumentException.class, () -> many(Initialiser.heNormal(), 7));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Initialiser.VarianceScaling(Initialiser.Law.NORMAL, Initialiser.Fan.IN, 0));
  }

  @Test
  void treesStartEqualForEqualSeedsAndDifferentlyOtherwise() {
    Mlp mlp =
        new Mlp(
            "net",
            4,
            List.of(8),
            8,
            Activation.TANH,
            new Initialiser.Orthogonal(1),
            new Initialiser.Orthogonal(1));
    List<float[]> first = mlp.parameters().initialise(1, 9);
    List<float[]> again = mlp.parameters().initialise(1, 9);
    List<float[]> other = mlp.parameters().initialise(2, 9);
    assertArrayEquals(first.get(0), again.get(0));
    assertFalse(Arrays.equals(first.get(0), other.get(0)));
    // Biases start at zero.
    assertArrayEquals(new float[8], first.get(1));
  }
}
