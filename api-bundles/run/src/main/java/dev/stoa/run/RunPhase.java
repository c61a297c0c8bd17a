package dev.stoa.run;

import java.util.EnumSet;
import java.util.Set;

/** The states of a run's life and the transitions between them. */
public enum RunPhase {
  /** Created; its first step has not begun. */
  NEW,
  /** Its thread steps. */
  RUNNING,
  /** A part left: the state is in memory, the thread has ended. Goes on when all parts are back. */
  SUSPENDED,
  /** As SUSPENDED, the state being on disk. Goes on when all parts are back. */
  WAITING,
  /** Set aside by the user or by a shutdown; the state is on disk. Goes on when told to. */
  PARKED,
  /** Ended by an error; the last kept state is on disk. Goes on when told to. */
  FAILED,
  /** The budget is used. Goes on when given more. */
  DONE,
  /** Ended by the user before its budget. Goes on when told to. */
  STOPPED;

  /** The phases that may follow this one. */
  public Set<RunPhase> next() {
    return switch (this) {
      case NEW -> EnumSet.of(RUNNING, WAITING, SUSPENDED, PARKED, FAILED, STOPPED);
      case RUNNING -> EnumSet.of(SUSPENDED, WAITING, PARKED, FAILED, DONE, STOPPED);
      case SUSPENDED -> EnumSet.of(RUNNING, WAITING, PARKED, FAILED, STOPPED);
      case WAITING -> EnumSet.of(RUNNING, PARKED, FAILED, STOPPED);
      case PARKED, FAILED, DONE, STOPPED -> EnumSet.of(RUNNING, WAITING, PARKED, FAILED, STOPPED);
    };
  }

  /** Whether a run in this phase goes on only when told to. */
  public boolean ended() {
    return this == PARKED || this == FAILED || this == DONE || this == STOPPED;
  }
}
