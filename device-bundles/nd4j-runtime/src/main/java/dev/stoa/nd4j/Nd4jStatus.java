package dev.stoa.nd4j;

/**
 * Whether ND4J works here, and which.
 *
 * @param ready whether it is loaded
 * @param reason why not, with the remedy; empty when ready
 * @param fingerprint all that the bits of ND4J's results depend on: versions, natives, processor;
 *     empty when not ready
 * @param memoryBytes memory of the machine; 0 when not ready
 */
public record Nd4jStatus(boolean ready, String reason, String fingerprint, long memoryBytes) {
  /** ND4J works. */
  public static Nd4jStatus ready(String fingerprint, long memoryBytes) {
    return new Nd4jStatus(true, "", fingerprint, memoryBytes);
  }

  /** ND4J does not work. */
  public static Nd4jStatus unavailable(String reason) {
    return new Nd4jStatus(false, reason, "", 0);
  }
}
