package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.List;

/** Graphs made from graphs. */
public final class Transforms {
  private Transforms() {}

  /**
   * What {@link #vjp} puts before the name of an output (a cotangent) or an input (a derivative).
   */
  public static final String COTANGENT = "d.";

  /**
   * The vector-Jacobian product of a graph. The result takes the graph's inputs and, after them,
   * one cotangent per real output named {@code d.OUTPUT}, of that output's type; it gives one
   * derivative per wanted input, named {@code d.INPUT}. It is a graph like any other and can be
   * differentiated again. Donations of the graph are not carried over: nothing is updated in place.
   *
   * @param graph what to differentiate
   * @param inputs names of the real inputs with respect to which
   * @throws IllegalArgumentException for a name that is no input, naming those there are
   * @throws ShapeException for an input that is not real
   */
  public static Graph vjp(Graph graph, String... inputs) {
    int[] wanted = new int[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      wanted[i] = graph.input(inputs[i]);
    }
    return Graph.trace("vjp of " + graph.name(), tracer -> trace(tracer, graph, wanted));
  }

  private static void trace(Tracer tracer, Graph graph, int... wanted) {
    List<Tensor> arguments = new ArrayList<>();
    for (int i = 0; i < graph.inputNames().size(); i++) {
      arguments.add(tracer.input(graph.inputNames().get(i), graph.inputTypes().get(i)));
    }
    List<Tensor> values = tracer.inline(graph, arguments.toArray(Tensor[]::new));
    Tensor[] withRespectTo = new Tensor[wanted.length];
    Tensor[] sums = new Tensor[wanted.length];
    for (int i = 0; i < wanted.length; i++) {
      withRespectTo[i] = arguments.get(wanted[i]);
      if (!withRespectTo[i].dataType().isFloating()) {
        throw tracer.fault(
            "a derivative with respect to input '"
                + graph.inputNames().get(wanted[i])
                + "' of "
                + withRespectTo[i].type()
                + ", which is not real");
      }
      sums[i] = tracer.constant(withRespectTo[i].type(), 0);
    }
    for (int output = 0; output < values.size(); output++) {
      Tensor value = values.get(output);
      if (value.dataType().isFloating()) {
        Tensor cotangent = tracer.input(COTANGENT + graph.outputNames().get(output), value.type());
        List<Tensor> parts = tracer.pullBack(value, cotangent, withRespectTo);
        for (int i = 0; i < sums.length; i++) {
          sums[i] = sums[i].add(parts.get(i));
        }
      }
    }
    for (int i = 0; i < wanted.length; i++) {
      tracer.output(COTANGENT + graph.inputNames().get(wanted[i]), sums[i]);
    }
  }
}
