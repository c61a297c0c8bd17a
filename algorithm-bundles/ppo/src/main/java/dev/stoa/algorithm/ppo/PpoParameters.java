package dev.stoa.algorithm.ppo;

import dev.stoa.lib.networks.Activation;
import dev.stoa.run.Parameter;

/** Parameters of PPO. The defaults are those of RL Baselines3 Zoo for CartPole-v1. */
public @interface PpoParameters {
  /** Copies of the environment. */
  @Parameter(help = "Copies of the environment, stepped together", min = 1, max = 65536)
  int environments() default 8;

  /** Steps per copy between updates. */
  @Parameter(help = "Steps of each copy between two phases of updates", min = 1, max = 1048576)
  int rolloutSteps() default 32;

  /** Passes over a rollout. */
  @Parameter(
      help = "Passes over each rollout's transitions",
      min = 1,
      max = 1000,
      changeable = true)
  int epochs() default 20;

  /** Transitions per gradient step. */
  @Parameter(
      help = "Transitions per gradient step; divides environments x rolloutSteps",
      min = 1,
      max = 16777216)
  int minibatchSize() default 256;

  /** Step size at the beginning. */
  @Parameter(help = "Step size of Adam at the beginning", min = 0, max = 1, changeable = true)
  double learningRate() default 1e-3;

  /** Whether the step size falls. */
  @Parameter(
      help = "Whether the step size falls linearly to 0 over the schedule's steps",
      changeable = true)
  boolean annealLearningRate() default true;

  /** Discount. */
  @Parameter(help = "Discount factor per step", min = 0, max = 1, changeable = true)
  double discount() default .98;

  /** Decay of the advantage estimator. */
  @Parameter(
      help = "Lambda of generalised advantage estimation: 0 one-step, 1 the whole return",
      min = 0,
      max = 1,
      changeable = true)
  double gaeLambda() default .8;

  /** Clip range. */
  @Parameter(
      help = "How far the probability ratio may leave 1 before its gradient vanishes",
      min = 1e-6,
      max = 10,
      changeable = true)
  double clipRange() default .2;

  /** Whether the clip range falls. */
  @Parameter(
      help = "Whether the clip range falls linearly to 0 over the schedule's steps",
      changeable = true)
  boolean annealClipRange() default true;

  /** Whether the value loss is clipped. */
  @Parameter(
      help = "Whether the value may leave its old estimate by clipRange only",
      changeable = true)
  boolean clipValue() default false;

  /** Weight of the entropy. */
  @Parameter(help = "Weight of the entropy bonus", min = 0, max = 100, changeable = true)
  double entropyCoefficient() default 0;

  /** Weight of the value loss. */
  @Parameter(
      help = "Weight of the value loss, half the mean squared error",
      min = 0,
      max = 100,
      changeable = true)
  double valueCoefficient() default 1;

  /** Gradient bound. */
  @Parameter(
      help = "Greatest global norm of the gradient",
      min = 1e-9,
      max = 1e9,
      changeable = true)
  double maxGradientNorm() default .5;

  /** Whether advantages are normalised. */
  @Parameter(
      help = "Whether advantages are brought to mean 0 and deviation 1 in each minibatch",
      changeable = true)
  boolean normalizeAdvantages() default true;

  /** Bound on the divergence. */
  @Parameter(
      help =
          "Ends the epochs of a rollout after one whose mean approximate KL divergence is greater;"
              + " 0 for never",
      min = 0,
      max = 1000,
      changeable = true)
  double targetKl() default 0;

  /** Whether a time limit is bootstrapped over. */
  @Parameter(
      help = "Whether the value of the last observation counts where an episode was cut off",
      changeable = true)
  boolean bootstrapOnTruncation() default true;

  /** Whether observations are normalised. */
  @Parameter(help = "Whether observations are normalised by running mean and deviation")
  boolean normalizeObservations() default false;

  /** Clip range of observations. */
  @Parameter(help = "Bound of a normalised observation", min = 1e-3, max = 1e6, changeable = true)
  double observationClip() default 10;

  /** Whether rewards are normalised. */
  @Parameter(help = "Whether rewards are divided by the running deviation of the discounted return")
  boolean normalizeRewards() default false;

  /** Clip range of rewards. */
  @Parameter(help = "Bound of a normalised reward", min = 1e-3, max = 1e6, changeable = true)
  double rewardClip() default 10;

  /** Hidden widths. */
  @Parameter(
      help = "Widths of the hidden layers, of policy and value network alike",
      min = 1,
      max = 65536)
  int[] hidden() default {64, 64};

  /** Non-linearity. */
  @Parameter(help = "Non-linearity of the hidden layers")
  Activation activation() default Activation.TANH;

  /** First standard deviation. */
  @Parameter(
      help = "First logarithm of the standard deviation of continuous actions",
      min = -20,
      max = 5)
  double logStandardDeviation() default 0;
}
