package dev.stoa.algorithm;

import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.policy.PolicyModel;
import dev.stoa.run.Task;
import dev.stoa.state.StateSchema;
import java.lang.annotation.Annotation;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A stateless factory of learners, registered as a service with the properties of {@link
 * dev.stoa.run.Parts}.
 *
 * @param <P> its parameter annotation type, see {@link dev.stoa.run.Parameter}
 */
@ConsumerType
public interface Algorithm<P extends Annotation> {
  /** The parameter annotation type. */
  Class<P> parameters();

  /** What its saved states follow. */
  StateSchema schema();

  /**
   * Refuses what it cannot serve, before a run has a directory.
   *
   * @throws dev.stoa.run.UserException for spaces or parameters that do not go together, naming
   *     them
   */
  default void check(EnvironmentSpec environment, P parameters) {}

  /**
   * A learner at its beginning, weights initialised from the run's seed. A state may be restored
   * into it before its first step.
   *
   * @throws dev.stoa.run.UserException when it cannot serve the environment's spaces, naming them
   */
  Task create(LearnerContext context, P parameters);

  /**
   * The policy that its states hold, for a fixed batch.
   *
   * @param batch number of observations decided on together
   */
  PolicyModel policy(EnvironmentSpec environment, P parameters, int batch);
}
