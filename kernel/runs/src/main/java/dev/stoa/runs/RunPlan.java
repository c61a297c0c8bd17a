package dev.stoa.runs;

import dev.stoa.run.RunSpec;
import java.nio.file.Path;

/**
 * A resolved run: what does not change while it lives.
 *
 * @param name unique in the process
 * @param directory absolute
 * @param spec resolved: device, threads and lengths are named
 * @param device the device, {@code auto} resolved
 * @param seed the seed
 * @param threads number of threads
 * @param scheduleSteps length of schedules in transitions
 */
record RunPlan(
    String name,
    Path directory,
    RunSpec spec,
    String device,
    long seed,
    int threads,
    long scheduleSteps) {}
