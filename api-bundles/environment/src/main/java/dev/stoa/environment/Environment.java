package dev.stoa.environment;

import dev.stoa.run.RunContext;
import dev.stoa.state.StateSchema;
import java.lang.annotation.Annotation;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A stateless factory of environments, registered as a service with the properties of {@link
 * dev.stoa.run.Parts}.
 *
 * @param <P> its parameter annotation type, see {@link dev.stoa.run.Parameter}
 */
@ConsumerType
public interface Environment<P extends Annotation> {
  /** The parameter annotation type. */
  Class<P> parameters();

  /** What its saved states follow. */
  StateSchema schema();

  /** What an environment with these parameters is. */
  EnvironmentSpec spec(P parameters);

  /**
   * Copies of the environment.
   *
   * @param context the run; its seed keys every stream
   * @param purpose which of the run's uses this is, such as training or evaluation: the streams of
   *     two purposes are apart
   * @param copies at least 1
   */
  VectorEnvironment create(RunContext context, P parameters, int purpose, int copies);
}
