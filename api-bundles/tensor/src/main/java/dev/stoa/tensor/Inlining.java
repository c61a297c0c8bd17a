package dev.stoa.tensor;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes of a graph recorded again by a tracer, on other operands. */
final class Inlining {
  private Inlining() {}

  /** See {@link Tracer#inline}. */
  static List<Tensor> inline(Tracer tracer, Graph graph, Tensor... arguments) {
    if (arguments.length != graph.inputTypes().size()) {
      throw tracer.fault(
          "graph "
              + graph.name()
              + " takes "
              + graph.inputNames()
              + ", got "
              + arguments.length
              + " arguments");
    }
    for (int i = 0; i < arguments.length; i++) {
      if (!arguments[i].type().equals(graph.inputTypes().get(i))) {
        throw tracer.fault(
            "input '"
                + graph.inputNames().get(i)
                + "' of graph "
                + graph.name()
                + " is "
                + graph.inputTypes().get(i)
                + ", got "
                + arguments[i].type());
      }
    }
    return record(tracer, graph, inputs(graph, Arrays.asList(arguments)), graph.outputs());
  }

  /** The nodes of a graph's inputs, with the values given for them. */
  static Map<Integer, Tensor> inputs(Graph graph, List<Tensor> arguments) {
    Map<Integer, Tensor> given = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node.operation() instanceof Operation.Input input) {
        given.put(node.index(), arguments.get(input.position()));
      }
    }
    return given;
  }

  /**
   * The values of the wanted nodes, from those of others; what is needed in between is recorded.
   *
   * @param given by node; what a given node is computed from is not needed
   */
  static List<Tensor> record(
      Tracer tracer, Graph graph, Map<Integer, Tensor> given, List<Integer> wanted) {
    List<Node> nodes = graph.nodes();
    boolean[] needed = needed(nodes, given, wanted);
    Map<Integer, Tensor> values = new HashMap<>(given);
    Map<Integer, List<Tensor>> results = new HashMap<>();
    for (Node node : nodes) {
      if (!needed[node.index()] || given.containsKey(node.index())) {
        continue;
      }
      if (node.operation() instanceof Operation.Result result) {
        values.put(node.index(), results.get(node.operands().get(0)).get(result.position()));
      } else {
        Tensor[] operands = node.operands().stream().map(values::get).toArray(Tensor[]::new);
        if (node.operation() instanceof Operation.Structured structured) {
          results.put(node.index(), tracer.add(structured, operands));
        } else {
          values.put(node.index(), tracer.add(node.operation(), node.type(), operands));
        }
      }
    }
    return wanted.stream().map(values::get).toList();
  }

  private static boolean[] needed(
      List<Node> nodes, Map<Integer, Tensor> given, List<Integer> wanted) {
    boolean[] needed = new boolean[nodes.size()];
    wanted.forEach(node -> needed[node] = true);
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (needed[i] && !given.containsKey(i)) {
        nodes.get(i).operands().forEach(operand -> needed[operand] = true);
      }
    }
    return needed;
  }
}
