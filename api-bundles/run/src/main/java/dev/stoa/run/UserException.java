package dev.stoa.run;

/**
 * A user's mistake: one line that says what is wrong, where it came from and what would be right. It
 * is shown without a stack trace, and the command line exits with 2.
 */
public class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String place;
  private final String remedy;

  /**
   * A mistake with its place and remedy.
   *
   * @param message what is wrong
   * @param place where it came from: file and key, option, bundle and version; may be empty
   * @param remedy what would be right; may be empty
   */
  public UserException(String message, String place, String remedy) {
    super(message);
    this.place = place;
    this.remedy = remedy;
  }

  /** Where the mistake came from; may be empty. */
  public String place() {
    return place;
  }

  /** What would be right; may be empty. */
  public String remedy() {
    return remedy;
  }

  /** The one line that is shown: message, place in brackets, remedy. */
  public String line() {
    StringBuilder line = new StringBuilder(getMessage());
    if (!place.isEmpty()) {
      line.append(" (").append(place).append(')');
    }
    if (!remedy.isEmpty()) {
      line.append(". ").append(remedy);
    }
    return line.toString();
  }
}
