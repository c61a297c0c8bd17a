package dev.stoa.conformance;

/**
 * How much is checked: what fits into every build, or, with the system property {@code
 * stoa.conformance=full}, everything.
 */
final class Extent {
  private Extent() {}

  static boolean full() {
    return "full".equals(System.getProperty("stoa.conformance"));
  }

  /** One of two numbers. */
  static int of(int fast, int full) {
    return full() ? full : fast;
  }
}
