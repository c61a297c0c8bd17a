package dev.stoa.runs;

import dev.stoa.run.Durability;
import dev.stoa.run.RunSpec;
import dev.stoa.state.State;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** Makes the runs of a process: new ones, and those that go on from their directory. */
final class RunStarter {
  private static final Path FOLDER = Path.of("runs");

  private final RunResolver resolver;
  private final LivingRuns living;
  private final Shared shared;

  RunStarter(RunResolver resolver, LivingRuns living, Shared shared) {
    this.resolver = resolver;
    this.living = living;
    this.shared = shared;
  }

  /** See {@link dev.stoa.run.Runs#start}. */
  RunActor start(RunSpec spec) {
    RunResolver.check(spec);
    RunResolver.Chosen chosen = resolver.choose(spec, "");
    RunSpec resolved = resolver.resolve(spec, chosen);
    Path directory =
        RunDirectory.create(
            spec.directory().orElse(null),
            FOLDER,
            spec.algorithm() + "-" + spec.environment() + "-" + spec.seed());
    RunDirectory files = RunDirectory.own(directory);
    try {
      Map<String, String> labels = chosen.labels();
      resolver.record(directory, resolved, labels);
      RunActor run = launch(resolved, labels, files, Optional.empty(), OptionalInt.empty());
      if (!chosen.why().isEmpty()) {
        run.info("device " + resolved.device() + ", chosen " + chosen.why());
      }
      chosen.warning().ifPresent(run::warn);
      return run;
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** See {@link dev.stoa.run.Runs#resume}. */
  RunActor resume(
      Path directory,
      OptionalLong more,
      OptionalInt threads,
      UnaryOperator<Durability> durability) {
    Path path = directory.toAbsolutePath().normalize();
    RunResolver.positive("steps", more);
    RunResolver.positive(threads);
    RunSpec recorded = resolver.recorded(path);
    RunSpec spec = recorded.durability(durability.apply(recorded.durability()));
    RunResolver.check(spec.durability());
    RunResolver.Chosen chosen =
        resolver.choose(spec, path.resolve(RunDirectory.RUN_FILE).toString());
    living.retire(path, old -> RunResolver.budget(spec, old.status().steps(), more, path));
    // Owned before it is read: nobody writes to it from here on.
    RunDirectory files = RunDirectory.own(path);
    try {
      Optional<State> state = RunResolver.checkpoint(path);
      long taken = state.map(each -> each.integer("steps")).orElse(0L);
      long budget = RunResolver.budget(spec, taken, more, path);
      RunSpec resumed = spec.steps(budget).device(chosen.device().name);
      Map<String, String> labels = chosen.labels();
      resolver.record(path, resumed, labels);
      RunActor run = launch(resumed, labels, files, state, threads);
      if (spec.scheduleSteps().isPresent() && budget > spec.scheduleSteps().getAsLong()) {
        run.warn(
            "the run goes beyond its schedules, which end at step "
                + spec.scheduleSteps().getAsLong()
                + ": what is annealed stays at its last value");
      }
      return run;
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private RunActor launch(
      RunSpec spec,
      Map<String, String> labels,
      RunDirectory files,
      Optional<State> from,
      OptionalInt threads) {
    Path directory = files.path();
    int workers = threads.orElse(spec.threads().orElse(Runtime.getRuntime().availableProcessors()));
    RunActor actor =
        living.add(
            spec.name().orElse(directory.getFileName().toString()),
            name ->
                new RunActor(
                    new RunPlan(
                        name,
                        directory,
                        spec,
                        spec.device(),
                        spec.seed(),
                        workers,
                        spec.scheduleSteps().orElse(RunSpec.DEFAULT_STEPS),
                        labels),
                    spec.steps().orElse(RunSpec.DEFAULT_STEPS),
                    from,
                    files,
                    shared));
    actor.begin();
    return actor;
  }
}
