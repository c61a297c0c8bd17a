package dev.stoa.runs;

import dev.stoa.run.Episode;
import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunListener;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/** Carries events to listeners, each on a thread of its own. Publishing only enqueues. */
final class ListenerHub implements AutoCloseable {
  private static final int QUEUE = 10_000;
  private static final long WAIT = TimeUnit.SECONDS.toNanos(2);

  private final BundleContext context;
  private final List<Queue> queues = new CopyOnWriteArrayList<>();
  private final ServiceTracker<RunListener, Queue> tracker;

  private volatile long closesAt;

  private record Item(Run run, RunEvent event) {}

  ListenerHub(BundleContext context) {
    this.context = context;
    this.tracker = new ServiceTracker<>(context, RunListener.class, new Customizer());
  }

  void open() {
    tracker.open();
  }

  /** Under one deadline for all listeners. */
  @Override
  public void close() {
    closesAt = System.nanoTime() + WAIT;
    queues.forEach(Queue::end);
    tracker.close();
  }

  void publish(Run run, RunEvent event) {
    for (Queue queue : queues) {
      queue.offer(new Item(run, event));
    }
  }

  void episode(Run run, Episode episode) {
    if (queues.isEmpty()) {
      return;
    }
    publish(
        run,
        new RunEvent(
            RunEvent.Kind.EPISODE,
            run.status(),
            "",
            Map.of("return", episode.totalReward(), "length", (double) episode.length())));
  }

  private final class Customizer implements ServiceTrackerCustomizer<RunListener, Queue> {
    @Override
    public Queue addingService(ServiceReference<RunListener> reference) {
      Queue queue = new Queue(reference);
      queues.add(queue);
      queue.thread.start();
      return queue;
    }

    @Override
    public void modifiedService(ServiceReference<RunListener> reference, Queue queue) {}

    @Override
    public void removedService(ServiceReference<RunListener> reference, Queue queue) {
      queues.remove(queue);
      queue.close(closesAt == 0 ? System.nanoTime() + WAIT : closesAt);
    }
  }

  private final class Queue {
    private final ServiceReference<RunListener> reference;
    private final Optional<String> only;
    private final LinkedBlockingQueue<Optional<Item>> items = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean open = true;
    private volatile long dropped;

    Queue(ServiceReference<RunListener> reference) {
      this.reference = reference;
      this.only = Optional.ofNullable(reference.getProperty(RunListener.RUN)).map(String::valueOf);
      this.thread = new Thread(null, this::deliver, "stoa-listener", 0, false);
      this.thread.setDaemon(true);
      this.thread.setContextClassLoader(ListenerHub.class.getClassLoader());
    }

    private void offer(Item item) {
      RunEvent.Kind kind = item.event.kind();
      boolean droppable = kind == RunEvent.Kind.EPISODE || kind == RunEvent.Kind.REPORT;
      if (only.isPresent() && !only.get().equals(item.run.name())) {
        return;
      }
      if (droppable && items.size() >= QUEUE) {
        dropped++;
        return;
      }
      items.add(Optional.of(item));
    }

    private void deliver() {
      RunListener listener = context.getService(reference);
      if (listener == null) {
        queues.remove(this);
        System.err.println("stoa: warning: a listener of " + bundle() + " could not be activated");
        return;
      }
      try {
        for (Optional<Item> item = next(); item.isPresent(); item = next()) {
          call(listener, item.get());
        }
      } finally {
        unget();
      }
      if (dropped > 0) {
        System.err.println(
            "stoa: warning: a listener of "
                + bundle()
                + " was too slow: "
                + dropped
                + " reports were dropped");
      }
    }

    /** Waits for an item; empty when the listener has left and nothing is queued any more. */
    private Optional<Item> next() {
      while (true) {
        try {
          Optional<Item> item = items.take();
          if (item.isPresent() || !open) {
            return item;
          }
        } catch (InterruptedException e) {
          if (!open) {
            // Waited for long enough: what is left in the queue is dropped with the listener.
            return Optional.empty();
          }
          // A listener that interrupts its own thread goes on hearing.
        }
      }
    }

    private void call(RunListener listener, Item item) {
      try {
        listener.event(item.run, item.event);
      } catch (Throwable e) {
        // Whatever it throws: it can fail no run, and goes on hearing.
        System.err.println(
            "stoa: warning: a listener of " + bundle() + " failed: " + Texts.chain(e));
      }
    }

    private void unget() {
      try {
        context.ungetService(reference);
      } catch (IllegalStateException e) {
        // The kernel's own bundle has been stopped meanwhile: the framework has ungot everything.
        return;
      }
    }

    private String bundle() {
      return reference.getBundle() == null
          ? "a stopped bundle"
          : reference.getBundle().getSymbolicName();
    }

    private void end() {
      open = false;
      items.add(Optional.empty());
    }

    private void close(long deadline) {
      end();
      if (thread == Thread.currentThread()) {
        return;
      }
      try {
        // What is queued is delivered; a listener that hangs is not waited for.
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (thread.isAlive()) {
        thread.interrupt();
      }
    }
  }
}
