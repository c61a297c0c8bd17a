package dev.stoa.shell;

/** Failures as text. */
final class Causes {
  private Causes() {}

  /** The chain of causes on one line: {@code Class: message <- Class: message}. */
  static String line(Throwable failure) {
    StringBuilder line = new StringBuilder();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      String message =
          each.getMessage() == null ? "" : ": " + each.getMessage().lines().findFirst().orElse("");
      line.append(line.length() == 0 ? "" : " <- ")
          .append(each.getClass().getSimpleName())
          .append(message);
    }
    return line.toString();
  }
}
