package dev.stoa.device.reference.cards;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.tensor.random.RandomStream;
import java.util.function.ToDoubleFunction;

/** Derivatives by central differences in float64, and numbers to take them at. */
final class Differences {
  private static final double STEP = 1e-5;

  private Differences() {}

  /** So many numbers between two bounds, other ones for another purpose. */
  static double[] numbers(int count, double low, double high, int purpose) {
    RandomStream stream = new RandomStream(3, purpose, 0);
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = stream.nextDouble(low, high);
    }
    return numbers;
  }

  /** Compares a gradient with the differences of its function at a place. */
  static void compare(ToDoubleFunction<double[]> function, double[] place, double... gradient) {
    assertEquals(place.length, gradient.length);
    for (int i = 0; i < place.length; i++) {
      double[] moved = place.clone();
      moved[i] = place[i] + STEP;
      double above = function.applyAsDouble(moved);
      moved[i] = place[i] - STEP;
      double expected = (above - function.applyAsDouble(moved)) / (2 * STEP);
      assertEquals(expected, gradient[i], 1e-7 * (1 + Math.abs(expected)), "element " + i);
    }
  }

  static double dot(double[] a, double... b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** {@code a + scale b}. */
  static double[] plus(double[] a, double scale, double... b) {
    double[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += scale * b[i];
    }
    return sum;
  }
}
