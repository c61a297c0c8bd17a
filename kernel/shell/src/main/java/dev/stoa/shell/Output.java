package dev.stoa.shell;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where a command writes: results to standard output, everything else to standard error.
 *
 * @param out standard output
 * @param err standard error
 * @param terminal whether a person looks at it: colours, and a progress line that rewrites itself
 */
record Output(PrintStream out, PrintStream err, boolean terminal) {
  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
  private static final Gson PRETTY =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().setPrettyPrinting().create();

  /** One line of a result. */
  void line(String text) {
    out.println(text);
    out.flush();
  }

  /** One line for a person beside the result. */
  void note(String text) {
    err.println("stoa: " + text);
    err.flush();
  }

  /** One object on one line. */
  void json(Map<String, ?> object) {
    line(GSON.toJson(object));
  }

  /** One document over several lines. */
  void document(Object value) {
    line(PRETTY.toJson(value));
  }

  /** Rows in columns as wide as needed, below a head; nothing but the head when there are none. */
  void table(List<String> head, List<List<String>> rows) {
    int columns = head.size();
    int[] widths = new int[columns];
    for (int c = 0; c < columns; c++) {
      widths[c] = head.get(c).length();
      for (List<String> row : rows) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    line(row(head, widths));
    rows.forEach(row -> line(row(row, widths)));
  }

  private static String row(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < cells.size(); c++) {
      String cell = cells.get(c);
      line.append(cell).append(" ".repeat(widths[c] - cell.length() + 2));
    }
    return line.toString().stripTrailing();
  }

  /** A number as JSON has it: what is no number becomes null. */
  static Double finite(double value) {
    return Double.isFinite(value) ? Double.valueOf(value) : null;
  }

  /** {@code 200,000}. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A return to one decimal; a dash before the first episode. */
  static String reward(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.1f", value);
  }

  /** {@code 8.2 s}, {@code 3 min 05 s}, {@code 2 h 10 min}. */
  static String duration(double seconds) {
    if (seconds < 59.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }
}
