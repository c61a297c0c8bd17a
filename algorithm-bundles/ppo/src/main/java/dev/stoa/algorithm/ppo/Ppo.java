package dev.stoa.algorithm.ppo;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.algorithm.LearnerContext;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Space;
import dev.stoa.policy.PolicyModel;
import dev.stoa.run.Parts;
import dev.stoa.run.Task;
import dev.stoa.run.UserException;
import dev.stoa.state.StateSchema;
import org.osgi.service.component.annotations.Component;

/**
 * Proximal policy optimisation (Schulman, Wolski, Dhariwal, Radford, Klimov, 2017) with the
 * implementation details of vector observations as Huang et al. list them ("The 37 implementation
 * details of proximal policy optimization", ICLR blog track 2022). {@link PpoLearner} is the
 * algorithm, {@link PpoGraphs} what it computes on the device.
 */
@Component(
    service = Algorithm.class,
    property = {
      Parts.NAME + "=ppo",
      Parts.DESCRIPTION + "=Proximal policy optimisation: several epochs of clipped policy gradient"
    })
public final class Ppo implements Algorithm<PpoParameters> {
  static final StateSchema SCHEMA = new StateSchema("ppo", 1);

  @Override
  public Class<PpoParameters> parameters() {
    return PpoParameters.class;
  }

  @Override
  public StateSchema schema() {
    return SCHEMA;
  }

  @Override
  public void check(EnvironmentSpec environment, PpoParameters parameters) {
    check(environment);
    check(parameters);
  }

  @Override
  public Task create(LearnerContext context, PpoParameters parameters) {
    check(context.environment(), parameters);
    return new PpoLearner(context, parameters);
  }

  @Override
  public PolicyModel policy(EnvironmentSpec environment, PpoParameters parameters, int batch) {
    check(environment);
    return new PpoGraphs(environment, parameters).policy(batch);
  }

  private static void check(EnvironmentSpec environment) {
    if (!(environment.observation() instanceof Space.Box)) {
      throw new UserException(
          "ppo learns from observations in a box, not in " + environment.observation(),
          "algorithm ppo",
          "Choose an environment whose observations are real vectors");
    }
  }

  private static void check(PpoParameters parameters) {
    int batch = Math.multiplyExact(parameters.environments(), parameters.rolloutSteps());
    int minibatch = parameters.minibatchSize();
    if (batch % minibatch != 0) {
      throw new UserException(
          "minibatchSize "
              + minibatch
              + " does not divide the rollout of "
              + parameters.environments()
              + " environments x "
              + parameters.rolloutSteps()
              + " steps = "
              + batch
              + " transitions",
          "algorithm ppo, parameter minibatchSize",
          "Nearest that does: " + nearestDivisor(batch, minibatch));
    }
    if (parameters.normalizeAdvantages() && minibatch < 2) {
      throw new UserException(
          "one advantage alone has no standard deviation to be normalised by",
          "algorithm ppo, parameter minibatchSize",
          "Use a minibatchSize of at least 2 or normalizeAdvantages=false");
    }
  }

  private static int nearestDivisor(int number, int near) {
    for (int distance = 1; ; distance++) {
      if (near - distance > 0 && number % (near - distance) == 0) {
        return near - distance;
      }
      if (near + distance <= number && number % (near + distance) == 0) {
        return near + distance;
      }
      if (near - distance <= 0 && near + distance > number) {
        return number;
      }
    }
  }
}
