package dev.stoa.tensor;

import java.util.List;

/**
 * One operation of a graph: its operands come from earlier nodes.
 *
 * @param index position in {@link Graph#nodes()}
 * @param operation what is computed
 * @param operands indices of the nodes whose results it takes, each smaller than {@code index}
 * @param type of the result
 */
public record Node(int index, Operation operation, List<Integer> operands, TensorType type) {
  /** Takes a copy of the operands and checks their order. */
  public Node {
    operands = List.copyOf(operands);
    for (int operand : operands) {
      if (operand < 0 || operand >= index) {
        throw new IllegalArgumentException(
            "node " + index + " takes the result of node " + operand + ", which is not before it");
      }
    }
  }

  @Override
  public String toString() {
    StringBuilder line = new StringBuilder("%").append(index).append(" = ");
    line.append(Operation.print(operation)).append('(');
    for (int i = 0; i < operands.size(); i++) {
      line.append(i == 0 ? "%" : ", %").append(operands.get(i));
    }
    return line.append(") : ").append(type).toString();
  }
}
