package dev.stoa.runs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Looks for steps that do not return: says so once for each, with all threads in the run's log. It
 * ends nothing: a step that lasts is not wrong.
 */
final class Watchdog {
  private final Supplier<List<RunActor>> runs;
  private final long limitNanos;

  /**
   * For some runs.
   *
   * @param limitNanos how long a step may last untold
   */
  Watchdog(Supplier<List<RunActor>> runs, long limitNanos) {
    this.runs = runs;
    this.limitNanos = limitNanos;
  }

  /** Looks once at every run. */
  void look() {
    for (RunActor run : runs.get()) {
      try {
        run.lookAfter(limitNanos);
      } catch (RuntimeException e) {
        System.err.println(
            "stoa: warning: run " + run.name() + " cannot be watched: " + Texts.chain(e));
      }
    }
  }

  /** A time in words, when it has come to the limit. */
  static Optional<String> over(OptionalLong lasts, long limitNanos) {
    return lasts.isPresent() && lasts.getAsLong() >= limitNanos
        ? Optional.of(seconds(lasts.getAsLong()))
        : Optional.empty();
  }

  static String seconds(long nanos) {
    return TimeUnit.NANOSECONDS.toSeconds(nanos) + " s";
  }

  /**
   * The part whose code is called innermost, by the root package that its bundle is called as.
   *
   * @param parts label by symbolic name of the bundle
   * @param standard where none of them is on the stack
   */
  static String culprit(StackTraceElement[] stack, Map<String, String> parts, String standard) {
    for (StackTraceElement frame : stack) {
      for (Map.Entry<String, String> part : parts.entrySet()) {
        if (frame.getClassName().startsWith(part.getKey() + ".")) {
          return part.getValue();
        }
      }
    }
    return standard;
  }

  /** All threads with their stacks, one of them first. */
  static String threads(Thread first) {
    Map<Thread, StackTraceElement[]> stacks = Thread.getAllStackTraces();
    StringBuilder text = new StringBuilder("threads, the run's first:");
    Optional.ofNullable(stacks.remove(first)).ifPresent(stack -> add(first, stack, text));
    stacks.entrySet().stream()
        .sorted(Map.Entry.comparingByKey((a, b) -> a.getName().compareTo(b.getName())))
        .forEach(each -> add(each.getKey(), each.getValue(), text));
    return text.toString();
  }

  private static void add(Thread thread, StackTraceElement[] stack, StringBuilder text) {
    text.append(System.lineSeparator()).append('"').append(thread.getName()).append("\" ");
    text.append(thread.getState());
    for (StackTraceElement frame : stack) {
      text.append(System.lineSeparator()).append("\tat ").append(frame);
    }
  }
}
