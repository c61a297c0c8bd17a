package dev.stoa.algorithm.dqn;

import dev.stoa.lib.networks.Activation;
import dev.stoa.run.Parameter;

/** Parameters of DQN. The defaults are those of RL Baselines3 Zoo for CartPole-v1, 50,000 steps. */
public @interface DqnParameters {
  /** Copies of the environment. */
  @Parameter(help = "Copies of the environment, stepped together", min = 1, max = 65536)
  int environments() default 1;

  /** Transitions remembered. */
  @Parameter(
      help = "Transitions that the replay memory holds; beyond them the oldest is replaced",
      min = 1,
      max = 1073741824)
  int bufferCapacity() default 100_000;

  /** Transitions before learning. */
  @Parameter(
      help = "Transitions taken with uniform random actions; learning begins after them",
      min = 0,
      max = 1e15,
      changeable = true)
  long learningStarts() default 1000;

  /** Transitions between phases of updates. */
  @Parameter(
      help =
          "Transitions between two phases of updates; at most one phase follows a step of all"
              + " copies",
      min = 1,
      max = 1073741824,
      changeable = true)
  int trainFrequency() default 256;

  /** Gradient steps per phase. */
  @Parameter(help = "Gradient steps in a phase of updates", min = 1, max = 1e6, changeable = true)
  int gradientSteps() default 128;

  /** Transitions per gradient step. */
  @Parameter(
      help = "Transitions per gradient step, drawn uniformly and with replacement",
      min = 1,
      max = 1048576)
  int batchSize() default 64;

  /** Step size. */
  @Parameter(help = "Step size of Adam", min = 0, max = 1, changeable = true)
  double learningRate() default 2.3e-3;

  /** Discount. */
  @Parameter(help = "Discount factor per step", min = 0, max = 1, changeable = true)
  double discount() default .99;

  /** Transitions between renewals of the target network. */
  @Parameter(
      help =
          "Transitions between two renewals of the target network; at most one follows a step of"
              + " all copies",
      min = 1,
      max = 1073741824,
      changeable = true)
  int targetFrequency() default 10;

  /** Share of the network in a renewal. */
  @Parameter(
      help = "Tau: how far a renewal moves the target network to the network; 1 copies it",
      min = 0,
      max = 1,
      changeable = true)
  double tau() default 1;

  /** Whether the network itself selects the target's action. */
  @Parameter(
      help = "Double DQN: the network selects the action that the target network values",
      changeable = true)
  boolean doubleQ() default false;

  /** Loss of a temporal-difference error. */
  @Parameter(
      help =
          "Loss of a temporal-difference error: its square, or half of it up to 1 and linear beyond",
      changeable = true)
  Loss loss() default Loss.HUBER;

  /** Gradient bound. */
  @Parameter(
      help = "Greatest global norm of the gradient",
      min = 1e-9,
      max = 1e9,
      changeable = true)
  double maxGradientNorm() default 10;

  /** Exploration at the beginning. */
  @Parameter(
      help = "Probability of a uniform random action at the beginning",
      min = 0,
      max = 1,
      changeable = true)
  double initialEpsilon() default 1;

  /** Exploration at the end. */
  @Parameter(
      help = "Probability of a uniform random action at the end of exploration, and from there on",
      min = 0,
      max = 1,
      changeable = true)
  double finalEpsilon() default .04;

  /** Share of the run over which exploration falls. */
  @Parameter(
      help = "Share of the schedule's steps over which that probability goes to its end, linearly",
      min = 0,
      max = 1,
      changeable = true)
  double explorationFraction() default .16;

  /** Hidden widths. */
  @Parameter(help = "Widths of the hidden layers", min = 1, max = 65536)
  int[] hidden() default {256, 256};

  /** Non-linearity. */
  @Parameter(help = "Non-linearity of the hidden layers")
  Activation activation() default Activation.RELU;
}
