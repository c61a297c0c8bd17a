package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A loop of a fixed number of steps. Operands: initial carries, stacked inputs {@code [length,
 * ...]}, constants. Results: final carries, stacked outputs {@code [length, ...]}. Of no steps the
 * final carries are the initial ones. If it is bounded, {@code length} is the capacity: as many
 * steps are made as bounded tensors have rows, and so many rows of stacked inputs taken and of
 * stacked outputs given. {@link Tracer#scan} makes it.
 *
 * @param body takes the carries, one slice {@code [...]} of each stacked input and the constants;
 *     gives the next carries, of the same types, and one slice of each stacked output
 * @param carries how many
 * @param stacked how many stacked inputs
 * @param length number of steps
 * @param reverse whether steps go from the last index to the first; an output stands at the index
 *     of its step either way
 * @param recompute whether a derivative in reverse mode keeps the carries alone and computes the
 *     body again, instead of keeping what it needs of each step; the results are the same
 * @param bounded whether there are as many steps as bounded tensors have rows
 */
public record Scan(
    Graph body,
    int carries,
    int stacked,
    int length,
    boolean reverse,
    boolean recompute,
    boolean bounded)
    implements Operation.Structured {
  /**
   * Checks the numbers and that carries keep their types.
   *
   * @throws IllegalArgumentException when they do not fit together
   */
  public Scan {
    boolean fits =
        length >= 0
            && carries >= 0
            && stacked >= 0
            && body.inputTypes().size() >= carries + stacked
            && body.outputs().size() >= carries
            && body.donations().isEmpty();
    for (int i = 0; fits && i < carries; i++) {
      fits = body.outputType(i).equals(body.inputTypes().get(i));
    }
    for (int i = carries; fits && i < body.outputs().size(); i++) {
      fits = !body.outputType(i).isBounded();
    }
    for (int i = carries; fits && i < carries + stacked; i++) {
      fits = !body.inputTypes().get(i).isBounded();
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "a scan of "
              + length
              + " steps with "
              + carries
              + " carries and "
              + stacked
              + " stacked inputs by\n"
              + body);
    }
  }

  /** A scan whose number of steps is known when it is traced. */
  public Scan(
      Graph body, int carries, int stacked, int length, boolean reverse, boolean recompute) {
    this(body, carries, stacked, length, reverse, recompute, false);
  }

  /** How it goes. */
  ScanOptions options() {
    return new ScanOptions(length, reverse, recompute, bounded);
  }

  /** The same with another body, of which it takes and gives as much. */
  Scan with(Graph other) {
    return new Scan(other, carries, stacked, length, reverse, recompute, bounded);
  }

  /** How many operands are the same in all steps. */
  public int constants() {
    return body.inputTypes().size() - carries - stacked;
  }

  /** How many results are stacked. */
  public int outputs() {
    return body.outputs().size() - carries;
  }

  @Override
  public Map<String, Graph> graphs() {
    return Map.of("body", body);
  }

  @Override
  public List<TensorType> operandTypes() {
    List<TensorType> types = new ArrayList<>(body.inputTypes());
    for (int i = carries; i < carries + stacked; i++) {
      types.set(i, stack(types.get(i)));
    }
    return types;
  }

  @Override
  public List<TensorType> resultTypes() {
    List<TensorType> types = new ArrayList<>();
    for (int i = 0; i < body.outputs().size(); i++) {
      types.add(i < carries ? body.outputType(i) : stack(body.outputType(i)));
    }
    return types;
  }

  private TensorType stack(TensorType slice) {
    TensorType type = slice.stacked(length);
    return bounded ? TensorType.bounded(type.dataType(), length, slice.shape().extents()) : type;
  }

  @Override
  public String attributes() {
    return "Scan[carries="
        + carries
        + ", stacked="
        + stacked
        + (bounded ? ", length<=" : ", length=")
        + length
        + (reverse ? ", reverse" : "")
        + (recompute ? ", recompute" : "")
        + "]";
  }

  @Override
  public String toString() {
    return attributes() + "#" + body.hash();
  }
}
