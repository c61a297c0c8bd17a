package dev.stoa.run;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a run is asked to be. Immutable; every method returns a changed copy. The command line, a
 * run file and Java code all end here:
 *
 * <pre>{@code
 * RunSpec.of("ppo", "CartPole-v1").seed(1).steps(200_000).set("learningRate", 3e-4)
 * }</pre>
 *
 * Names and values are checked when the run is started, against what is installed then.
 */
public final class RunSpec {
  /** Budget of a run that names none. */
  public static final long DEFAULT_STEPS = 200_000;

  private final String algorithm;
  private final String environment;
  private final String device;
  private final long seed;
  private final Long steps;
  private final Long scheduleSteps;
  private final Integer threads;
  private final Durability durability;
  private final Path directory;
  private final String name;
  private final Origin origin;
  private final SortedSet<String> changed;
  private final Map<String, ParameterValue> parameters;
  private final Map<String, ParameterValue> environmentParameters;

  private RunSpec(Builder b) {
    algorithm = Objects.requireNonNull(b.algorithm, "algorithm");
    environment = Objects.requireNonNull(b.environment, "environment");
    device = b.device;
    seed = b.seed;
    steps = b.steps;
    scheduleSteps = b.scheduleSteps;
    threads = b.threads;
    durability = Objects.requireNonNull(b.durability, "durability");
    directory = b.directory;
    name = b.name;
    origin = b.origin;
    changed = Collections.unmodifiableSortedSet(new TreeSet<>(b.changed));
    parameters = Collections.unmodifiableMap(new TreeMap<>(b.parameters));
    environmentParameters = Collections.unmodifiableMap(new TreeMap<>(b.environmentParameters));
  }

  private static final class Builder {
    String algorithm = "";
    String environment = "";
    String device = "auto";
    long seed = 1;
    Long steps;
    Long scheduleSteps;
    Integer threads;
    Durability durability = Durability.STANDARD;
    Path directory;
    String name;
    Origin origin;
    Collection<String> changed = Set.of();
    Map<String, ParameterValue> parameters = new TreeMap<>();
    Map<String, ParameterValue> environmentParameters = new TreeMap<>();
  }

  private Builder copy() {
    Builder b = new Builder();
    b.algorithm = algorithm;
    b.environment = environment;
    b.device = device;
    b.seed = seed;
    b.steps = steps;
    b.scheduleSteps = scheduleSteps;
    b.threads = threads;
    b.durability = durability;
    b.directory = directory;
    b.name = name;
    b.origin = origin;
    b.changed = changed;
    b.parameters = new TreeMap<>(parameters);
    b.environmentParameters = new TreeMap<>(environmentParameters);
    return b;
  }

  /** A run of the named algorithm in the named environment, with seed 1 and every default. */
  public static RunSpec of(String algorithm, String environment) {
    Builder b = new Builder();
    b.algorithm = algorithm;
    b.environment = environment;
    return new RunSpec(b);
  }

  /** With another algorithm. */
  public RunSpec algorithm(String value) {
    Builder b = copy();
    b.algorithm = value;
    return new RunSpec(b);
  }

  /** With another environment. */
  public RunSpec environment(String value) {
    Builder b = copy();
    b.environment = value;
    return new RunSpec(b);
  }

  /** With a named device, or {@code auto}. */
  public RunSpec device(String value) {
    Builder b = copy();
    b.device = value;
    return new RunSpec(b);
  }

  /** With a seed; every random number of the run follows from it. */
  public RunSpec seed(long value) {
    Builder b = copy();
    b.seed = value;
    return new RunSpec(b);
  }

  /** With a budget in environment transitions, summed over the batch. */
  public RunSpec steps(long value) {
    Builder b = copy();
    b.steps = value;
    return new RunSpec(b);
  }

  /** With the number of transitions over which schedules such as annealing run. */
  public RunSpec scheduleSteps(long value) {
    Builder b = copy();
    b.scheduleSteps = value;
    return new RunSpec(b);
  }

