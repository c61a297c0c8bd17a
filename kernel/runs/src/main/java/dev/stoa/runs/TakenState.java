package dev.stoa.runs;

import dev.stoa.state.State;

/**
 * A run at a swap point, to begin another from.
 *
 * @param plan what it was then
 * @param budget transitions after which it ends
 * @param state its whole state
 */
record TakenState(RunPlan plan, long budget, State state) {}
