package dev.stoa.launcher;

/** Ends the process with one line on standard error. */
final class LaunchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Exit code for a mistake of the user. */
  static final int USER = 2;

  /** Exit code for a mistake of ours or of the machine. */
  static final int INTERNAL = 1;

  private final int exitCode;

  private LaunchException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The user gave something that cannot be used. */
  static LaunchException user(String message) {
    return new LaunchException(USER, message);
  }

  /** Something failed that the user has no part in. */
  static LaunchException internal(String message) {
    return new LaunchException(INTERNAL, message);
  }

  int exitCode() {
    return exitCode;
  }
}
