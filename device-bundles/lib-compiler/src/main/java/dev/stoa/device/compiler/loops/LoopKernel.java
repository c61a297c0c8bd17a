package dev.stoa.device.compiler.loops;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The kernel of a nest: plain loops from the first call on, the same on vectors, with the same
 * bits, once the virtual machine has compiled them. Vector code that is not compiled yet is some
 * hundred times slower than plain loops; until then it is only called on small arrays of its own,
 * by {@link #rehearse}. Safe for use by several threads.
 */
public final class LoopKernel implements Rehearsal {
  private Kernel kernel;

  /** The kernel on vectors with small arrays; null when there is nothing more to come. */
  private Supplier<Optional<NestRehearsal>> later;

  private NestRehearsal rehearsal;

  LoopKernel(Kernel kernel, Supplier<Optional<NestRehearsal>> later) {
    this.kernel = kernel;
    this.later = later;
  }

  /** Runs the loops once; see {@link Kernel#run}. */
  public void run(Object[] arrays, int from, int to) {
    kernel.run(arrays, from, to);
  }

  @Override
  public synchronized boolean ready() {
    return later == null;
  }

  @Override
  public synchronized boolean rehearse() {
    if (later == null) {
      return true;
    }
    if (rehearsal == null) {
      Optional<NestRehearsal> made = later.get();
      if (made.isEmpty()) {
        later = null;
        return true;
      }
      rehearsal = made.get();
    }
    if (!rehearsal.rehearse()) {
      return false;
    }
    kernel = rehearsal.kernel();
    later = null;
    rehearsal = null;
    return true;
  }
}
