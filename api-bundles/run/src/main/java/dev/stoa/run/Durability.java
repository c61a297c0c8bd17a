package dev.stoa.run;

/**
 * When the state of a run goes to disk by itself, and which checkpoints stay beside the latest.
 * Values are checked when the run is started.
 *
 * @param checkpointSteps transitions after the last checkpoint at which the next is due, at least 1
 * @param checkpointSeconds seconds after the last checkpoint at which the next is due, at least 1
 * @param keep how many checkpoints stay besides the latest; 0 for none
 * @param keepEvery a checkpoint is due at every multiple of so many transitions, and stays for
 *     good; 0 for never
 */
public record Durability(long checkpointSteps, long checkpointSeconds, long keep, long keepEvery) {
  /** Every 50,000 transitions or 30 seconds, whichever comes first; the latest alone stays. */
  public static final Durability STANDARD = new Durability(50_000, 30, 0, 0);

  /** With another number of transitions between checkpoints. */
  public Durability withCheckpointSteps(long value) {
    return new Durability(value, checkpointSeconds, keep, keepEvery);
  }

  /** With another time between checkpoints, in seconds. */
  public Durability withCheckpointSeconds(long value) {
    return new Durability(checkpointSteps, value, keep, keepEvery);
  }

  /** With another number of checkpoints that stay besides the latest. */
  public Durability withKeep(long value) {
    return new Durability(checkpointSteps, checkpointSeconds, value, keepEvery);
  }

  /** With another distance, in transitions, between checkpoints that stay for good. */
  public Durability withKeepEvery(long value) {
    return new Durability(checkpointSteps, checkpointSeconds, keep, value);
  }
}
