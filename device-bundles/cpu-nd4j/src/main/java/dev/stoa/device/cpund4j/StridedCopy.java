package dev.stoa.device.cpund4j;

import java.util.Arrays;

/**
 * Copies elements between two regular patterns: broadcast, transpose, slice, pad and concatenate
 * are this one loop with other strides.
 */
final class StridedCopy {
  /** From so many neighbouring elements on one call for all of them is faster than a loop. */
  private static final int BLOCK = 8;

  private final int width;
  private final int from;
  private final int to;
  private final int rank;
  private final int[] extents;
  private final int[] fromStrides;
  private final int[] toStrides;
  private final int[] index;
  private final boolean empty;

  /**
   * A pattern.
   *
   * @param width bytes of an element
   * @param extents how many elements along each axis
   * @param from first element read
   * @param fromStrides elements between neighbours read, along each axis
   * @param to first element written
   * @param toStrides elements between neighbours written, along each axis
   */
  StridedCopy(int width, int[] extents, int from, int[] fromStrides, int to, int[] toStrides) {
    this.width = width;
    this.from = from;
    this.to = to;
    this.extents = extents.clone();
    this.fromStrides = fromStrides.clone();
    this.toStrides = toStrides.clone();
    empty = Arrays.stream(extents).anyMatch(extent -> extent == 0);
    rank = merge();
    index = new int[rank];
  }

  /**
   * Joins neighbouring axes that one stride describes; returns the number of axes left, at least
   * one.
   */
  private int merge() {
    int kept = 0;
    for (int axis = 0; axis < extents.length; axis++) {
      if (extents[axis] == 1) {
        continue;
      }
      boolean joins =
          kept > 0
              && fromStrides[kept - 1] == fromStrides[axis] * extents[axis]
              && toStrides[kept - 1] == toStrides[axis] * extents[axis];
      int place = joins ? kept - 1 : kept++;
      extents[place] = joins ? extents[place] * extents[axis] : extents[axis];
      fromStrides[place] = fromStrides[axis];
      toStrides[place] = toStrides[axis];
    }
    return kept;
  }

  /** Copies. */
  void run(NativeArray source, NativeArray target) {
    run(source, 0, target, 0);
  }

  /** Copies, both blocks so many elements further on. */
  void run(NativeArray source, int fromShift, NativeArray target, int toShift) {
    if (empty) {
      return;
    }
    if (rank == 0) {
      line(source, from + fromShift, 1, target, to + toShift, 1, 1);
      return;
    }
    Arrays.fill(index, 0);
    int inner = rank - 1;
    int read = from + fromShift;
    int written = to + toShift;
    while (true) {
      line(source, read, fromStrides[inner], target, written, toStrides[inner], extents[inner]);
      int axis = inner - 1;
      while (axis >= 0) {
        read += fromStrides[axis];
        written += toStrides[axis];
        if (++index[axis] < extents[axis]) {
          break;
        }
        read -= extents[axis] * fromStrides[axis];
        written -= extents[axis] * toStrides[axis];
        index[axis--] = 0;
      }
      if (axis < 0) {
        return;
      }
    }
  }

  private void line(
      NativeArray source, int read, int readStep, NativeArray target, int at, int step, int n) {
    if (readStep == 1 && step == 1 && n >= BLOCK) {
      target.bytes.put(at * width, source.bytes, read * width, n * width);
      return;
    }
    if (readStep == 0 && step == 1 && n > BLOCK) {
      repeat(source, read, target, at, n);
      return;
    }
    switch (width) {
      case Float.BYTES -> {
        for (int i = 0; i < n; i++) {
          target.ints.put(at + i * step, source.ints.get(read + i * readStep));
        }
      }
      case Double.BYTES -> {
        for (int i = 0; i < n; i++) {
          target.longs.put(at + i * step, source.longs.get(read + i * readStep));
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          target.bytes.put(at + i * step, source.bytes.get(read + i * readStep));
        }
      }
    }
  }

  /** One element n times: a few by the loop, then what is there already is copied behind itself. */
  private void repeat(NativeArray source, int read, NativeArray target, int at, int n) {
    line(source, read, 0, target, at, 1, BLOCK);
    for (int done = BLOCK; done < n; done *= 2) {
      int more = Math.min(done, n - done);
      target.bytes.put((at + done) * width, target.bytes, at * width, more * width);
    }
  }
}
