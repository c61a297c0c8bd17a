package dev.stoa.runs;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.device.Device;
import dev.stoa.device.DeviceInfo;
import dev.stoa.environment.Environment;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Durability;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.Parameters;
import dev.stoa.run.RunFiles;
import dev.stoa.run.RunSpec;
import dev.stoa.run.UserException;
import dev.stoa.state.CheckpointArchive;
import dev.stoa.state.CheckpointFiles;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import dev.stoa.state.StateSchema;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Checks what is asked for against what is installed and what lies in a run's directory. */
final class RunResolver {
  /** What {@link RunDriver} writes: an equal name and a greater version is of a newer Stoa. */
  static final StateSchema RUN_STATE = new StateSchema("run", 1);

  private static final String CHECKPOINT = "checkpoint";

  private final PartRegistry registry;
  private final DeviceChoice devices;
  private final Parameters parameters;
  private final RunFiles runFiles;

  RunResolver(
      PartRegistry registry, Parameters parameters, RunFiles runFiles, DeviceChoice devices) {
    this.devices = devices;
    this.registry = registry;
    this.parameters = parameters;
    this.runFiles = runFiles;
  }

  /**
   * The parts that a run takes.
   *
   * @param why how the device was chosen; empty when it was named
   * @param warning what a user should know of that choice
   */
  record Chosen(
      PartEntry algorithm,
      PartEntry environment,
      PartEntry device,
      String why,
      Optional<String> warning) {
    /** What {@code run.yaml} records of them. */
    Map<String, String> labels() {
      Map<String, String> labels = new LinkedHashMap<>();
      for (PartEntry part : List.of(algorithm, environment, device)) {
        labels.put(part.kind.label(), part.label());
      }
      return labels;
    }
  }

  /** The parts of a specification; the device is asked whether it is ready. */
  Chosen choose(RunSpec spec, String place) {
    PartEntry algorithm = registry.require(Kind.ALGORITHM, spec.algorithm(), place);
    PartEntry environment = registry.require(Kind.ENVIRONMENT, spec.environment(), place);
    if (spec.device().equals("auto")) {
      DeviceChoice.Chosen chosen = devices.choose();
      return new Chosen(algorithm, environment, chosen.device(), chosen.why(), chosen.warning());
    }
    PartEntry device = registry.require(Kind.DEVICE, spec.device(), "");
    DeviceInfo info = registry.with(device, Device.class, Device::describe);
    if (!info.ready()) {
      throw Devices.notReady(device, info);
    }
    return new Chosen(algorithm, environment, device, "", Optional.empty());
  }

  static void check(RunSpec spec) {
    if (spec.algorithm().isEmpty()) {
      throw new UserException("no algorithm is named", "--algorithm", "For instance: -a ppo");
    }
    if (spec.environment().isEmpty()) {
      throw new UserException(
          "no environment is named", "--environment", "For instance: -e CartPole-v1");
    }
    positive("steps", spec.steps());
    positive("schedule-steps", spec.scheduleSteps());
    positive(spec.threads());
    check(spec.durability());
  }

  static void check(Durability durability) {
    atLeast(1, "checkpoint-steps", durability.checkpointSteps());
    atLeast(1, "checkpoint-seconds", durability.checkpointSeconds());
    atLeast(0, "keep", durability.keep());
    atLeast(0, "keep-every", durability.keepEvery());
  }

  private static void atLeast(long least, String what, long value) {
    if (value < least) {
      throw new UserException(what + " is " + value, "--" + what, "Give at least " + least);
    }
  }

  static void positive(OptionalInt threads) {
    if (threads.isPresent() && threads.getAsInt() < 1) {
      throw new UserException(
          "the number of threads is " + threads.getAsInt(), "--threads", "Give at least 1");
    }
  }

  static void positive(String what, OptionalLong value) {
    if (value.isPresent() && value.getAsLong() < 1) {
      throw new UserException(
          "the budget is " + value.getAsLong() + " steps", "--" + what, "Give at least 1");
    }
  }

  /**
   * Every parameter with its value: later versions may have other defaults, the run keeps its own.
   */
  RunSpec resolve(RunSpec spec, Chosen chosen) {
    long steps = spec.steps().orElse(RunSpec.DEFAULT_STEPS);
    RunSpec resolved =
        spec.device(chosen.device().name)
            .steps(steps)
            .scheduleSteps(spec.scheduleSteps().orElse(steps))
            .parameters(
                values(chosen.algorithm(), spec.parameters()),
                values(chosen.environment(), spec.environmentParameters()));
    goTogether(resolved, chosen);
    return resolved;
  }

  /** Lets the algorithm refuse spaces or parameters while nothing has been made yet. */
  @SuppressWarnings("unchecked")
  private void goTogether(RunSpec spec, Chosen chosen) {
    EnvironmentSpec environment =
        registry.with(
            chosen.environment(),
            Environment.class,
            service -> specOf((Environment<Annotation>) service, spec));
    registry.with(
        chosen.algorithm(),
        Algorithm.class,
        service -> check((Algorithm<Annotation>) service, spec, environment));
  }

  private EnvironmentSpec specOf(Environment<Annotation> service, RunSpec spec) {
    return service.spec(
        parameters.bind(
            service.parameters(),
            "environment " + spec.environment(),
            spec.environmentParameters()));
  }

