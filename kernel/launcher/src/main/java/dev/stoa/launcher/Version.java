package dev.stoa.launcher;

import java.util.Optional;

/** The version of this build. */
final class Version {
  private Version() {}

  /** As in the jar's manifest; {@code development} when run from loose classes. */
  static String text() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
