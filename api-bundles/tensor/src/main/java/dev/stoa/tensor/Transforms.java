package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Graphs made from graphs. */
public final class Transforms {
  private Transforms() {}

  /**
   * What {@link #vjp} puts before the name of an output (a cotangent) or an input (a derivative).
   */
  public static final String COTANGENT = "d.";

  /** What {@link #jvp} puts before the name of an input or an output: a tangent. */
  public static final String TANGENT = "t.";

  /**
   * The vector-Jacobian product of a graph. The result takes the graph's inputs and, after them,
   * one cotangent per real output named {@code d.OUTPUT}, of that output's type; it gives one
   * derivative per wanted input, named {@code d.INPUT}. It is a graph like any other and can be
   * differentiated again; where a name begins with {@code d.} already, the prefix is repeated.
   * Donations of the graph are not carried over: nothing is updated in place.
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

  /**
   * The Jacobian-vector product of a graph: forward mode. The result takes the graph's inputs and,
   * after them, one tangent per named input, {@code t.INPUT}, of that input's type; it gives the
   * graph's outputs and, after them, one tangent per real output, {@code t.OUTPUT}; where a name
   * begins with {@code t.} already, the prefix is repeated. It is a graph like any other: of a
   * gradient it makes a Hessian-vector product. Donations of the graph are not carried over.
   *
   * <p>Reverse mode twice: the vector-Jacobian product is linear in its cotangents, and its
   * derivative by them, pulled back from the tangents, is the product wanted. What is left over of
   * the cotangents is dead code, so nothing of the reverse sweep remains in the result. The rules
   * for points without a derivative are therefore those of {@link Tracer#gradient}.
   *
   * @param graph what to differentiate
   * @param inputs names of the real inputs that move
   * @throws IllegalArgumentException for a name that is no input, naming those there are
   * @throws ShapeException for an input that is not real
   */
  public static Graph jvp(Graph graph, String... inputs) {
    String prefix = free(TANGENT, graph);
    Graph tangents = tangents(graph, vjp(graph, inputs), prefix, inputs);
    return Graph.trace(
        "jvp of " + graph.name(),
        tracer -> {
          List<Tensor> arguments = arguments(tracer, graph);
          List<Tensor> moved = new ArrayList<>(arguments);
          for (int output : realOutputs(graph)) {
            moved.add(tracer.constant(graph.outputType(output), 0));
          }
          for (String input : inputs) {
            moved.add(tracer.input(prefix + input, graph.inputTypes().get(graph.input(input))));
          }
          List<Tensor> values = tracer.inline(graph, arguments.toArray(Tensor[]::new));
          for (int i = 0; i < values.size(); i++) {
            tracer.output(graph.outputNames().get(i), values.get(i));
          }
          List<Tensor> results = tracer.inline(tangents, moved.toArray(Tensor[]::new));
          for (int i = 0; i < results.size(); i++) {
            tracer.output(tangents.outputNames().get(i), results.get(i));
          }
        });
  }

  /** Takes inputs, cotangents (of which nothing depends) and tangents of inputs. */
  private static Graph tangents(Graph graph, Graph backward, String prefix, String... inputs) {
    return Graph.trace(
        "tangents of " + graph.name(),
        tracer -> {
          Tensor[] arguments = arguments(tracer, backward).toArray(Tensor[]::new);
          List<Integer> real = realOutputs(graph);
          Tensor[] cotangents = new Tensor[real.size()];
          Tensor[] sums = new Tensor[real.size()];
          for (int i = 0; i < cotangents.length; i++) {
            cotangents[i] = arguments[graph.inputNames().size() + i];
            sums[i] = tracer.constant(cotangents[i].type(), 0);
          }
          List<Tensor> derivatives = tracer.inline(backward, arguments);
          for (int input = 0; input < inputs.length; input++) {
            Tensor derivative = derivatives.get(input);
            Tensor tangent = tracer.input(prefix + inputs[input], derivative.type());
            List<Tensor> parts = tracer.pullBack(derivative, tangent, cotangents);
            for (int i = 0; i < sums.length; i++) {
              sums[i] = sums[i].add(parts.get(i));
            }
          }
          for (int i = 0; i < sums.length; i++) {
            tracer.output(prefix + graph.outputNames().get(real.get(i)), sums[i]);
          }
        });
  }

  /** The prefix, repeated until no name of the graph begins with it. */
  private static String free(String prefix, Graph graph) {
    StringBuilder free = new StringBuilder(prefix);
    while (Stream.concat(graph.inputNames().stream(), graph.outputNames().stream())
        .anyMatch(name -> name.startsWith(free.toString()))) {
      free.append(prefix);
    }
    return free.toString();
  }

  private static List<Integer> realOutputs(Graph graph) {
    List<Integer> real = new ArrayList<>();
    for (int i = 0; i < graph.outputs().size(); i++) {
      if (graph.outputType(i).dataType().isFloating()) {
        real.add(i);
      }
    }
    return real;
  }

  private static List<Tensor> arguments(Tracer tracer, Graph graph) {
    List<Tensor> arguments = new ArrayList<>();
    for (int i = 0; i < graph.inputNames().size(); i++) {
      arguments.add(tracer.input(graph.inputNames().get(i), graph.inputTypes().get(i)));
    }
    return arguments;
  }

  private static void trace(Tracer tracer, Graph graph, int... wanted) {
    String prefix = free(COTANGENT, graph);
    List<Tensor> arguments = arguments(tracer, graph);
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
        Tensor cotangent = tracer.input(prefix + graph.outputNames().get(output), value.type());
        List<Tensor> parts = tracer.pullBack(value, cotangent, withRespectTo);
        for (int i = 0; i < sums.length; i++) {
          sums[i] = sums[i].add(parts.get(i));
        }
      }
    }
    for (int i = 0; i < wanted.length; i++) {
      tracer.output(prefix + graph.inputNames().get(wanted[i]), sums[i]);
    }
  }
}