  /** With a number of threads; it changes no bit of the result. */
  public RunSpec threads(int value) {
    Builder b = copy();
    b.threads = value;
    return new RunSpec(b);
  }

  /** With another rule of when its state goes to disk and what stays there. */
  public RunSpec durability(Durability value) {
    Builder b = copy();
    b.durability = value;
    return new RunSpec(b);
  }

  /** With a directory for its files; it must not exist or be empty. */
  public RunSpec directory(Path value) {
    Builder b = copy();
    b.directory = value;
    return new RunSpec(b);
  }

  /** With a name; unique among the runs of one process. */
  public RunSpec name(String value) {
    Builder b = copy();
    b.name = value;
    return new RunSpec(b);
  }

  /** As forked from another run. */
  public RunSpec origin(Origin value) {
    Builder b = copy();
    b.origin = value;
    return new RunSpec(b);
  }

  /** As one some of whose parameters were set while it lived. */
  public RunSpec changed(Collection<String> names) {
    Builder b = copy();
    b.changed = names;
    return new RunSpec(b);
  }

  /** Without a directory, a name and an origin: another run of the same kind. */
  public RunSpec another() {
    Builder b = copy();
    b.directory = null;
    b.name = null;
    b.origin = null;
    return new RunSpec(b);
  }

  /** With one parameter set from Java code. */
  public RunSpec set(String key, Object value) {
    return set(key, new ParameterValue(value, "RunSpec.set"));
  }

  /**
   * With one parameter set; {@code environment.KEY} addresses a parameter of the environment, every
   * other key one of the algorithm.
   */
  public RunSpec set(String key, ParameterValue value) {
    Builder b = copy();
    String prefix = "environment.";
    if (key.startsWith(prefix)) {
      b.environmentParameters.put(key.substring(prefix.length()), value);
    } else {
      b.parameters.put(key, value);
    }
    return new RunSpec(b);
  }

  /** With all parameters of algorithm and environment replaced. */
  public RunSpec parameters(
      Map<String, ParameterValue> algorithmValues, Map<String, ParameterValue> environmentValues) {
    Builder b = copy();
    b.parameters = new TreeMap<>(algorithmValues);
    b.environmentParameters = new TreeMap<>(environmentValues);
    return new RunSpec(b);
  }

  /** Name of the algorithm; empty when a run file named none. */
  public String algorithm() {
    return algorithm;
  }

  /** Name of the environment; empty when a run file named none. */
  public String environment() {
    return environment;
  }

  /** Name of the device, or {@code auto}. */
  public String device() {
    return device;
  }

  /** The seed. */
  public long seed() {
    return seed;
  }

  /** The budget, where one was given. */
  public OptionalLong steps() {
    return steps == null ? OptionalLong.empty() : OptionalLong.of(steps);
  }

  /** The length of schedules, where one was given; otherwise the first budget. */
  public OptionalLong scheduleSteps() {
    return scheduleSteps == null ? OptionalLong.empty() : OptionalLong.of(scheduleSteps);
  }

  /** The number of threads, where one was given; otherwise the number of processors. */
  public OptionalInt threads() {
    return threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
  }

  /** When its state goes to disk, and what stays there. */
  public Durability durability() {
    return durability;
  }

  /** The directory, where one was given. */
  public Optional<Path> directory() {
    return Optional.ofNullable(directory);
  }

  /** The name, where one was given. */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /** What it was forked from, where it was. */
  public Optional<Origin> origin() {
    return Optional.ofNullable(origin);
  }

  /** Names of the algorithm's parameters that were set while it lived. */
  public SortedSet<String> changed() {
    return changed;
  }

  /** Values given for the algorithm, by key as written. */
  public Map<String, ParameterValue> parameters() {
    return parameters;
  }

  /** Values given for the environment, by key as written. */
  public Map<String, ParameterValue> environmentParameters() {
    return environmentParameters;
  }
}
