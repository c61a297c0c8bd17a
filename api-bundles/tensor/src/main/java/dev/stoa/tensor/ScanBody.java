package dev.stoa.tensor;

import java.util.List;

/** One step of a scan, traced once. It may use tensors from outside: they become constants. */
@FunctionalInterface
public interface ScanBody {
  /**
   * Traces the step.
   *
   * @param tracer for constants, gradients, nested scans and random bits of the step
   * @param carries from the step before
   * @param inputs this step's slice of each stacked input, the first axis gone
   */
  Step trace(Tracer tracer, List<Tensor> carries, List<Tensor> inputs);
}
