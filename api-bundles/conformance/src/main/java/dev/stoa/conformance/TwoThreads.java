package dev.stoa.conformance;

import dev.stoa.device.DeviceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Two threads that take the pieces as they come. */
final class TwoThreads implements DeviceContext, AutoCloseable {
  private final ExecutorService threads = Executors.newFixedThreadPool(2);

  @Override
  public int threads() {
    return 2;
  }

  @Override
  public void parallel(int count, IntConsumer piece) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> both = new ArrayList<>();
    for (int thread = 0; thread < 2; thread++) {
      both.add(
          threads.submit(
              () -> {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                  piece.accept(i);
                }
              }));
    }
    for (Future<?> each : both) {
      try {
        each.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("a piece failed", e);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
