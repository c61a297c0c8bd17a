package dev.stoa.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class RunPhaseTest {
  @Test
  void noPhaseFollowsItselfExceptByParkingStoppingOrFailingAgain() {
    for (RunPhase phase : RunPhase.values()) {
      if (!phase.ended()) {
        assertFalse(phase.next().contains(phase), phase + " follows itself");
      }
    }
  }

  @Test
  void nothingReturnsToNew() {
    for (RunPhase phase : RunPhase.values()) {
      assertFalse(phase.next().contains(RunPhase.NEW), phase + " goes back to NEW");
    }
  }

  @Test
  void everyPhaseCanBeStoppedAndRunsAgainOnlyFromPhasesThatKeepTheState() {
    for (RunPhase phase : RunPhase.values()) {
      assertTrue(phase.next().contains(RunPhase.STOPPED), phase + " cannot be stopped");
    }
  }

  @Test
  void aRunIsDoneOnlyAfterItRan() {
    for (RunPhase phase : RunPhase.values()) {
      assertEquals(phase == RunPhase.RUNNING, phase.next().contains(RunPhase.DONE), phase + "");
    }
  }

  @Test
  void theEndedPhasesAreThoseThatGoOnOnlyWhenTold() {
    EnumSet<RunPhase> ended = EnumSet.noneOf(RunPhase.class);
    for (RunPhase phase : RunPhase.values()) {
      if (phase.ended()) {
        ended.add(phase);
      }
    }
    assertEquals(
        EnumSet.of(RunPhase.PARKED, RunPhase.FAILED, RunPhase.DONE, RunPhase.STOPPED), ended);
  }
}
