package dev.stoa.shell;

import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunListener;
import dev.stoa.run.RunStatus;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Follows one run on the caller's thread. It listens before the run is started, so that not even
 * its first report is missed.
 */
final class Follower implements RunListener, AutoCloseable {
  private static final long TICK_MILLISECONDS = 200;

  /** Ticks without an event after which an ended run is taken as fully heard. */
  private static final int QUIET_TICKS = 3;

  private record Heard(Run run, RunEvent event) {}

  private final BlockingQueue<Heard> queue = new LinkedBlockingQueue<>();
  private final Installation.Registration registration;

  private Follower(Installation installation) {
    registration = installation.listen(this);
  }

  /** Begins to listen to every run. */
  static Follower listening(Installation installation) {
    return new Follower(installation);
  }

  @Override
  public void event(Run run, RunEvent event) {
    if (event.kind() != RunEvent.Kind.EPISODE) {
      queue.add(new Heard(run, event));
    }
  }

  /**
   * Tells a progress all that happens to a run until it has ended.
   *
   * @return how it ended
   * @throws InterruptedException when the caller is interrupted; the run goes on
   */
  RunStatus follow(Run run, Progress progress) throws InterruptedException {
    CompletableFuture<RunStatus> end = run.ended().toCompletableFuture();
    int quiet = 0;
    while (true) {
      Heard heard = queue.poll(TICK_MILLISECONDS, TimeUnit.MILLISECONDS);
      if (heard == null) {
        progress.tick(run.status());
        // The bundle may have been stopped and the listener with it: the run itself tells its end.
        if (end.isDone() && ++quiet >= QUIET_TICKS) {
          RunStatus status = end.join();
          progress.ended(status);
          return status;
        }
      } else if (heard.run().name().equals(run.name())) {
        quiet = 0;
        progress.event(heard.event());
        if (heard.event().kind() == RunEvent.Kind.ENDED) {
          progress.ended(heard.event().status());
          return heard.event().status();
        }
      }
    }
  }

  @Override
  public void close() {
    registration.close();
  }
}
