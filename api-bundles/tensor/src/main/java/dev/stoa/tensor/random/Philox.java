package dev.stoa.tensor.random;

/**
 * The counter-based generator Philox-4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers:
 * as easy as 1, 2, 3", SC 2011). A block of four words is a pure function of a 64-bit key (the
 * seed) and four counter words: index low, index high, purpose, lane.
 */
public final class Philox {
  private static final int MULTIPLIER_0 = 0xD2511F53;
  private static final int MULTIPLIER_1 = 0xCD9E8D57;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;

  private Philox() {}

  /**
   * One block.
   *
   * @param out four words, written from position {@code at} on
   */
  public static void block(long key, long index, int purpose, int lane, int[] out, int at) {
    int key0 = (int) key;
    int key1 = (int) (key >>> 32);
    int c0 = (int) index;
    int c1 = (int) (index >>> 32);
    int c2 = purpose;
    int c3 = lane;
    for (int round = 0; round < 10; round++) {
      long product0 = (MULTIPLIER_0 & 0xFFFFFFFFL) * (c0 & 0xFFFFFFFFL);
      long product1 = (MULTIPLIER_1 & 0xFFFFFFFFL) * (c2 & 0xFFFFFFFFL);
      int next0 = (int) (product1 >>> 32) ^ c1 ^ key0;
      int next2 = (int) (product0 >>> 32) ^ c3 ^ key1;
      c1 = (int) product1;
      c3 = (int) product0;
      c0 = next0;
      c2 = next2;
      key0 += WEYL_0;
      key1 += WEYL_1;
    }
    out[at] = c0;
    out[at + 1] = c1;
    out[at + 2] = c2;
    out[at + 3] = c3;
  }

  /** The float32 number in (0, 1) that 32 random bits stand for; on devices too. */
  public static float uniform(int bits) {
    return ((bits >>> 9) + 0.5f) * 0x1p-23f;
  }
}
