package dev.stoa.tensor;

import java.util.List;

/** Whether a loop goes on, traced once. It may use tensors from outside: they become constants. */
@FunctionalInterface
public interface LoopCondition {
  /**
   * Traces the condition, a bool scalar.
   *
   * @param tracer for constants of the condition
   * @param carries from the iteration before
   */
  Tensor trace(Tracer tracer, List<Tensor> carries);
}
