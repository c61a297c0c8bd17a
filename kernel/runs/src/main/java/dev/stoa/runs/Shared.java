package dev.stoa.runs;

import dev.stoa.run.Parameters;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What all runs of a process share.
 *
 * @param registry the parts that are installed
 * @param parameters fills parameter annotation types
 * @param listeners who hears of runs
 * @param control the kernel's control thread
 * @param nanos time that passes, in nanoseconds
 * @param stallNanos how long a step may last until it is told of
 * @param recorder writes {@code run.yaml}
 */
record Shared(
    PartRegistry registry,
    Parameters parameters,
    ListenerHub listeners,
    ScheduledExecutorService control,
    LongSupplier nanos,
    long stallNanos,
    Consumer<RunPlan> recorder) {}
