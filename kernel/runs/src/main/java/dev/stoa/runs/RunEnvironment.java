package dev.stoa.runs;

import dev.stoa.environment.Environment;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Snapshot;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Parameters;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import dev.stoa.state.StateSchema;
import java.lang.annotation.Annotation;
import java.util.Optional;

/**
 * The environment of one incarnation: made when the learner asks for it, replaced behind the
 * learner when its bundle was, saved beside the learner. Used by the run's thread alone.
 */
final class RunEnvironment {
  /** Streams of training environments, apart from the purposes that algorithms choose. */
  private static final int TRAINING = 0x45000000;

  private final RunPlan plan;
  private final Parameters parameters;
  private final HeldParts parts;
  private final PartContext context;
  private GuardedEnvironment environment;
  private EnvironmentSpec spec;
  private StateSchema schema;

  RunEnvironment(RunPlan plan, Parameters parameters, HeldParts parts, PartContext context) {
    this.plan = plan;
    this.parameters = parameters;
    this.parts = parts;
    this.context = context;
  }

  EnvironmentSpec spec() {
    return spec;
  }

  /** Whether a learner has asked for it. */
  boolean made() {
    return environment != null;
  }

  /** Whether there is one, and one behind it. */
  boolean present() {
    return environment != null && environment.present();
  }

  boolean exact() {
    return environment.snapshot() == Snapshot.EXACT;
  }

  private PartEntry part() {
    return parts.part(Kind.ENVIRONMENT);
  }

  @SuppressWarnings("unchecked")
  private Environment<Annotation> service() {
    return (Environment<Annotation>) parts.service(Kind.ENVIRONMENT);
  }

  private Annotation bound() {
    return parameters.bind(
        service().parameters(),
        "environment " + plan.spec().environment(),
        plan.spec().environmentParameters());
  }

  private VectorEnvironment create(int copies) {
    try {
      VectorEnvironment created = service().create(context, bound(), TRAINING, copies);
      return PluginFault.required(part(), "to create copies", created);
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw PluginFault.of(part(), "to create " + copies + " copies", e);
    }
  }

  /** The environment; made in so many copies when there is none yet. */
  VectorEnvironment copies(int copies) {
    if (copies < 1) {
      throw new IllegalArgumentException("at least one copy of the environment, not " + copies);
    }
    if (environment == null) {
      environment =
          new GuardedEnvironment(
              part(), spec.snapshot(), create(copies), copies, spec.observation().flatSize());
    } else if (environment.copies() != copies) {
      throw new StateException(
          "the run has " + environment.copies() + " copies of its environment, not " + copies);
    }
    return environment;
  }

  /** Puts a new environment behind the one that the learner holds, with the old one's state. */
  void replace(Optional<State> kept) {
    EnvironmentSpec is;
    try {
      is = PluginFault.required(part(), "to say what it is", service().spec(bound()));
      schema = service().schema();
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw PluginFault.of(part(), "to say what it is", e);
    }
    if (spec != null
        && !(spec.observation().equals(is.observation()) && spec.action().equals(is.action()))) {
      throw PluginFault.of(
          part(),
          "has the spaces "
              + is.observation()
              + ", "
              + is.action()
              + "; the run was made for "
              + spec.observation()
              + ", "
              + spec.action());
    }
    spec = is;
    if (environment == null || environment.present()) {
      return;
    }
    environment.replace(part(), spec.snapshot(), create(environment.copies()));
    restore(kept);
  }

  /**
   * Goes to where it stood at a state.
   *
   * @param old whether it was there before the learner that takes the state over
   */
  void takeOver(Optional<State> kept, boolean old) {
    if (!old) {
      environment.episodesLost();
    }
    restore(kept);
  }

  private void restore(Optional<State> kept) {
    if (!exact()) {
      return;
    }
    Optional<State> saved = kept.map(State::children).map(children -> children.get("environment"));
    if (saved.isEmpty()) {
      return;
    }
    try {
      environment.restore(StateTransfer.migrated(saved.get(), schema, service(), part()));
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw PluginFault.of(part(), "to take over the state", e);
    }
  }

  /** Adds its state to the run's, where it has one. */
  void save(State.Builder run) {
    if (!exact()) {
      return;
    }
    State saved = environment.save();
    if (!saved.schema().equals(schema)) {
      throw PluginFault.of(part(), "saved schema " + saved.schema() + " but declares " + schema);
    }
    run.child("environment", saved);
  }

  /** Frees what its bundle made; the learner keeps what it holds. */
  void release() {
    if (environment != null) {
      environment.release();
    }
  }

  /** The next learner gets another. */
  void forget() {
    environment = null;
  }
}
