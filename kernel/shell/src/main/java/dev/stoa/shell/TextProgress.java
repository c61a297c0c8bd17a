package dev.stoa.shell;

import dev.stoa.run.RunEvent;
import dev.stoa.run.RunStatus;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * On a terminal one line that is rewritten, at most five times a second; elsewhere a line per
 * report, at most one a second. The last line says how it ended and where the files lie.
 */
final class TextProgress implements Progress {
  private static final long REWRITE_NANOS = 200_000_000;
  private static final long LINE_NANOS = 1_000_000_000;

  /** A longer line would wrap, and a wrapped line cannot be rewritten. */
  private static final int WIDTH = 79;

  private static final String CLEAR = "\r\u001b[K";

  private final Output output;
  private final LongSupplier clock;
  private final long start;
  private long first = -1;
  private long firstAt;
  private long shownAt;
  private boolean shown;
  private boolean open;

  TextProgress(Output output, LongSupplier clock) {
    this.output = output;
    this.clock = clock;
    this.start = clock.getAsLong();
  }

  @Override
  public void event(RunEvent event) {
    switch (event.kind()) {
      case STARTED, REPORT -> show(event.status(), event.kind() == RunEvent.Kind.REPORT);
      case SWAP, CHANGE, PHASE, WARNING -> {
        clear();
        Progress.tell(output, event);
      }
      default -> {
        return;
      }
    }
  }

  @Override
  public void tick(RunStatus status) {
    if (output.terminal() && !status.phase().ended()) {
      show(status, true);
    }
  }

  private void show(RunStatus status, boolean measured) {
    long now = clock.getAsLong();
    if (first < 0) {
      first = status.steps();
      firstAt = now;
    }
    long pause = output.terminal() ? REWRITE_NANOS : LINE_NANOS;
    if (!measured || shown && now - shownAt < pause) {
      return;
    }
    shown = true;
    shownAt = now;
    String line = line(status, now);
    if (output.terminal()) {
      output.out().print(CLEAR + line.substring(0, Math.min(line.length(), WIDTH)));
      output.out().flush();
      open = true;
    } else {
      output.line(status.name() + "  " + line);
    }
  }

  private String line(RunStatus status, long now) {
    double seconds = (now - firstAt) / 1e9;
    double rate = seconds > 0 ? (status.steps() - first) / seconds : 0;
    String speed = rate > 0 ? String.format(Locale.ROOT, "  %,.0f steps/s  ", rate) : "  ";
    String left =
        rate > 0
            ? "  left " + Output.duration(Math.max(0, status.budget() - status.steps()) / rate)
            : "";
    return Output.count(status.steps())
        + "/"
        + Output.count(status.budget())
        + " steps"
        + speed
        + "return "
        + Output.reward(status.meanReturn())
        + left;
  }

  private void clear() {
    if (open) {
      output.out().print(CLEAR);
      output.out().flush();
      open = false;
    }
  }

  @Override
  public void ended(RunStatus status) {
    clear();
    output.line(
        status.phase().name().toLowerCase(Locale.ROOT)
            + ": "
            + status.algorithm()
            + " on "
            + status.environment()
            + " ("
            + status.device()
            + "), "
            + Output.count(status.steps())
            + " steps, "
            + Output.count(status.episodes())
            + " episodes, mean return "
            + Output.reward(status.meanReturn())
            + " (last 100), "
            + Output.duration((clock.getAsLong() - start) / 1e9)
            + (status.exact() ? "" : ", exact: false"));
    output.line("directory: " + status.directory());
  }
}
