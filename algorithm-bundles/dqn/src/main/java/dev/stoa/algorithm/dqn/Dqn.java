package dev.stoa.algorithm.dqn;

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
 * Deep Q-network (Mnih et al.: "Human-level control through deep reinforcement learning", 2015) for
 * vector observations, with double Q-learning (van Hasselt, Guez, Silver, 2016) as an option. As in
 * Stable-Baselines3, actions are random until learning starts, and the target network is renewed by
 * the count of transitions, not of gradient steps. Replay is uniform and of single steps, the
 * network a plain perceptron: prioritised replay, duelling heads and n-step returns are not here
 * yet. {@link DqnLearner} is the algorithm, {@link DqnGraphs} what it computes on the device.
 */
@Component(
    service = Algorithm.class,
    property = {
      Parts.NAME + "=dqn",
      Parts.DESCRIPTION
          + "=Deep Q-network, double as an option: uniform replay of single steps, target network"
    })
public final class Dqn implements Algorithm<DqnParameters> {
  static final StateSchema SCHEMA = new StateSchema("dqn", 1);

  @Override
  public Class<DqnParameters> parameters() {
    return DqnParameters.class;
  }

  @Override
  public StateSchema schema() {
    return SCHEMA;
  }

  @Override
  public void check(EnvironmentSpec environment, DqnParameters parameters) {
    check(environment);
    long numbers = (long) parameters.bufferCapacity() * environment.observation().flatSize();
    if (numbers > Integer.MAX_VALUE) {
      throw new UserException(
          "a replay memory of "
              + parameters.bufferCapacity()
              + " observations of "
              + environment.observation().flatSize()
              + " numbers is larger than an array can be",
          "algorithm dqn, parameter bufferCapacity",
          "The most is " + Integer.MAX_VALUE / environment.observation().flatSize());
    }
  }

  @Override
  public Task create(LearnerContext context, DqnParameters parameters) {
    check(context.environment(), parameters);
    return new DqnLearner(context, parameters);
  }

  @Override
  public PolicyModel policy(EnvironmentSpec environment, DqnParameters parameters, int batch) {
    check(environment);
    return new DqnGraphs(environment, parameters).policy(batch);
  }

  private static void check(EnvironmentSpec environment) {
    if (!(environment.action() instanceof Space.Discrete)) {
      throw new UserException(
          "dqn chooses among discrete actions, not in " + environment.action(),
          "algorithm dqn",
          "Choose an environment with discrete actions, such as CartPole-v1, or an algorithm for"
              + " real-valued actions, such as ppo");
    }
    if (!(environment.observation() instanceof Space.Box)) {
      throw new UserException(
          "dqn learns from observations in a box, not in " + environment.observation(),
          "algorithm dqn",
          "Choose an environment whose observations are real vectors");
    }
  }
}
