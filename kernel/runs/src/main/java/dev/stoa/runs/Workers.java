package dev.stoa.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/** A run's threads beside its own. They live as long as one incarnation of the run. */
final class Workers implements AutoCloseable {
  private final int threads;
  private final String name;
  private final List<Thread> alive = new ArrayList<>();
  private ExecutorService pool;

  Workers(String name, int threads) {
    this.name = name;
    this.threads = threads;
  }

  int threads() {
    return threads;
  }

  synchronized boolean owns(Thread thread) {
    return alive.contains(thread);
  }

  void parallel(int count, IntConsumer piece) {
    int helpers = Math.min(threads, count) - 1;
    if (helpers < 1) {
      for (int i = 0; i < count; i++) {
        piece.accept(i);
      }
      return;
    }
    AtomicInteger next = new AtomicInteger();
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    CountDownLatch ended = new CountDownLatch(helpers);
    Runnable share =
        () -> {
          for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            try {
              piece.accept(i);
            } catch (RuntimeException e) {
              failure.compareAndSet(null, e);
            }
          }
        };
    ExecutorService executor = pool();
    for (int i = 0; i < helpers; i++) {
      executor.execute(
          () -> {
            try {
              share.run();
            } finally {
              ended.countDown();
            }
          });
    }
    share.run();
    awaitUninterruptibly(ended);
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    for (; ; ) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized ExecutorService pool() {
    if (pool == null) {
      pool =
          Executors.newFixedThreadPool(
              threads - 1,
              task -> {
                Thread thread = new Thread(null, task, name + "-worker", 0, false);
                thread.setDaemon(true);
                synchronized (this) {
                  alive.add(thread);
                }
                return thread;
              });
    }
    return pool;
  }

  /**
   * Ends the threads; later work gets new ones, without what a plugin left in the old ones' locals.
   */
  @Override
  public synchronized void close() {
    if (pool != null) {
      pool.shutdown();
      pool = null;
      alive.clear();
    }
  }
}
