package dev.stoa.tensor;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One operation of a graph: its operands come from earlier nodes. Only a {@link
 * Operation.Structured} node has several results (or none); other nodes take them one by one
 * through an {@link Operation.Result}, never from the structured node itself.
 *
 * @param index position in {@link Graph#nodes()}
 * @param operation what is computed
 * @param operands indices of the nodes whose results it takes, each smaller than {@code index}
 * @param types of the results
 */
public record Node(int index, Operation operation, List<Integer> operands, List<TensorType> types) {
  /** Takes copies and checks the order of the operands and the number of results. */
  public Node {
    operands = List.copyOf(operands);
    types = List.copyOf(types);
    for (int operand : operands) {
      if (operand < 0 || operand >= index) {
        throw new IllegalArgumentException(
            "node " + index + " takes the result of node " + operand + ", which is not before it");
      }
    }
    if (types.size() != 1 && !(operation instanceof Operation.Structured)) {
      throw new IllegalArgumentException(
          "node " + index + ": " + Operation.print(operation) + " has one result, not " + types);
    }
  }

  /** A node with one result. */
  public Node(int index, Operation operation, List<Integer> operands, TensorType type) {
    this(index, operation, operands, List.of(type));
  }

  /**
   * The type of the only result.
   *
   * @throws IllegalStateException when there are several, or none
   */
  public TensorType type() {
    if (types.size() != 1) {
      throw new IllegalStateException("node " + index + " has the results " + types);
    }
    return types.get(0);
  }

  @Override
  public String toString() {
    StringBuilder line = new StringBuilder("%").append(index).append(" = ");
    line.append(Operation.print(operation)).append('(');
    for (int i = 0; i < operands.size(); i++) {
      line.append(i == 0 ? "%" : ", %").append(operands.get(i));
    }
    String results = types.stream().map(TensorType::toString).collect(Collectors.joining(", "));
    return line.append(") : ").append(results).toString();
  }
}
