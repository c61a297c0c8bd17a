package dev.stoa.tensor.random;

import dev.stoa.tensor.math.Elementary;

/**
 * A sequence of random numbers that can be restarted from two integers: its identity (seed,
 * purpose, lane) and its position. Streams that differ in any of the three are independent. Not
 * thread-safe.
 */
public final class RandomStream {
  private final long seed;
  private final int purpose;
  private final int lane;
  private final int[] block = new int[4];
  private long position;
  private long cached = -1;

  /**
   * The stream of a seed, a purpose and a lane, at its beginning.
   *
   * @param seed the run's seed
   * @param purpose what the numbers are for
   * @param lane which of several like uses, for instance the copy of an environment
   */
  public RandomStream(long seed, int purpose, int lane) {
    this.seed = seed;
    this.purpose = purpose;
    this.lane = lane;
  }

  /** Number of 32-bit words drawn so far. */
  public long position() {
    return position;
  }

  /** Goes to a position: the next word is that of this index. */
  public void position(long words) {
    position = words;
  }

  /** The next 32 random bits. */
  public int nextBits() {
    long index = position >>> 2;
    if (index != cached) {
      Philox.block(seed, index, purpose, lane, block, 0);
      cached = index;
    }
    return block[(int) (position++ & 3)];
  }

  /** The next 64 random bits: two words, low first. */
  public long nextLong() {
    long low = nextBits() & 0xFFFFFFFFL;
    return (long) nextBits() << 32 | low;
  }

  /** Uniform in [0, 1), 53 bits; two words. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** Uniform in [low, high); two words. */
  public double nextDouble(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /** Uniform in (0, 1), as {@link Philox#uniform}; one word. */
  public float nextFloat() {
    return Philox.uniform(nextBits());
  }

  /**
   * Standard normal, as {@link Elementary#normal}; two words. The same bits as on every processor
   * device.
   */
  public float nextGaussian() {
    int first = nextBits();
    return Elementary.normal(first, nextBits());
  }

  /**
   * Uniform in 0 to {@code bound - 1}, without bias; one word, seldom more (Lemire, "Fast random
   * integer generation in an interval", 2019).
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound must be at least 1, got " + bound);
    }
    long product = (nextBits() & 0xFFFFFFFFL) * bound;
    long low = product & 0xFFFFFFFFL;
    if (low < bound) {
      long threshold = (0x100000000L - bound) % bound;
      while (low < threshold) {
        product = (nextBits() & 0xFFFFFFFFL) * bound;
        low = product & 0xFFFFFFFFL;
      }
    }
    return (int) (product >>> 32);
  }

  /** A random order of 0 to {@code n - 1} (Fisher and Yates), written into the array. */
  public void permutation(int[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int held = out[i];
      out[i] = out[j];
      out[j] = held;
    }
  }
}
