package dev.stoa.algorithm;

import dev.stoa.device.DeviceSession;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.run.RunContext;
import org.osgi.annotation.versioning.ProviderType;

/** What a learner may ask of its run. */
@ProviderType
public interface LearnerContext extends RunContext {
  /** What the run's environment is. */
  EnvironmentSpec environment();

  /**
   * The run's training environment, in so many copies. Called once, in {@link Algorithm#create}. It
   * is the kernel's: it stays the same object while the environment's bundle is replaced behind it,
   * its state is saved by the kernel beside the learner's, and the learner does not close it. A new
   * learner resets it in its first step, a restored one goes on with it as it is.
   */
  VectorEnvironment environment(int copies);

  /** The run's device. */
  DeviceSession device();
}
