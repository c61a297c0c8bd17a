package dev.stoa.runs;

import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Since when a step lasts. Written by the thread that steps, read by any. */
final class StepClock {
  private final LongSupplier nanos;
  private volatile long begun;
  private volatile boolean inside;
  private volatile boolean told;

  StepClock(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void begins() {
    told = false;
    begun = nanos.getAsLong();
    inside = true;
  }

  /** The step returned; for how many nanoseconds it lasted, where it was told of. */
  OptionalLong ends() {
    inside = false;
    return told ? OptionalLong.of(nanos.getAsLong() - begun) : OptionalLong.empty();
  }

  /** For how many nanoseconds the present step lasts; empty between steps. */
  OptionalLong lasts() {
    long since = begun;
    return inside ? OptionalLong.of(nanos.getAsLong() - since) : OptionalLong.empty();
  }

  /** Whether the present step has not been told of; from now on it has. */
  boolean tell() {
    boolean first = !told;
    told = true;
    return first;
  }
}
