package dev.stoa.distribution;

import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunListener;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.Runs;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** Starts runs and waits for what happens to them: for the event, with a long limit. */
final class Training implements AutoCloseable {
  private static final long LIMIT_SECONDS = 240;

  private final Runs runs;
  private final BlockingQueue<RunEvent> events = new LinkedBlockingQueue<>();
  private final ServiceRegistration<RunListener> registration;

  Training(BundleContext context, Runs runs) {
    this.runs = runs;
    this.registration =
        context.registerService(
            RunListener.class, (run, event) -> events.add(event), new Hashtable<>());
  }

  /** What a run left on disk, for comparison byte by byte. */
  record Files3(byte[] policy, byte[] state, byte[] scalars, List<String> metrics) {
    static Files3 of(Path directory) throws IOException {
      Path checkpoint = directory.resolve("checkpoint");
      return new Files3(
          Files.readAllBytes(checkpoint.resolve("policy.safetensors")),
          Files.readAllBytes(checkpoint.resolve("state.safetensors")),
          Files.readAllBytes(checkpoint.resolve("state.json")),
          Files.readAllLines(directory.resolve("metrics.jsonl")));
    }

    /** What differs, in words; empty when nothing does. */
    String difference(Files3 other) {
      StringBuilder text = new StringBuilder();
      if (!Arrays.equals(policy, other.policy)) {
        text.append("policy.safetensors differs; ");
      }
      if (!Arrays.equals(state, other.state)) {
        text.append("state.safetensors differs; ");
      }
      if (!Arrays.equals(scalars, other.scalars)) {
        text.append("state.json differs: ")
            .append(new String(scalars))
            .append(" and ")
            .append(new String(other.scalars))
            .append("; ");
      }
      if (!metrics.equals(other.metrics)) {
        text.append("metrics.jsonl differs: ")
            .append(metrics.size())
            .append(" and ")
            .append(other.metrics.size())
            .append(" lines");
      }
      return text.toString();
    }
  }

  Run start(RunSpec spec) {
    return runs.start(spec);
  }

  /** Trains to the end and gives the files. */
  Files3 train(RunSpec spec) throws Exception {
    Run run = start(spec);
    finished(run);
    return Files3.of(run.directory());
  }

  /** Waits until a run has ended, and expects that it used its budget. */
  static RunStatus finished(Run run) throws Exception {
    RunStatus status = ended(run);
    if (status.phase() != dev.stoa.run.RunPhase.DONE) {
      throw new AssertionError("the run ended as " + status);
    }
    return status;
  }

  /** Waits until a run has ended, however. */
  static RunStatus ended(Run run) throws InterruptedException, ExecutionException {
    try {
      return run.ended().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("not ended: " + run.status() + "\n" + threads(), e);
    }
  }

  /** Waits for an event of a run. */
  RunEvent await(Run run, Predicate<RunEvent> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    for (; ; ) {
      RunEvent event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (event == null) {
        throw new AssertionError("no such event; " + run.status() + "\n" + threads());
      }
      if (event.status().name().equals(run.name())) {
        if (wanted.test(event)) {
          return event;
        }
        if (event.kind() == RunEvent.Kind.ENDED) {
          throw new AssertionError("the run ended before the event: " + event);
        }
      }
    }
  }

  /** Waits until a run has counted so many steps. */
  static void awaitCount(Run run, long steps) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (run.status().steps() < steps) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no progress: " + run.status() + "\n" + threads());
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Waits until a run has taken so many steps, by its reports. */
  void awaitSteps(Run run, long steps) throws InterruptedException {
    await(run, event -> event.status().steps() >= steps);
  }

  static String threads() {
    StringBuilder dump = new StringBuilder();
    for (ThreadInfo info : ManagementFactory.getThreadMXBean().dumpAllThreads(true, true)) {
      dump.append(info);
    }
    return dump.toString();
  }

  @Override
  public void close() {
    registration.unregister();
  }
}
