package dev.stoa.run;

/**
 * A finished episode.
 *
 * @param totalReward the undiscounted return
 * @param length number of transitions
 */
public record Episode(double totalReward, int length) {}
