package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Derivatives of one structured node in reverse mode, in traced operations. */
final class StructuredRules {
  private final Tracer tracer;
  private final Tracer of;
  private final Node node;

  /**
   * The rules of a node.
   *
   * @param tracer records the derivative
   * @param of has the node: the same tracer or one around it
   */
  StructuredRules(Tracer tracer, Tracer of, Node node) {
    this.tracer = tracer;
    this.of = of;
    this.node = node;
  }

  /**
   * The shares of operands in the cotangents of results.
   *
   * @param cotangents of results, by position; the others are zero
   * @param wanted whether, by position of the operand
   * @return by position of the operand; the others are zero
   */
  Map<Integer, Tensor> pullBack(Map<Integer, Tensor> cotangents, boolean... wanted) {
    if (node.operation() instanceof Scan) {
      return new ScanReversal(tracer, of, node.index()).pullBack(cotangents, wanted);
    }
    if (node.operation() instanceof Call call) {
      return call.derivative().isPresent()
          ? given(call, call.derivative().get(), cotangents, wanted)
          : inlined(call, cotangents, wanted);
    }
    throw tracer.fault(
        "a derivative in reverse mode through a whileLoop "
            + node.types()
            + ", whose number of iterations is known at run time only; use scan, which has a fixed"
            + " one, stopGradient, or Transforms.jvp");
  }

  private List<Tensor> operands() {
    return node.operands().stream().map(of::tensor).toList();
  }

  private Map<Integer, Tensor> given(
      Call call, Graph derivative, Map<Integer, Tensor> cotangents, boolean... wanted) {
    List<Tensor> arguments = new ArrayList<>(operands());
    for (int i = 0; i < node.types().size(); i++) {
      arguments.add(of.result(node.index(), i));
    }
    for (int i = 0; i < node.types().size(); i++) {
      if (node.types().get(i).dataType().isFloating()) {
        Tensor given = cotangents.get(i);
        arguments.add(given == null ? tracer.constant(node.types().get(i), 0) : given);
      }
    }
    List<Tensor> parts = tracer.inline(derivative, arguments.toArray(Tensor[]::new));
    Map<Integer, Tensor> shares = new HashMap<>();
    int next = 0;
    for (int i = 0; i < wanted.length; i++) {
      if (call.operandTypes().get(i).dataType().isFloating()) {
        Tensor part = parts.get(next++);
        if (wanted[i]) {
          shares.put(i, part);
        }
      }
    }
    return shares;
  }

  private Map<Integer, Tensor> inlined(
      Call call, Map<Integer, Tensor> cotangents, boolean... wanted) {
    List<Integer> seeds = cotangents.keySet().stream().sorted().toList();
    List<Integer> inputs = positions(wanted);
    Graph backward = backward(call.graph(), seeds, inputs);
    List<Tensor> arguments = new ArrayList<>(operands());
    seeds.forEach(seed -> arguments.add(cotangents.get(seed)));
    List<Tensor> values = tracer.inline(backward, arguments.toArray(Tensor[]::new));
    Map<Integer, Tensor> shares = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      shares.put(inputs.get(i), values.get(call.graph().outputs().size() + i));
    }
    return shares;
  }

  static List<Integer> positions(boolean... which) {
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < which.length; i++) {
      if (which[i]) {
        positions.add(i);
      }
    }
    return positions;
  }

  /**
   * A graph and its derivative in reverse mode: takes the graph's inputs, then cotangents of some
   * outputs; gives the graph's outputs, then the derivatives by some inputs.
   */
  static Graph backward(Graph graph, List<Integer> seeds, List<Integer> inputs) {
    return Graph.trace(
        graph.name(),
        t -> {
          List<Tensor> arguments = new ArrayList<>();
          for (int i = 0; i < graph.inputTypes().size(); i++) {
            arguments.add(t.input(graph.inputNames().get(i), graph.inputTypes().get(i)));
          }
          List<Tensor> values = t.inline(graph, arguments.toArray(Tensor[]::new));
          for (int i = 0; i < values.size(); i++) {
            t.output(graph.outputNames().get(i), values.get(i));
          }
          List<Tensor> seeded = new ArrayList<>();
          List<Tensor> cotangents = new ArrayList<>();
          String cotangent = Transforms.free(Transforms.COTANGENT, graph);
          for (int seed : seeds) {
            seeded.add(values.get(seed));
            cotangents.add(
                t.input(cotangent + graph.outputNames().get(seed), graph.outputType(seed)));
          }
          Tensor[] by = inputs.stream().map(arguments::get).toArray(Tensor[]::new);
          List<Tensor> parts = t.pullBack(seeded, cotangents, List.of(), by);
          for (int i = 0; i < by.length; i++) {
            t.output(cotangent + graph.inputNames().get(inputs.get(i)), parts.get(i));
          }
        });
  }
}
