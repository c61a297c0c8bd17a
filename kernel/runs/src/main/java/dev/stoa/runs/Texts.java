package dev.stoa.runs;

import dev.stoa.run.UserException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Small texts. */
final class Texts {
  private Texts() {}

  /** A stack trace as text, which pins no class. */
  static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** What is said of a failure: a user's mistake with place and remedy, otherwise its message. */
  static String line(Throwable thrown) {
    if (thrown instanceof UserException mistake) {
      return mistake.line();
    }
    return thrown.getMessage() == null ? chain(thrown) : thrown.getMessage();
  }

  /** The chain of causes on one line. */
  static String chain(Throwable thrown) {
    StringBuilder line = new StringBuilder();
    int depth = 0;
    // Bounded: a plugin's exceptions may name each other as causes.
    for (Throwable each = thrown; each != null && depth < 20; each = each.getCause()) {
      depth++;
      line.append(line.length() == 0 ? "" : " <- ").append(each.getClass().getSimpleName());
      if (each.getMessage() != null) {
        line.append(": ").append(each.getMessage().lines().findFirst().orElse(""));
      }
    }
    return line.toString();
  }
}
