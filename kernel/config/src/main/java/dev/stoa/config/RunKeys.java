package dev.stoa.config;

import java.util.List;
import java.util.Set;

/** The keys of a run file. */
final class RunKeys {
  static final String ALGORITHM = "algorithm";
  static final String ENVIRONMENT = "environment";
  static final String SEED = "seed";
  static final String STEPS = "steps";
  static final String SCHEDULE_STEPS = "scheduleSteps";
  static final String DEVICE = "device";
  static final String THREADS = "threads";
  static final String CHECKPOINT_STEPS = "checkpointSteps";
  static final String CHECKPOINT_SECONDS = "checkpointSeconds";
  static final String KEEP = "keep";
  static final String KEEP_EVERY = "keepEvery";
  static final String OUT = "out";
  static final String NAME = "name";
  static final String FORKED_FROM = "forkedFrom";
  static final String FORKED_AT = "forkedAt";
  static final String CHANGED = "changed";
  static final String PARAMETERS = "parameters";
  static final String ENVIRONMENT_PARAMETERS = "environmentParameters";
  static final String INCLUDE = "include";

  /** What the kernel wrote down about a run; read over. */
  static final String RECORDED = "recorded";

  /** Keys with one value each. */
  static final Set<String> SINGLE =
      Set.of(
          ALGORITHM,
          ENVIRONMENT,
          SEED,
          STEPS,
          SCHEDULE_STEPS,
          DEVICE,
          THREADS,
          CHECKPOINT_STEPS,
          CHECKPOINT_SECONDS,
          KEEP,
          KEEP_EVERY,
          OUT,
          NAME,
          FORKED_FROM,
          FORKED_AT,
          CHANGED);

  /** Keys that hold a map. */
  static final Set<String> SECTIONS = Set.of(PARAMETERS, ENVIRONMENT_PARAMETERS);

  /** Every key a user may write at the top. */
  static final List<String> ALL =
      List.of(
          ALGORITHM,
          ENVIRONMENT,
          SEED,
          STEPS,
          SCHEDULE_STEPS,
          DEVICE,
          THREADS,
          CHECKPOINT_STEPS,
          CHECKPOINT_SECONDS,
          KEEP,
          KEEP_EVERY,
          OUT,
          NAME,
          FORKED_FROM,
          FORKED_AT,
          CHANGED,
          PARAMETERS,
          ENVIRONMENT_PARAMETERS,
          INCLUDE);

  private RunKeys() {}
}
