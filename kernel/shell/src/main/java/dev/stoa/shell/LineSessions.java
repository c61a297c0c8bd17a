package dev.stoa.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A plain shell of the same commands, for processes in which Gogo does not run. */
final class LineSessions implements Sessions {
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  private final Installation installation;

  LineSessions(Installation installation) {
    this.installation = installation;
  }

  @Override
  public void serve(InputStream in, PrintStream out) throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    Output output = new Output(out, out, false);
    out.print(PROMPT);
    out.flush();
    for (String line = reader.readLine();
        line != null && !Sessions.leaves(line);
        line = reader.readLine()) {
      String[] words = words(line);
      if (words.length > 0) {
        GogoCommands.shell(installation, output, words);
      }
      out.print(PROMPT);
      out.flush();
    }
  }

  /** The words of a line, quotes taken off, with or without the scope {@code stoa:}. */
  static String[] words(String line) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(line);
    while (matcher.find()) {
      int group = matcher.group(1) != null ? 1 : matcher.group(2) != null ? 2 : 3;
      words.add(matcher.group(group));
    }
    if (!words.isEmpty() && words.get(0).startsWith("stoa:")) {
      words.set(0, words.get(0).substring("stoa:".length()));
    }
    return words.toArray(new String[0]);
  }
}
