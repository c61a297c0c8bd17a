package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Puts graphs in the place of their calls, in loops and in other calls too. */
final class CallInlining {
  private final Predicate<String> kept;

  CallInlining(Predicate<String> kept) {
    this.kept = kept;
  }

  Graph of(Graph graph) {
    if (graph.nodes().stream()
        .noneMatch(node -> node.operation() instanceof Operation.Structured)) {
      return graph;
    }
    Graph traced =
        Graph.trace(
            graph.name(),
            t -> {
              Tensor[] arguments = Transforms.arguments(t, graph).toArray(Tensor[]::new);
              List<Tensor> values = record(t, graph, arguments);
              for (int i = 0; i < values.size(); i++) {
                t.output(graph.outputNames().get(i), values.get(i));
              }
            });
    return new Graph(
        graph.name(),
        traced.nodes(),
        graph.inputNames(),
        graph.inputTypes(),
        graph.outputNames(),
        traced.outputs(),
        graph.donations());
  }

  private List<Tensor> record(Tracer tracer, Graph graph, Tensor... arguments) {
    List<Tensor> values = new ArrayList<>();
    Map<Integer, List<Tensor>> results = new HashMap<>();
    for (Node node : graph.nodes()) {
      Operation operation = node.operation();
      if (operation instanceof Operation.Result result) {
        values.add(results.get(node.operands().get(0)).get(result.position()));
      } else if (operation instanceof Operation.Input input) {
        values.add(arguments[input.position()]);
      } else {
        Tensor[] operands = node.operands().stream().map(values::get).toArray(Tensor[]::new);
        if (operation instanceof Operation.Structured structured) {
          results.put(node.index(), structured(tracer, structured, operands));
          values.add(null);
        } else {
          values.add(tracer.add(operation, node.type(), operands));
        }
      }
    }
    return graph.outputs().stream().map(values::get).toList();
  }

  private List<Tensor> structured(
      Tracer tracer, Operation.Structured operation, Tensor... operands) {
    if (operation instanceof Scan scan) {
      return tracer.add(scan.with(of(scan.body())), operands);
    }
    if (operation instanceof While loop) {
      return tracer.add(
          new While(of(loop.condition()), of(loop.body()), loop.carries(), loop.bound()), operands);
    }
    Call call = (Call) operation;
    return kept.test(call.name())
        ? tracer.add(call, operands)
        : record(tracer, call.graph(), operands);
  }
}
