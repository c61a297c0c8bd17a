package dev.stoa.device.compiler;

/** A piece of a plan: a nest of loops, or one node by itself. */
sealed interface Unit permits Loop, Unit.Single {
  /** One node that is not a loop. */
  record Single(int node) implements Unit {}
}
