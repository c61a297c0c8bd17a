package dev.stoa.shell;

import dev.stoa.run.RunEvent;
import dev.stoa.run.RunStatus;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows how a run goes. Called on one thread. */
interface Progress {
  /** Something happened. */
  void event(RunEvent event);

  /** Nothing happened for a moment. */
  void tick(RunStatus status);

  /** The run has ended; called once, last. */
  void ended(RunStatus status);

  /** The progress that fits the output. */
  static Progress of(Output output, boolean json) {
    LongSupplier clock = System::nanoTime;
    return json ? new JsonProgress(output) : new TextProgress(output, clock);
  }

  /** Tells on standard error what concerns a person and is no measurement. */
  static void tell(Output output, RunEvent event) {
    RunStatus status = event.status();
    String said = event.message().isEmpty() ? status.reason() : event.message();
    String run = "run " + status.name();
    switch (event.kind()) {
      case WARNING -> output.note("warning: " + run + ": " + said);
      case SWAP, CHANGE, PHASE ->
          output.note(
              run
                  + ": "
                  + (said.isEmpty() ? status.phase().name().toLowerCase(Locale.ROOT) : said));
      default -> {
        return;
      }
    }
  }
}
