package dev.stoa.device.compiler;

import dev.stoa.device.compiler.loops.Rehearsal;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Brings a plan's vector code to full speed while the plan is used: after each run but the first,
 * code that is not compiled yet is rehearsed for about three times as long as the run took. Runs on
 * plain loops are so much slower that those which are missed are made up for in a few milliseconds.
 */
final class Warming {
  /** What one run can give at most, in ns: the longest time that is lost where nothing compiles. */
  private static final long MOST = 1_000_000_000;

  /** Time for rehearsals over that of runs. */
  private static final int SHARE = 3;

  /** Code that is not compiled after so many rehearsals never will be: plain loops stay. */
  private static final int MOST_TIMES = 20_000;

  private final Deque<Rehearsal> waiting = new ArrayDeque<>();
  private final Map<Rehearsal, Integer> times = new IdentityHashMap<>();
  private long credit = Long.MIN_VALUE;

  Warming(Collection<Rehearsal> rehearsals) {
    for (Rehearsal each : rehearsals) {
      if (!each.ready() && !waiting.contains(each)) {
        waiting.add(each);
      }
    }
  }

  /** Whether nothing is left to do. */
  boolean done() {
    return waiting.isEmpty();
  }

  /** Rehearses after a run that took so many ns. */
  void after(long elapsed) {
    if (credit == Long.MIN_VALUE) {
      credit = 0;
      return;
    }
    credit = Math.min(credit + SHARE * Math.min(elapsed, MOST), MOST);
    long now = System.nanoTime();
    while (credit > 0 && !waiting.isEmpty()) {
      Rehearsal next = waiting.poll();
      if (!next.rehearse() && times.merge(next, 1, Integer::sum) < MOST_TIMES) {
        waiting.add(next);
      }
      long then = System.nanoTime();
      credit -= then - now;
      now = then;
    }
  }
}
