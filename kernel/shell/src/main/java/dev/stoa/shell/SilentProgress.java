package dev.stoa.shell;

import dev.stoa.run.RunEvent;
import dev.stoa.run.RunStatus;

/** Tells warnings only. */
final class SilentProgress implements Progress {
  private final Output output;

  SilentProgress(Output output) {
    this.output = output;
  }

  @Override
  public void event(RunEvent event) {
    if (event.kind() == RunEvent.Kind.WARNING) {
      Progress.tell(output, event);
    }
  }

  @Override
  public void tick(RunStatus status) {}

  @Override
  public void ended(RunStatus status) {}
}
