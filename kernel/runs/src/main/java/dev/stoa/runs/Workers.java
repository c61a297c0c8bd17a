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

  /** Runs all pieces; a piece may itself call this. Throws the first failure after all ended. */
  void parallel(int count, IntConsumer piece) {
    int helpers = Math.min(threads, count) - 1;
    if (helpers < 1) {
      for (int i = 0; i < count; i++) {
        piece.accept(i);
      }
      return;
    }
    Work work = new Work(count, piece);
    ExecutorService executor = pool();
    for (int i = 0; i < helpers; i++) {
      executor.execute(work);
    }
    work.run();
    work.await();
  }

  /** Pieces that several threads take from. */
  private static final class Work implements Runnable {
    private final int count;
    private final IntConsumer piece;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** Counts pieces and not helpers: a helper that is busy elsewhere must not be waited for. */
    private final CountDownLatch ended;

    Work(int count, IntConsumer piece) {
      this.count = count;
      this.piece = piece;
      this.ended = new CountDownLatch(count);
    }

    @Override
    public void run() {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        try {
          piece.accept(i);
        } catch (Throwable e) {
          // Errors too: a piece that is silently missing would be a wrong number.
          failure.compareAndSet(null, e);
        } finally {
          ended.countDown();
        }
      }
    }

    void await() {
      boolean interrupted = false;
      while (ended.getCount() > 0) {
        try {
          ended.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (failure.get() instanceof Error error) {
        throw error;
      }
      if (failure.get() instanceof RuntimeException exception) {
        throw exception;
      }
      if (failure.get() != null) {
        throw new IllegalStateException(Texts.chain(failure.get()));
      }
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
                thread.setContextClassLoader(Workers.class.getClassLoader());
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
