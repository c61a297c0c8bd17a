package dev.stoa.tensor;

/**
 * How a scan goes.
 *
 * @param length number of steps; may be 0
 * @param reverse whether from the last index to the first
 * @param recompute whether a derivative in reverse mode keeps the carries alone and computes each
 *     step again: less memory, more work, the same result
 */
public record ScanOptions(int length, boolean reverse, boolean recompute) {
  /** So many steps, from the first index on. */
  public static ScanOptions of(int length) {
    return new ScanOptions(length, false, false);
  }

  /** From the last index to the first. */
  public ScanOptions reversed() {
    return new ScanOptions(length, true, recompute);
  }

  /** Steps are computed again for derivatives. */
  public ScanOptions recomputed() {
    return new ScanOptions(length, reverse, true);
  }
}
