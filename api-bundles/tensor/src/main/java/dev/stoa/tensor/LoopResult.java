package dev.stoa.tensor;

import java.util.List;

/**
 * What a loop gives.
 *
 * @param carries after the last iteration
 * @param iterations how many were made, an int32 scalar
 */
public record LoopResult(List<Tensor> carries, Tensor iterations) {
  /** Takes a copy. */
  public LoopResult {
    carries = List.copyOf(carries);
  }

  /** One carry after the last iteration. */
  public Tensor carry(int position) {
    return carries.get(position);
  }
}
