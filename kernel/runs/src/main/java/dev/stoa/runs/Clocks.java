package dev.stoa.runs;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.LongSupplier;

/**
 * What a measurement goes by, both in nanoseconds.
 *
 * @param time that passes
 * @param work time that the calling thread had a processor
 */
record Clocks(LongSupplier time, LongSupplier work) {
  /** Those of the virtual machine; where it does not count work, time stands for it. */
  static Clocks real() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    boolean counted = threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();
    return new Clocks(
        System::nanoTime, counted ? threads::getCurrentThreadCpuTime : System::nanoTime);
  }
}
