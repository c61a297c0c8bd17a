package dev.stoa.run;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A user's mistake: one line that says what is wrong, where it came from and what would be right.
 * It is shown without a stack trace, and the command line exits with 2.
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

  /**
   * An unknown name: the message names the three nearest that are known.
   *
   * @param kind what the name is of: {@code algorithm}, {@code key of algorithm ppo}
   * @param given as written
   * @param known what would be right
   * @param place where it came from; may be empty
   */
  public static UserException unknown(
      String kind, String given, Collection<String> known, String place) {
    String remedy = nearest(given, known);
    return new UserException("unknown " + kind + " '" + given + "'", place, remedy);
  }

  /** A remedy for an unknown name: the nearest three of those that are known, or all when few. */
  public static String nearest(String given, Collection<String> known) {
    if (known.isEmpty()) {
      return "There is none";
    }
    List<String> nearest =
        known.stream()
            .sorted(
                Comparator.comparingInt((String each) -> distance(given, each))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(3)
            .toList();
    return (nearest.size() < known.size() ? "Nearest: " : "Known: ") + String.join(", ", nearest);
  }

  /** Levenshtein's edit distance, letter case aside. */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
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
