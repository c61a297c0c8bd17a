package dev.stoa.tensor.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.tensor.math.Elementary;
import org.junit.jupiter.api.Test;

class PhiloxTest {
  private static int[] block(long key, long index, int purpose, int lane) {
    int[] out = new int[4];
    Philox.block(key, index, purpose, lane, out, 0);
    return out;
  }

  /**
   * The three vectors of philox4x32-10 in the known-answer file of Random123 (D. E. Shaw Research).
   */
  @Test
  void blocksAreThePublishedKnownAnswers() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, block(0, 0, 0, 0));
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, block(-1, -1, -1, -1));
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        block(0x299f31d0a4093822L, 0x85a308d3243f6a88L, 0x13198a2e, 0x03707344));
  }

  @Test
  void uniformNumbersLieInTheOpenIntervalAtItsEnds() {
    assertEquals(0x1p-24f, Philox.uniform(0));
    assertEquals(1f - 0x1p-24f, Philox.uniform(-1));
  }

  @Test
  void aStreamGoesOnFromItsPosition() {
    RandomStream stream = new RandomStream(42, 7, 3);
    for (int i = 0; i < 5; i++) {
      stream.nextBits();
    }
    long position = stream.position();
    float expected = stream.nextGaussian();
    RandomStream again = new RandomStream(42, 7, 3);
    again.position(position);
    assertEquals(expected, again.nextGaussian());
    assertEquals(7, again.position());
  }

  /** 65,536 draws: the mean's standard error is 0.0039, the variance's 0.0055; five of them. */
  @Test
  void gaussiansHaveMeanZeroAndVarianceOne() {
    RandomStream stream = new RandomStream(1, 2, 3);
    double sum = 0;
    double squares = 0;
    int n = 65_536;
    for (int i = 0; i < n; i++) {
      double x = stream.nextGaussian();
      sum += x;
      squares += x * x;
    }
    assertEquals(0, sum / n, 0.02);
    assertEquals(1, squares / n, 0.028);
  }

  /** Box and Muller: the smallest u is 2^-24, so no number exceeds sqrt(48 ln 2) = 5.768. */
  @Test
  void gaussiansAreBoundedByTheSmallestUniform() {
    assertEquals(5.768, Elementary.normal(0, 0), 1e-3);
    assertTrue(Math.abs(Elementary.normal(-1, 0)) < 1e-3);
  }

  @Test
  void boundedIntegersCoverTheirRangeEvenly() {
    RandomStream stream = new RandomStream(5, 0, 0);
    int[] counts = new int[3];
    for (int i = 0; i < 30_000; i++) {
      counts[stream.nextInt(3)]++;
    }
    for (int count : counts) {
      // Binomial with p = 1/3: standard deviation 82.
      assertEquals(10_000, count, 410);
    }
  }
}
