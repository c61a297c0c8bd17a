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

  private final BundleContext context;
  private final List<Queue> queues = new CopyOnWriteArrayList<>();
  private final ServiceTracker<RunListener, Queue> tracker;

  private record Item(Run run, RunEvent event) {}

  ListenerHub(BundleContext context) {
    this.context = context;
    this.tracker = new ServiceTracker<>(context, RunListener.class, new Customizer());
  }

  void open() {
    tracker.open();
  }

  @Override
  public void close() {
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
      queue.close();
    }
  }

  private final class Queue {
    private final ServiceReference<RunListener> reference;
    private final Optional<String> only;
    private final LinkedBlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean open = true;
    private volatile long dropped;

    Queue(ServiceReference<RunListener> reference) {
      this.reference = reference;
      this.only = Optional.ofNullable(reference.getProperty(RunListener.RUN)).map(String::valueOf);
      this.thread = new Thread(null, this::deliver, "stoa-listener", 0, false);
      this.thread.setDaemon(true);
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
      items.add(item);
    }

    private void deliver() {
      RunListener listener = context.getService(reference);
      try {
        while (listener != null && (open || !items.isEmpty())) {
          Item item = items.poll(100, TimeUnit.MILLISECONDS);
          if (item != null) {
            call(listener, item);
          }
        }
      } catch (InterruptedException e) {
        // Closing: what is left in the queue is dropped with the listener.
        Thread.currentThread().interrupt();
      } finally {
        if (dropped > 0) {
          System.err.println(
              "stoa: warning: a listener of "
                  + bundle()
                  + " was too slow: "
                  + dropped
                  + " reports were dropped");
        }
      }
    }

    private void call(RunListener listener, Item item) {
      try {
        listener.event(item.run, item.event);
      } catch (RuntimeException | LinkageError | AssertionError e) {
        System.err.println(
            "stoa: warning: a listener of " + bundle() + " failed: " + Texts.chain(e));
      }
    }

    private String bundle() {
      return reference.getBundle() == null
          ? "a stopped bundle"
          : reference.getBundle().getSymbolicName();
    }

    private void close() {
      open = false;
      if (thread == Thread.currentThread()) {
        return;
      }
      try {
        // What is queued is delivered; a listener that hangs is not waited for.
        thread.join(TimeUnit.SECONDS.toMillis(2));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      thread.interrupt();
    }
  }
}
