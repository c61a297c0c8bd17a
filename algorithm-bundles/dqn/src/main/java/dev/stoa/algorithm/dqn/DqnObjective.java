package dev.stoa.algorithm.dqn;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;

/** The terms of DQN's loss as pure traced functions. */
final class DqnObjective {
  private DqnObjective() {}

  /**
   * One value per row: {@code values[i, actions[i]]}.
   *
   * @param values {@code [batch, actions]}
   * @param actions int32 {@code [batch]}
   * @return {@code [batch]}
   */
  static Tensor chosen(Tracer tracer, Tensor values, Tensor actions) {
    Tensor wanted = actions.reshape(values.shape().extent(0), 1);
    Tensor here = tracer.iota(values.shape(), 1).eq(wanted);
    return here.select(values, tracer.constant(values.dataType(), 0)).sum(1);
  }

  /**
   * The value of what follows by the target network: {@code max_b Q'(s', b)} (Mnih et al.:
   * "Human-level control through deep reinforcement learning", 2015).
   *
   * @param targetValues of the next observations by the target network, {@code [batch, actions]}
   * @return {@code [batch]}
   */
  static Tensor greatest(Tensor targetValues) {
    return targetValues.maximum(1);
  }

  /**
   * The value of what follows by double Q-learning: {@code Q'(s', argmax_b Q(s', b))}, the lowest
   * index on ties (van Hasselt, Guez, Silver: "Deep reinforcement learning with double Q-learning",
   * AAAI 2016, equation 4 with the two networks of its section on double DQN).
   *
   * @param values of the next observations by the network that learns, {@code [batch, actions]}
   * @param targetValues as {@link #greatest}
   * @return {@code [batch]}
   */
  static Tensor selected(Tracer tracer, Tensor values, Tensor targetValues) {
    return chosen(tracer, targetValues, values.argMax(1));
  }

  /**
   * What a value should have been: {@code r + discount (1 - d) q}, where d is 1 for a terminal
   * transition only. One that was cut off is none: its q is that of the episode's last observation.
   *
   * @param rewards r, {@code [batch]}
   * @param terminated d, 0 or 1, {@code [batch]}
   * @param following q, {@code [batch]}
   * @return {@code [batch]}, a constant to the derivative
   */
  static Tensor target(Tensor rewards, Tensor terminated, Tensor following, double discount) {
    Tensor goesOn = terminated.neg().add(1);
    return rewards.add(goesOn.mul(following).mul(discount)).stopGradient();
  }

  /**
   * The mean loss of temporal-difference errors {@code [batch]}. {@link Loss#SQUARED}: {@code e^2}.
   * {@link Loss#HUBER}: {@code e^2 / 2} up to {@code |e| = 1} and {@code |e| - 1/2} beyond (Huber:
   * "Robust estimation of a location parameter", 1964, with k = 1), so that its slope is the error
   * within [-1, 1].
   */
  static Tensor loss(Loss loss, Tensor errors) {
    return switch (loss) {
      case SQUARED -> errors.square().mean();
      case HUBER -> {
        Tensor size = errors.abs();
        Tensor bounded = size.min(1);
        yield bounded.mul(size.sub(bounded.mul(.5))).mean();
      }
    };
  }
}
