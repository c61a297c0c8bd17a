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

  /**
   * Float32 numbers of all kinds and sizes side by side: zeros, subnormal ones, infinities, those
   * that are not numbers; then the first bits of multiples of the golden ratio, which spread
   * evenly.
   */
  static float[] ofAllKinds(int n) {
    float inf = Float.POSITIVE_INFINITY;
    float[] special = {0f, 1f, inf, -1f, -0f, Float.NaN, -inf, Float.MIN_VALUE, Float.MAX_VALUE};
    float[] all = new float[n];
    for (int i = 0; i < n; i++) {
      all[i] = i < special.length ? special[i] : Float.intBitsToFloat(i * 0x9e3779b1);
    }
    return all;
  }

  static int size(int... shape) {
    return Shape.of(shape).size();
  }
}
