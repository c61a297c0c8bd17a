package dev.stoa.device.cpujvm;

/** One piece of a plan: reads and writes the arrays that its values are bound to. */
@FunctionalInterface
interface Step {
  void run();
}
