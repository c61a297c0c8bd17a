package dev.stoa.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;

/** Reads commands from a stream until it ends. */
interface Sessions {
  /** What a shell shows before it reads. */
  String PROMPT = "stoa> ";

  /**
   * Serves one client; returns when it leaves.
   *
   * @throws IOException when the connection breaks
   */
  void serve(InputStream in, PrintStream out) throws IOException;

  /** Whether a line asks to leave. */
  static boolean leaves(String line) {
    return switch (line.strip()) {
      case "exit", "quit", "bye" -> true;
      default -> false;
    };
  }
}
