package dev.stoa.tensor;

/**
 * How a scan goes.
 *
 * @param length number of steps; may be 0
 * @param reverse whether from the last index to the first
 * @param recompute whether a derivative in reverse mode keeps the carries alone and computes each
 *     step again: less memory, more work, the same result
 * @param bounded whether {@code length} is the capacity, and a run makes as many steps as bounded
 *     tensors have rows; a scan over bounded inputs is so anyway
 */
public record ScanOptions(int length, boolean reverse, boolean recompute, boolean bounded) {
  /** Of a number of steps that is known when it is traced. */
  public ScanOptions(int length, boolean reverse, boolean recompute) {
    this(length, reverse, recompute, false);
  }

  /** So many steps, from the first index on. */
  public static ScanOptions of(int length) {
    return new ScanOptions(length, false, false);
  }

  /** From the last index to the first. */
  public ScanOptions reversed() {
    return new ScanOptions(length, true, recompute, bounded);
  }

  /** Steps are computed again for derivatives. */
  public ScanOptions recomputed() {
    return new ScanOptions(length, reverse, true, bounded);
  }

  /** As many steps as bounded tensors have rows; the length is their capacity. */
  public ScanOptions upToLength() {
    return new ScanOptions(length, reverse, recompute, true);
  }
}
