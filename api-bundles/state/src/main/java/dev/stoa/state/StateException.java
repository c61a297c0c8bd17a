package dev.stoa.state;

/** A state that cannot be taken, written or read: missing name, wrong type, damaged file. */
public class StateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the entry or the file and what would be right. */
  public StateException(String message) {
    super(message);
  }

  /** With a message and the failure below it. */
  public StateException(String message, Throwable cause) {
    super(message, cause);
  }
}
