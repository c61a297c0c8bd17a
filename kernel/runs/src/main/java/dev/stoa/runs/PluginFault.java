package dev.stoa.runs;

import dev.stoa.run.UserException;

/**
 * A part failed. Made of text alone: the plugin's exception, which would pin its class loader, goes
 * to the run's log as text and is not kept as a cause.
 */
final class PluginFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String trace;

  private PluginFault(String message, String trace) {
    super(message);
    this.trace = trace;
  }

  /** A fault without an exception: the part gave something it must not. */
  static PluginFault of(PartEntry part, String what) {
    return new PluginFault(part.kind.label() + " " + part.label() + " " + what, "");
  }

  /** A fault by an exception that the part threw. */
  static PluginFault of(PartEntry part, String doing, Throwable thrown) {
    if (thrown instanceof PluginFault fault) {
      return fault;
    }
    String said =
        thrown instanceof UserException mistake
            ? mistake.line()
            : thrown.getClass().getName()
                + (thrown.getMessage() == null ? "" : ": " + firstLine(thrown.getMessage()));
    return new PluginFault(
        part.kind.label() + " " + part.label() + " failed " + doing + ": " + said,
        Texts.trace(thrown));
  }

  /** What a part gave, which must not be null. */
  static <T> T required(PartEntry part, String doing, T given) {
    if (given == null) {
      throw of(part, "failed " + doing + ": it returned null");
    }
    return given;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** The stack trace as text; empty when there is none. */
  String trace() {
    return trace;
  }
}
