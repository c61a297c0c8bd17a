package dev.stoa.shell;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Words close to a mistyped one. */
final class Suggestions {
  private static final int COUNT = 3;

  private Suggestions() {}

  /** The nearest three that a slip of the fingers explains: at most half of the word is wrong. */
  static List<String> nearest(String typed, Collection<String> known) {
    String wanted = typed.toLowerCase(Locale.ROOT);
    int limit = Math.max(1, typed.length() / 2);
    return known.stream()
        .filter(word -> distance(wanted, word.toLowerCase(Locale.ROOT)) <= limit)
        .sorted(Comparator.comparingInt(word -> distance(wanted, word.toLowerCase(Locale.ROOT))))
        .limit(COUNT)
        .toList();
  }

  /** Levenshtein's edit distance, row by row. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
