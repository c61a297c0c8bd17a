package dev.stoa.runs;

import java.util.List;
import java.util.Map;

/** What is remembered from a part's leaving until the run goes on. Thread-safe. */
final class Exchange {
  /**
   * What lies behind an assembly.
   *
   * @param first it begins or resumes the run
   * @param before labels of the parts before one left; empty when none did
   * @param leftAt {@link System#nanoTime} at the leaving
   */
  record Past(boolean first, Map<String, String> before, long leftAt) {
    boolean exchanged() {
      return !before.isEmpty();
    }

    double pauseSeconds() {
      return (System.nanoTime() - leftAt) / 1e9;
    }

    /** What changed, in words. */
    String changes(Map<String, String> after) {
      List<String> changes =
          after.entrySet().stream()
              .filter(part -> !part.getValue().equals(before.get(part.getKey())))
              .map(
                  part ->
                      part.getKey() + " " + before.get(part.getKey()) + " -> " + part.getValue())
              .toList();
      return changes.isEmpty() ? "same versions, new instances" : String.join(", ", changes);
    }
  }

  private boolean first = true;
  private Map<String, String> before = Map.of();
  private long leftAt;

  /** The next assembly is a beginning, whatever left before. */
  synchronized void startsAnew() {
    first = true;
    before = Map.of();
  }

  /** A part left a complete run; of several before the run goes on, the first counts. */
  synchronized void left(Map<String, String> parts, long nanos) {
    if (before.isEmpty()) {
      before = Map.copyOf(parts);
      leftAt = nanos;
    }
  }

  /** Whether a part left and the run has not gone on since. */
  synchronized boolean underWay() {
    return !before.isEmpty();
  }

  /** The run goes on. */
  synchronized Past over() {
    Past past = new Past(first, before, leftAt);
    first = false;
    before = Map.of();
    return past;
  }
}
