package dev.stoa.tensor;

import java.util.List;

/**
 * What a scan gives.
 *
 * @param carries after the last step
 * @param outputs of all steps, {@code [length, ...]}
 */
public record ScanResult(List<Tensor> carries, List<Tensor> outputs) {
  /** Takes copies. */
  public ScanResult {
    carries = List.copyOf(carries);
    outputs = List.copyOf(outputs);
  }

  /** One carry after the last step. */
  public Tensor carry(int position) {
    return carries.get(position);
  }

  /** One output of all steps, {@code [length, ...]}. */
  public Tensor output(int position) {
    return outputs.get(position);
  }
}
