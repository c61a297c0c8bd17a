package dev.stoa.device.cpund4j;

import dev.stoa.tensor.random.Philox;

/** Random bits, on the host: ND4J has Philox, but no counter that a caller could give. */
final class RandomKernel {
  private static final int WORDS = 4;

  private RandomKernel() {}

  static Kernel bits(int purpose, int key, int counter, NativeArray to) {
    int[] block = new int[WORDS];
    int size = to.size();
    return values -> {
      long seed = join(values[key]);
      long index = join(values[counter]);
      for (int at = 0; at < size; at += WORDS) {
        Philox.block(seed, index, purpose, at / WORDS, block, 0);
        to.ints.put(at, block, 0, Math.min(WORDS, size - at));
      }
    };
  }

  private static long join(NativeArray pair) {
    return (long) pair.ints.get(1) << 32 | pair.ints.get(0) & 0xFFFFFFFFL;
  }
}
