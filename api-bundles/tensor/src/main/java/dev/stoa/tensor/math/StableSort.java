package dev.stoa.tensor.math;

/** Sorting of indices for the processor devices: one source, no allocation. */
public final class StableSort {
  private StableSort() {}

  /**
   * The indices of keys in sorted order, by merging from the bottom up. Equal keys keep their order
   * in both directions; 0 and -0 are equal; not-a-number is greater than all.
   *
   * @param keys the first {@code n} count
   * @param order takes the indices, at least {@code n} long
   * @param scratch overwritten, at least {@code n} long
   */
  public static void sort(double[] keys, int n, boolean descending, int[] order, int[] scratch) {
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    int[] from = order;
    int[] to = scratch;
    for (long width = 1; width < n; width *= 2) {
      for (long low = 0; low < n; low += 2 * width) {
        int middle = (int) Math.min(low + width, n);
        merge(keys, descending, from, to, (int) low, middle, (int) Math.min(low + 2 * width, n));
      }
      int[] swapped = from;
      from = to;
      to = swapped;
    }
    if (from != order) {
      System.arraycopy(from, 0, order, 0, n);
    }
  }

  private static void merge(
      double[] keys, boolean descending, int[] from, int[] to, int low, int middle, int high) {
    int left = low;
    int right = middle;
    for (int at = low; at < high; at++) {
      boolean takeRight = left >= middle;
      if (!takeRight && right < high) {
        double a = keys[from[left]];
        double b = keys[from[right]];
        takeRight = descending ? less(a, b) : less(b, a);
      }
      to[at] = takeRight ? from[right++] : from[left++];
    }
  }

  private static boolean less(double a, double b) {
    return a < b || a == a && b != b;
  }
}
