package dev.stoa.environment;

/** When an environment's state can be saved and restored. */
public enum Snapshot {
  /** After any step, to the bit. */
  EXACT,
  /** When an episode has just ended in every copy. */
  EPISODE,
  /** Never: a restored run starts new episodes. */
  NONE
}
