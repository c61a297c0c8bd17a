package dev.stoa.device.compiler.loops;

/**
 * Vector code that is run on data of no meaning until the virtual machine has compiled it. When
 * that is the case is told from the time that it takes; the time decides only which of two codes
 * with the same bits is used from then on.
 */
public interface Rehearsal {
  /** What a vector operation takes at most in compiled code; in any other code it takes more. */
  long NANOS_PER_OPERATION = 5;

  /** What a call takes at most besides its operations. */
  long NANOS_PER_CALL = 400;

  /** Whether the vector code is used from now on, or never will be. */
  boolean ready();

  /** Runs it once; gives {@link #ready}. */
  boolean rehearse();
}
