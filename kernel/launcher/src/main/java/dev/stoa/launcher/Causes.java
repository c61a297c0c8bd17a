package dev.stoa.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.BundleException;

/** Throwables as one line of text. */
final class Causes {
  private static final Pattern MISSING =
      Pattern.compile(
          "Unable to resolve (\\S+) \\[[^\\]]*\\]\\([^)]*\\): missing requirement \\[.*?\\]"
              + "(?:\\([^)]*\\)\\])? ([\\w.]+); (\\(.*?\\))(?= \\[caused by|\\s+Unresolved|\\]|\\s*$)");
  private static final Pattern TYPE_AND_MESSAGE =
      Pattern.compile("(?:[\\w$]+\\.)*([\\w$]+)(?:: (.*))?", Pattern.DOTALL);
  // Their messages say all: the type would add nothing for a reader.
  private static final Set<String> PLAIN =
      Set.of("BundleException", "IOException", "LaunchException", "UserException");
  // Wraps what a component threw and says nothing itself.
  private static final String REFLECTION = "java.lang.reflect.InvocationTargetException";
  private static final Pattern PACKAGE = Pattern.compile("osgi\\.wiring\\.package=([^)]+)\\)");
  private static final Pattern FROM = Pattern.compile("(?<!\\(!\\()\\(version>=([^)]+)\\)");
  private static final Pattern BELOW = Pattern.compile("\\(!\\(version>=([^)]+)\\)\\)");

  private Causes() {}

  /** The throwable and its causes, outermost first, without stack traces; each sentence once. */
  static String line(Throwable throwable) {
    List<String> parts = new ArrayList<>();
    for (Throwable cause = throwable; cause != null && parts.size() < 8; cause = cause.getCause()) {
      if (cause.getCause() != null && described(cause).startsWith(REFLECTION)) {
        continue;
      }
      String text = text(cause);
      // Wrappers repeat the text of what they wrap: the inner one says it better.
      if (!parts.isEmpty() && parts.get(parts.size() - 1).endsWith(text)) {
        continue;
      }
      if (cause.getCause() != null && text.endsWith(cause.getCause().toString())) {
        continue;
      }
      parts.add(text);
    }
    return oneLine(String.join(": ", parts));
  }

  /** Text without line breaks. */
  static String oneLine(String text) {
    return text.replaceAll("\\s*[\\r\\n]+\\s*", " ").strip();
  }

  /** Whether a bundle could not be resolved, started or installed. */
  static boolean ofBundle(Throwable throwable) {
    return throwable != null && described(throwable).startsWith(BundleException.class.getName());
  }

  private static String text(Throwable throwable) {
    Matcher parts = TYPE_AND_MESSAGE.matcher(described(throwable));
    if (!parts.matches()) {
      return described(throwable);
    }
    String type = parts.group(1);
    String message = parts.group(2) == null ? "" : parts.group(2).strip();
    if (message.isEmpty()) {
      return type;
    }
    return PLAIN.contains(type) ? unresolved(message) : type + ": " + message;
  }

  /** Type and message; the OSGi log hands out copies that carry both in their message. */
  private static String described(Throwable throwable) {
    String message = throwable.getMessage();
    boolean copy = throwable.getClass().getSimpleName().equals("LogException");
    return copy && message != null ? message : throwable.toString();
  }

  /**
   * The framework's account of an unresolved bundle, said plainly; any other text unchanged. Where
   * one bundle fails because of another, the innermost one is the cause.
   */
  static String unresolved(String message) {
    Matcher missing = MISSING.matcher(message);
    String said = message;
    while (missing.find()) {
      said = missing.group(1) + " needs " + requirement(missing.group(2), missing.group(3));
    }
    return said;
  }

  private static String requirement(String namespace, String filter) {
    Matcher name = PACKAGE.matcher(filter);
    if (!namespace.equals("osgi.wiring.package") || !name.find()) {
      return namespace + " " + filter + ", which nothing installed provides";
    }
    Matcher from = FROM.matcher(filter);
    Matcher below = BELOW.matcher(filter);
    String version = from.find() ? " from version " + from.group(1) : "";
    if (below.find()) {
      version += (version.isEmpty() ? " " : " and ") + "below " + below.group(1);
    }
    return "package " + name.group(1) + version + ", which no installed bundle exports";
  }
}
