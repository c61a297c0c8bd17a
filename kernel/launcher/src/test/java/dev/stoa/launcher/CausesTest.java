package dev.stoa.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;

class CausesTest {
  /** As Felix 7.0.5 words it. */
  private static final String UNRESOLVED =
      "Unable to resolve unres [36](R 36.0): missing requirement [unres [36](R 36.0)]"
          + " osgi.wiring.package; (&(osgi.wiring.package=com.nowhere)(version>=1.2.0)"
          + "(!(version>=2.0.0))) Unresolved requirements: [[unres [36](R 36.0)]"
          + " osgi.wiring.package; (&(osgi.wiring.package=com.nowhere)(version>=1.2.0)"
          + "(!(version>=2.0.0)))]";

  @Test
  void aMissingPackageIsNamedWithItsVersions() {
    assertEquals(
        "unres needs package com.nowhere from version 1.2.0 and below 2.0.0,"
            + " which no installed bundle exports",
        Causes.line(new BundleException(UNRESOLVED)));
  }

  @Test
  void ofAChainOfUnresolvedBundlesTheInnermostIsNamed() {
    assertEquals(
        "inner needs package b, which no installed bundle exports",
        Causes.unresolved(
            "Unable to resolve outer [1](R 1.0): missing requirement [outer [1](R 1.0)]"
                + " osgi.wiring.package; (osgi.wiring.package=a) [caused by: Unable to resolve inner"
                + " [2](R 2.0): missing requirement [inner [2](R 2.0)] osgi.wiring.package;"
                + " (osgi.wiring.package=b)] Unresolved requirements: [[outer [1](R 1.0)]"
                + " osgi.wiring.package; (osgi.wiring.package=a)]"));
  }

  @Test
  void aMissingCapabilityThatIsNoPackageIsQuoted() {
    assertEquals(
        "old needs osgi.ee (&(osgi.ee=JavaSE)(version=99)), which nothing installed provides",
        Causes.unresolved(
            "Unable to resolve old [3](R 3.0): missing requirement [old [3](R 3.0)] osgi.ee;"
                + " (&(osgi.ee=JavaSE)(version=99)) Unresolved requirements: [[old [3](R 3.0)]"
                + " osgi.ee; (&(osgi.ee=JavaSE)(version=99))]"));
  }

  @Test
  void causesAreJoinedOnOneLineAndWrappersThatRepeatThemAreLeftOut() {
    Throwable inner = new IOException("disk is\n  full");
    assertEquals("disk is full", Causes.line(new RuntimeException(inner)));
    assertEquals(
        "IllegalStateException: no state: disk is full",
        Causes.line(new IllegalStateException("no state", inner)));
  }

  @Test
  void anExceptionWithoutAMessageIsNamedByItsType() {
    assertEquals("NullPointerException", Causes.line(new NullPointerException()));
  }

  @Test
  void theWrapperOfReflectionIsPassedOver() {
    assertEquals(
        "IllegalStateException: no natives",
        Causes.line(new InvocationTargetException(new IllegalStateException("no natives"))));
  }

  @Test
  void theLogsCopyOfAnExceptionReadsLikeTheOriginal() {
    assertEquals(
        "IllegalStateException: no natives",
        Causes.line(new LogException("java.lang.IllegalStateException: no natives")));
    assertTrue(Causes.ofBundle(new LogException("org.osgi.framework.BundleException: x")));
    assertFalse(Causes.ofBundle(new LogException("java.io.IOException: x")));
  }

  /** Felix Log hands out exceptions of a class of this name in place of the original. */
  private static final class LogException extends Exception {
    private static final long serialVersionUID = 1;

    LogException(String message) {
      super(message);
    }
  }
}
