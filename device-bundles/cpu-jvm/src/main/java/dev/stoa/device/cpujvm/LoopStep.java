package dev.stoa.device.cpujvm;

import dev.stoa.device.cpujvm.loops.Kernel;
import java.util.List;

/** Runs a generated kernel on the arrays of values. */
final class LoopStep implements Step {
  private final Kernel kernel;
  private final Value[] values;
  private final Object[] arrays;
  private final int extent;

  LoopStep(Kernel kernel, List<Value> values, int extent) {
    this.kernel = kernel;
    this.values = values.toArray(Value[]::new);
    this.arrays = new Object[this.values.length];
    this.extent = extent;
  }

  @Override
  public void run() {
    for (int i = 0; i < values.length; i++) {
      arrays[i] = values[i].array();
    }
    kernel.run(arrays, extent);
  }
}
