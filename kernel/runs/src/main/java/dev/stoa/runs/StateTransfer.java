package dev.stoa.runs;

import dev.stoa.state.State;
import dev.stoa.state.StateException;
import dev.stoa.state.StateMigration;
import dev.stoa.state.StateSchema;

/** Brings a saved state into the form that a component takes. */
final class StateTransfer {
  private StateTransfer() {}

  /**
   * The state itself when its schema is the wanted one, else what the new component's migration
   * makes of it.
   *
   * @throws StateException when there is no migration, or it gave another schema
   */
  static State migrated(State saved, StateSchema wanted, Object component, PartEntry part) {
    if (saved.schema().equals(wanted)) {
      return saved;
    }
    if (!(component instanceof StateMigration migration)) {
      throw new StateException(
          "the state has schema "
              + saved.schema()
              + ", "
              + part.label()
              + " takes "
              + wanted
              + " and offers no migration");
    }
    State moved = migration.migrate(saved);
    if (moved == null || !moved.schema().equals(wanted)) {
      throw new StateException(
          "the migration of "
              + saved.schema()
              + " gave "
              + (moved == null ? "nothing" : moved.schema())
              + ", not "
              + wanted);
    }
    return moved;
  }
}
