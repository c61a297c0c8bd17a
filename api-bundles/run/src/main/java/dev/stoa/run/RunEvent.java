package dev.stoa.run;

import java.util.Map;

/**
 * What happened to a run. Only data: no object of a plugin is in it.
 *
 * @param kind what happened
 * @param status the run at that moment
 * @param message one line for a person; may be empty
 * @param values metrics of a {@link Kind#REPORT}; {@code return} and {@code length} of an {@link
 *     Kind#EPISODE}; seconds of the {@code pause} of a swap or a change; otherwise empty
 */
public record RunEvent(Kind kind, RunStatus status, String message, Map<String, Double> values) {
  /** Kinds of events. */
  public enum Kind {
    /** The first step is about to be taken, or the first after a resumption. */
    STARTED,
    /** Metrics were recorded. */
    REPORT,
    /** An episode ended. */
    EPISODE,
    /** The state is safe on disk. */
    CHECKPOINT,
    /** A part was exchanged. */
    SWAP,
    /** Parameters were set. */
    CHANGE,
    /** The phase changed without starting or ending: suspended, waiting. */
    PHASE,
    /** Something a user should know. */
    WARNING,
    /** The run reached a phase that {@link RunPhase#ended()}. */
    ENDED
  }

  /** Takes a copy of the values. */
  public RunEvent {
    values = Map.copyOf(values);
  }
}
