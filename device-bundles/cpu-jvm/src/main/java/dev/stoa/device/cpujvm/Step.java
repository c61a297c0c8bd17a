package dev.stoa.device.cpujvm;

import dev.stoa.device.cpujvm.loops.Rehearsal;
import java.util.List;

/** One piece of a plan: reads and writes the arrays that its values are bound to. */
@FunctionalInterface
interface Step {
  void run();

  /** Vector code that it will use once that is compiled. */
  default List<Rehearsal> rehearsals() {
    return List.of();
  }
}
