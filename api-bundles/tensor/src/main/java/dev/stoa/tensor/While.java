package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A loop as long as a condition holds. Operands: initial carries, constants. Results: final carries
 * and, last, the number of iterations made, an int32 scalar. {@link Tracer#whileLoop} makes it. It
 * has a derivative in forward mode only.
 *
 * @param condition takes carries and constants, gives a bool scalar; asked before each iteration
 * @param body takes carries and constants, gives the next carries, of the same types
 * @param carries how many
 * @param bound iterations at most
 */
public record While(Graph condition, Graph body, int carries, int bound)
    implements Operation.Structured {
  private static final TensorType TRUTH = TensorType.of(DataType.BOOL);

  /**
   * Checks that both graphs take the same, and give what they must.
   *
   * @throws IllegalArgumentException when they do not fit together
   */
  public While {
    boolean fits =
        bound >= 0
            && carries >= 0
            && carries <= body.inputTypes().size()
            && condition.inputTypes().equals(body.inputTypes())
            && condition.outputs().size() == 1
            && condition.outputType(0).equals(TRUTH)
            && body.outputs().size() == carries
            && condition.donations().isEmpty()
            && body.donations().isEmpty();
    for (int i = 0; fits && i < carries; i++) {
      fits = body.outputType(i).equals(body.inputTypes().get(i));
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "a loop with "
              + carries
              + " carries, bound "
              + bound
              + ", while\n"
              + condition
              + "\nby\n"
              + body);
    }
  }

  @Override
  public Map<String, Graph> graphs() {
    Map<String, Graph> graphs = new LinkedHashMap<>();
    graphs.put("condition", condition);
    graphs.put("body", body);
    return Collections.unmodifiableMap(graphs);
  }

  @Override
  public List<TensorType> operandTypes() {
    return body.inputTypes();
  }

  @Override
  public List<TensorType> resultTypes() {
    List<TensorType> types = new ArrayList<>(body.inputTypes().subList(0, carries));
    types.add(TensorType.of(DataType.INT32));
    return types;
  }

  @Override
  public String attributes() {
    return "While[carries=" + carries + ", bound=" + bound + "]";
  }

  @Override
  public String toString() {
    return attributes() + "#" + condition.hash() + "#" + body.hash();
  }
}
