package dev.stoa.tensor;

import java.util.List;

/** One iteration of a loop, traced once. It may use tensors from outside: they become constants. */
@FunctionalInterface
public interface LoopBody {
  /**
   * Traces the iteration; gives the next carries, of the same types.
   *
   * @param tracer for constants of the iteration
   * @param carries from the iteration before
   */
  List<Tensor> trace(Tracer tracer, List<Tensor> carries);
}
