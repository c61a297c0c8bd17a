package dev.stoa.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Names close to a mistyped one. */
final class Nearest {
  private static final int COUNT = 3;

  private Nearest() {}

  /** {@code Nearest: a, b, c.} for the closest three by edit distance, case ignored. */
  static String remedy(String unknown, Collection<String> known) {
    if (known.isEmpty()) {
      return "It takes none.";
    }
    String wanted = unknown.toLowerCase(Locale.ROOT);
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    List<String> nearest =
        known.stream()
            .sorted(
                Comparator.comparingInt(
                        (String name) -> distance.apply(wanted, name.toLowerCase(Locale.ROOT)))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(COUNT)
            .toList();
    return "Nearest: " + String.join(", ", nearest);
  }
}
