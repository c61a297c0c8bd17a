package dev.stoa.run;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Registered as a service, hears of every run; a property {@link #RUN} narrows it to one. Called on
 * a thread of its own through a bounded queue: it can neither stall nor fail a run. Episodes and
 * reports are dropped, and counted, when the queue is full; the other kinds never are.
 */
@ConsumerType
public interface RunListener {
  /** Service property: name of the only run to hear of. */
  String RUN = "stoa.run";

  /**
   * Something happened.
   *
   * @param run may be used to ask for a stop, a checkpoint and so on
   */
  void event(Run run, RunEvent event);
}
