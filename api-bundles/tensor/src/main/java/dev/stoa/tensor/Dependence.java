package dev.stoa.tensor;

import dev.stoa.tensor.Operation.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which values depend differentiably on which; through loops and calls to their results. */
final class Dependence {
  private Dependence() {}

  /**
   * Which results of a node depend, by which of those of the nodes before it do.
   *
   * @param before by node and result
   */
  static boolean[] results(Node node, List<boolean[]> before) {
    Operation operation = node.operation();
    if (operation instanceof Operation.Result result) {
      return new boolean[] {before.get(node.operands().get(0))[result.position()]};
    }
    boolean[] operands = new boolean[node.operands().size()];
    boolean any = false;
    for (int i = 0; i < operands.length; i++) {
      operands[i] = before.get(node.operands().get(i))[0];
      any |= operands[i];
    }
    if (!any) {
      return new boolean[node.types().size()];
    }
    if (operation instanceof Operation.Structured structured) {
      return results(structured, operands);
    }
    return new boolean[] {passes(node)};
  }

  /** Which results of a structured operation depend, if some of its operands do. */
  static boolean[] results(Operation.Structured operation, boolean... operands) {
    if (operation instanceof Scan scan) {
      return loop(scan.body(), scan.carries(), operands);
    }
    if (operation instanceof While loop) {
      boolean[] carries = loop(loop.body(), loop.carries(), operands);
      return Arrays.copyOf(carries, carries.length + 1);
    }
    Call call = (Call) operation;
    return call.derivative().isPresent()
        ? real(call.resultTypes())
        : outputs(call.graph(), operands);
  }

  private static boolean[] loop(Graph body, int carries, boolean... operands) {
    boolean[] inputs = carried(body, carries, operands);
    boolean[] outputs = outputs(body, inputs);
    System.arraycopy(inputs, 0, outputs, 0, carries);
    return outputs;
  }

  /** Which inputs of a loop's body depend in some iteration, if some of its operands do. */
  static boolean[] carried(Graph body, int carries, boolean... operands) {
    boolean[] inputs = operands.clone();
    while (true) {
      boolean[] outputs = outputs(body, inputs);
      boolean more = false;
      for (int i = 0; i < carries; i++) {
        more |= outputs[i] && !inputs[i];
        inputs[i] |= outputs[i];
      }
      if (!more) {
        return inputs;
      }
    }
  }

  /** Which outputs of a graph depend on any of some inputs. */
  static boolean[] outputs(Graph graph, boolean... inputs) {
    List<boolean[]> results = new ArrayList<>();
    for (Node node : graph.nodes()) {
      results.add(
          node.operation() instanceof Operation.Input input
              ? new boolean[] {inputs[input.position()]}
              : results(node, results));
    }
    boolean[] outputs = new boolean[graph.outputs().size()];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = results.get(graph.outputs().get(i))[0];
    }
    return outputs;
  }

  static boolean[] real(List<TensorType> types) {
    boolean[] real = new boolean[types.size()];
    for (int i = 0; i < real.length; i++) {
      real[i] = types.get(i).dataType().isFloating();
    }
    return real;
  }

  /** Whether an ordinary node has a derivative by its operands. */
  static boolean passes(Node node) {
    Operation operation = node.operation();
    return node.type().dataType().isFloating()
        && operation != Unary.SIGN
        && operation != Unary.FLOOR
        && !(operation instanceof Operation.StopGradient);
  }
}
