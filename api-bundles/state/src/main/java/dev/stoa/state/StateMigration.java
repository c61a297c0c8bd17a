package dev.stoa.state;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Carries states of older schemas over to the present one. Implemented by the new component beside
 * its factory interface; works on an immutable state and returns a new one.
 */
@ConsumerType
public interface StateMigration {
  /**
   * The same content in the present schema.
   *
   * @throws StateException when that state cannot be carried over; the message is shown to the user
   */
  State migrate(State older);
}
