package dev.stoa.shell;

import org.apache.felix.service.command.CommandSession;
import org.jline.terminal.Terminal;

/**
 * Ctrl-C while a command runs in the interactive shell. Gogo would end its whole job and print the
 * exception; a command that may be left wants its own thread interrupted, and nothing printed.
 */
final class InterruptKey implements AutoCloseable {
  /** Variable of a session of the interactive shell that holds its terminal. */
  private static final String TERMINAL = ".terminal";

  private final Terminal terminal;
  private final Terminal.SignalHandler before;

  private InterruptKey(Terminal terminal, Thread thread) {
    this.terminal = terminal;
    this.before = terminal.handle(Terminal.Signal.INT, signal -> thread.interrupt());
  }

  /** Runs a command on this thread, which Ctrl-C interrupts where the session has a terminal. */
  static void during(CommandSession session, Runnable command) {
    if (session.get(TERMINAL) == null) {
      command.run();
      return;
    }
    try (InterruptKey key =
        new InterruptKey((Terminal) session.get(TERMINAL), Thread.currentThread())) {
      command.run();
    }
  }

  @Override
  public void close() {
    terminal.handle(Terminal.Signal.INT, before);
  }
}
