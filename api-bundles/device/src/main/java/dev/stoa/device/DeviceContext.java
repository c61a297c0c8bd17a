package dev.stoa.device;

import java.util.function.IntConsumer;

/** What a session may use of its run. No result depends on the number of threads. */
public interface DeviceContext {
  /** Number of threads the run may use. */
  int threads();

  /**
   * Runs the pieces 0 to {@code count - 1} on the run's threads and returns when all have ended;
   * the caller helps. Pieces must write to disjoint places, and be cut by shape alone.
   */
  void parallel(int count, IntConsumer piece);

  /** A context of one thread. */
  static DeviceContext singleThread() {
    return new DeviceContext() {
      @Override
      public int threads() {
        return 1;
      }

      @Override
      public void parallel(int count, IntConsumer piece) {
        for (int i = 0; i < count; i++) {
          piece.accept(i);
        }
      }
    };
  }
}
