package dev.stoa.conformance;

import dev.stoa.tensor.Shape;
import dev.stoa.tensor.random.RandomStream;
import java.util.function.IntToDoubleFunction;

/** Arrays for cases: float32 numbers, so that every device starts from the same ones. */
final class Numbers {
  /**
   * Shapes that hurt: a scalar, one element, nothing, odd lengths, more than one vector and lane.
   */
  static final int[][] SHAPES = {{}, {1}, {0}, {7}, {3, 5}, {2, 0, 3}, {1, 1}, {4, 1, 33}, {129}};

  private Numbers() {}

  static double[] random(int n, double low, double high, int purpose) {
    RandomStream stream = new RandomStream(20260101, purpose, n);
    return of(n, i -> (float) stream.nextDouble(low, high));
  }

  static double[] of(int n, IntToDoubleFunction element) {
    double[] array = new double[n];
    for (int i = 0; i < n; i++) {
      array[i] = element.applyAsDouble(i);
    }
    return array;
  }

  static int size(int... shape) {
    return Shape.of(shape).size();
  }
}
