package dev.stoa.nd4j.internal;

import java.io.IOException;

/** The bundle itself is at fault, not the place that its natives are written to. */
final class DamagedBundleException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedBundleException(String jar, String what, Exception cause) {
    super(
        "natives/"
            + jar
            + " in the bundle dev.stoa.nd4j is damaged ("
            + what
            + "). Install it anew",
        cause);
  }
}
