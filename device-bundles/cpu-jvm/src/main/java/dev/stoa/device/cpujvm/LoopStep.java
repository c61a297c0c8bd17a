package dev.stoa.device.cpujvm;

import dev.stoa.device.cpujvm.loops.Kernels;
import dev.stoa.device.cpujvm.loops.LoopKernel;
import dev.stoa.device.cpujvm.loops.Nest;
import dev.stoa.device.cpujvm.loops.Rehearsal;
import java.util.List;

/** Runs a generated kernel on the arrays of values. */
final class LoopStep implements Step {
  private final LoopKernel kernel;
  private final Value[] values;
  private final Object[] arrays;
  private int extent;
  private final Nest nest;

  LoopStep(Kernels kernels, Nest nest, List<Value> values, int extent) {
    this.kernel = kernels.kernel(nest);
    this.nest = nest;
    this.values = values.toArray(Value[]::new);
    this.arrays = new Object[this.values.length];
    this.extent = extent;
  }

  /** Ends the outermost loop of the next runs at another extent. */
  void end(int extent) {
    this.extent = extent;
  }

  @Override
  public List<Rehearsal> rehearsals() {
    return List.of(kernel);
  }

  @Override
  public void run() {
    for (int i = 0; i < values.length; i++) {
      arrays[i] = values[i].array();
    }
    kernel.run(arrays, extent);
  }

  @Override
  public String toString() {
    return "loop over " + extent + " " + nest;
  }
}
