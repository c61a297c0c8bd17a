package dev.stoa.device.compiler;

import dev.stoa.device.compiler.loops.Rehearsal;
import java.util.List;

/** One piece of a plan: reads and writes the arrays that its values are bound to. */
@FunctionalInterface
interface Step {
  void run();

  /** Vector code that it will use once that is compiled. */
  default List<Rehearsal> rehearsals() {
    return List.of();
  }

  /** This step after something that is to be done before each run of it. */
  default Step after(Runnable first) {
    Step step = this;
    return new Step() {
      @Override
      public void run() {
        first.run();
        step.run();
      }

      @Override
      public List<Rehearsal> rehearsals() {
        return step.rehearsals();
      }
    };
  }
}
