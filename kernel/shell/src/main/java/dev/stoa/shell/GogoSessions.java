package dev.stoa.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;

/** Sessions of the Gogo shell. The class is loaded only where Gogo runs. */
final class GogoSessions implements Sessions {
  private final CommandProcessor processor;

  private GogoSessions(CommandProcessor processor) {
    this.processor = processor;
  }

  /** Sessions on Gogo's command processor. */
  static Sessions on(Object processor) {
    return new GogoSessions((CommandProcessor) processor);
  }

  @Override
  public void serve(InputStream in, PrintStream out) throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    try (CommandSession session = processor.createSession(in, out, out)) {
      session.put("SCOPE", "stoa:gogo:*");
      out.print(PROMPT);
      out.flush();
      for (String line = reader.readLine();
          line != null && !Sessions.leaves(line);
          line = reader.readLine()) {
        if (!line.isBlank()) {
          execute(session, line, out);
        }
        out.print(PROMPT);
        out.flush();
      }
    }
  }

  private static void execute(CommandSession session, String line, PrintStream out) {
    try {
      Object result = session.execute(line);
      if (result != null) {
        out.println(session.format(result, Converter.INSPECT));
      }
    } catch (Exception e) {
      // Gogo lets a command throw what it likes; the session goes on whatever it was.
      out.println("stoa: " + (e.getMessage() == null ? Causes.line(e) : e.getMessage()));
    }
  }
}
