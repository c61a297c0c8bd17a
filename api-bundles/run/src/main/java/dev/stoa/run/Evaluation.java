package dev.stoa.run;

/**
 * The result of an evaluation.
 *
 * @param episodes number of episodes played
 * @param mean mean return
 * @param standardError standard deviation of the returns (n - 1) over the root of n; 0 for one
 *     episode
 * @param min least return
 * @param max greatest return
 * @param deterministic whether the likeliest action was taken
 */
public record Evaluation(
    int episodes,
    double mean,
    double standardError,
    double min,
    double max,
    boolean deterministic) {}
