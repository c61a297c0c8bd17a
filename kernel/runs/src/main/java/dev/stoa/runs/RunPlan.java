package dev.stoa.runs;

import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.RunSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A resolved run. Nothing of it changes while the run lives, except the device, by a move, and
 * changeable parameters, when they are set.
 *
 * @param name unique in the process
 * @param directory absolute
 * @param spec resolved: device, threads and lengths are named
 * @param device the device, {@code auto} resolved
 * @param seed the seed
 * @param threads number of threads
 * @param scheduleSteps length of schedules in transitions
 * @param parts labels of the parts that {@code run.yaml} records, by kind
 */
record RunPlan(
    String name,
    Path directory,
    RunSpec spec,
    String device,
    long seed,
    int threads,
    long scheduleSteps,
    Map<String, String> parts) {
  RunPlan {
    parts = Map.copyOf(parts);
  }

  /** The same run on another device. */
  RunPlan on(PartEntry other) {
    Map<String, String> labels = new TreeMap<>(parts);
    labels.put(Kind.DEVICE.label(), other.label());
    return new RunPlan(
        name, directory, spec.device(other.name), other.name, seed, threads, scheduleSteps, labels);
  }

  /** The same run with other parameters. */
  RunPlan with(RunSpec other) {
    return new RunPlan(name, directory, other, device, seed, threads, scheduleSteps, parts);
  }
}
