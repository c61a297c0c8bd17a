package dev.stoa.tensor.math;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StableSortTest {
  private static int[] sort(boolean descending, double... keys) {
    int[] order = new int[keys.length];
    StableSort.sort(keys, keys.length, descending, order, new int[keys.length]);
    return order;
  }

  @Test
  void equalKeysKeepTheirOrderInBothDirections() {
    assertArrayEquals(new int[] {1, 3, 0, 2}, sort(false, 5, 2, 5, 2));
    assertArrayEquals(new int[] {0, 2, 1, 3}, sort(true, 5, 2, 5, 2));
    assertArrayEquals(new int[] {0, 1, 2}, sort(false, 0.0, -0.0, 0.0));
  }

  @Test
  void notANumberIsGreaterThanAll() {
    double inf = Double.POSITIVE_INFINITY;
    assertArrayEquals(new int[] {3, 2, 0, 1, 4}, sort(false, inf, Double.NaN, 1, -inf, Double.NaN));
    assertArrayEquals(new int[] {1, 4, 0, 2, 3}, sort(true, inf, Double.NaN, 1, -inf, Double.NaN));
  }

  /** The oracle is the stable sort of Java's collections. */
  @Test
  void everyLengthIsSortedAsByTheLibrary() {
    for (int n = 0; n < 70; n++) {
      double[] keys = IntStream.range(0, n).mapToDouble(i -> i * 7919 % 13).toArray();
      Integer[] wanted = IntStream.range(0, n).boxed().toArray(Integer[]::new);
      Arrays.sort(wanted, Comparator.comparingDouble(i -> keys[i]));
      assertArrayEquals(
          Arrays.stream(wanted).mapToInt(Integer::intValue).toArray(), sort(false, keys), "" + n);
    }
  }
}
