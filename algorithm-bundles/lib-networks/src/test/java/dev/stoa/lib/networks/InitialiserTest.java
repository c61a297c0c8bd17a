package dev.stoa.lib.networks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.tensor.Shape;
import dev.stoa.tensor.random.RandomStream;
import java.util.Arrays;
import java.util.List;
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