  private boolean check(Algorithm<Annotation> service, RunSpec spec, EnvironmentSpec environment) {
    service.check(
        environment,
        parameters.bind(service.parameters(), "algorithm " + spec.algorithm(), spec.parameters()));
    return true;
  }

  private Map<String, ParameterValue> values(PartEntry part, Map<String, ParameterValue> given) {
    Class<? extends Annotation> type =
        part.kind == Kind.ALGORITHM
            ? registry.with(part, Algorithm.class, RunResolver::algorithmParameters)
            : registry.with(part, Environment.class, RunResolver::environmentParameters);
    String owner = part.kind.label() + " " + part.name;
    Map<String, ParameterValue> resolved = new TreeMap<>();
    parameters
        .values(parameters.bind(type, owner, given))
        .forEach((key, value) -> resolved.put(key, new ParameterValue(value, owner)));
    return resolved;
  }

  static Class<? extends Annotation> algorithmParameters(Algorithm<?> algorithm) {
    return algorithm.parameters();
  }

  static Class<? extends Annotation> environmentParameters(Environment<?> environment) {
    return environment.parameters();
  }

  /** Writes {@code run.yaml}. */
  void record(Path directory, RunSpec spec, Map<String, String> labels) {
    Path file = directory.resolve(RunDirectory.RUN_FILE);
    try {
      runFiles.write(
          file,
          spec,
          List.of("A resolved run of Stoa. Continue it with: stoa resume DIRECTORY"),
          new LinkedHashMap<>(labels));
    } catch (UncheckedIOException e) {
      throw new UserException(
          "cannot write the run's file: " + Texts.chain(e.getCause()),
          file.toString(),
          "Make room or the folder writable");
    }
  }

  /** Reads {@code run.yaml}. */
  RunSpec recorded(Path directory) {
    Path file = directory.resolve(RunDirectory.RUN_FILE);
    if (!Files.isDirectory(directory)) {
      throw new UserException(
          "there is no such run directory",
          directory.toString(),
          "stoa train makes one; its place stands in the last line it prints");
    }
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          "the directory holds no run: " + RunDirectory.RUN_FILE + " is missing",
          directory.toString(),
          "Give the directory that stoa train made");
    }
    return runFiles.read(file);
  }

  /** The last checkpoint; empty when the run ended before its first, and begins anew. */
  static Optional<State> checkpoint(Path directory) {
    return hasCheckpoint(directory)
        ? Optional.of(state(directory.resolve(CHECKPOINT)))
        : Optional.empty();
  }

  private static boolean hasCheckpoint(Path directory) {
    return Files.exists(directory.resolve(CHECKPOINT))
        || Files.exists(directory.resolve(CHECKPOINT + ".old"));
  }

  /**
   * Where the checkpoint lies that a run is to begin from.
   *
   * @param step of a kept checkpoint; the latest without it
   * @throws UserException when there is none
   */
  static Path place(Path directory, OptionalLong step) {
    CheckpointArchive archive = new CheckpointArchive(RunDirectory.checkpoints(directory));
    if (step.isPresent()) {
      try {
        if (archive.steps().contains(step.getAsLong())) {
          return archive.path(step.getAsLong());
        }
        throw new UserException(
            "no checkpoint of step " + step.getAsLong() + " is kept",
            RunDirectory.checkpoints(directory).toString(),
            archive.steps().isEmpty()
                ? "None is: a run keeps some with --keep or --keep-every"
                : "Kept: "
                    + archive.steps().stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(", ")));
      } catch (StateException e) {
        throw new UserException(e.getMessage(), "", "");
      }
    }
    if (!hasCheckpoint(directory)) {
      throw new UserException(
          "the run has no checkpoint yet", directory.toString(), "Train it first");
    }
    return directory.resolve(CHECKPOINT);
  }

  /**
   * The state in a checkpoint folder.
   *
   * @throws UserException when it is missing, damaged, or of another making
   */
  static State state(Path folder) {
    try {
      State state = CheckpointFiles.read(folder);
      if (!state.schema().equals(RUN_STATE)) {
        throw new UserException(
            "the checkpoint has schema " + state.schema() + ", this version takes " + RUN_STATE,
            folder.toString(),
            "Use the version of Stoa that wrote it");
      }
      new Counters().restore(state);
      state.text("fingerprint");
      return state;
    } catch (StateException e) {
      throw new UserException(e.getMessage(), folder.toString(), "");
    }
  }

  /** The budget of a run that is resumed. */
  static long budget(RunSpec spec, long taken, OptionalLong more, Path directory) {
    long had = spec.steps().orElse(RunSpec.DEFAULT_STEPS);
    if (more.isEmpty()) {
      if (taken >= had) {
        throw new UserException(
            "the run has used its budget of " + had + " steps",
            directory.toString(),
            "Give it more with -n N");
      }
      return had;
    }
    if (more.getAsLong() > Long.MAX_VALUE - taken) {
      throw new UserException(
          "the run has taken "
              + taken
              + " steps, and "
              + more.getAsLong()
              + " more are beyond counting",
          "--steps",
          "Give at most " + (Long.MAX_VALUE - taken));
    }
    return taken + more.getAsLong();
  }
}
