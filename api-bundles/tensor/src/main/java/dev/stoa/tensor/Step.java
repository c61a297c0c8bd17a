package dev.stoa.tensor;

import java.util.List;

/**
 * What one step of a scan gives.
 *
 * @param carries for the next step, of the types of the carries it took
 * @param outputs of this step, to be stacked
 */
public record Step(List<Tensor> carries, List<Tensor> outputs) {
  /** Takes copies. */
  public Step {
    carries = List.copyOf(carries);
    outputs = List.copyOf(outputs);
  }

  /** A step from its carries and outputs. */
  public static Step of(List<Tensor> carries, List<Tensor> outputs) {
    return new Step(carries, outputs);
  }

  /** A step with one carry. */
  public static Step of(Tensor carry, Tensor... outputs) {
    return new Step(List.of(carry), List.of(outputs));
  }

  /** A step without outputs. */
  public static Step carry(Tensor... carries) {
    return new Step(List.of(carries), List.of());
  }

  /** A step without carries. */
  public static Step output(Tensor... outputs) {
    return new Step(List.of(), List.of(outputs));
  }
}
