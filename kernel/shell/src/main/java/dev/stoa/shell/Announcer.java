package dev.stoa.shell;

import dev.stoa.run.Run;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunStatus;

/**
 * Tells the shell in which a run was started what becomes of it: the command itself has returned at
 * once. While somebody watches the run, the watch tells it.
 */
final class Announcer {
  private final Invocation call;
  private final String name;

  private Announcer(Invocation call, String name) {
    this.call = call;
    this.name = name;
  }

  /** Tells of a run until it ends. */
  static void tell(Invocation call, Run run) {
    Announcer announcer = new Announcer(call, run.name());
    Installation.Registration registration =
        call.installation()
            .listen(
                (each, event) -> {
                  if (each.name().equals(announcer.name) && announcer.unwatched()) {
                    Progress.tell(call.output(), event);
                  }
                });
    run.ended()
        .thenAccept(
            status -> {
              registration.close();
              announcer.ended(status);
            });
  }

  private boolean unwatched() {
    return !call.installation().watched().contains(name);
  }

  /**
   * Parked and stopped are answers to a command, which tells them itself; the shell's end is none.
   */
  private void ended(RunStatus status) {
    boolean left =
        status.phase() == RunPhase.PARKED && status.reason().startsWith(RunStatus.KERNEL_STOPPED);
    if ((left || status.phase() == RunPhase.FAILED) && unwatched()) {
      call.ended(status);
    } else if (status.phase() == RunPhase.DONE && unwatched()) {
      call.output()
          .note(
              "run "
                  + name
                  + " is done at step "
                  + Output.count(status.steps())
                  + ", mean return "
                  + Output.reward(status.meanReturn()));
    }
  }
}
