package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A graph with a name: a device may put a kernel of its own in its place, known by the name;
 * everybody else computes the graph, see {@link Transforms#withoutCalls}. Operands are the graph's
 * inputs, results its outputs. {@link Tracer#call} makes it.
 *
 * @param name by which a device knows it
 * @param graph what it computes
 * @param derivative takes the graph's inputs, its outputs and one cotangent per real output, in
 *     that order; gives one cotangent per real input; linear in the cotangents. Stands in place of
 *     the graph's own derivative: straight-through estimators, fixed points, envelope theorems
 */
public record Call(String name, Graph graph, Optional<Graph> derivative)
    implements Operation.Structured {
  /**
   * Checks the derivative's signature.
   *
   * @throws IllegalArgumentException when it does not fit
   */
  public Call {
    if (!graph.donations().isEmpty()) {
      throw new IllegalArgumentException("call of " + name + ", which updates its inputs");
    }
    if (derivative.isPresent() && !fits(graph, derivative.get())) {
      throw new IllegalArgumentException(
          "call of " + name + ": " + mismatch(graph, derivative.get()));
    }
  }

  static boolean fits(Graph graph, Graph derivative) {
    return derivative.inputTypes().equals(derivativeTakes(graph))
        && types(derivative).equals(derivativeGives(graph))
        && derivative.donations().isEmpty();
  }

  static String mismatch(Graph graph, Graph derivative) {
    return "the derivative of "
        + graph.inputTypes()
        + " -> "
        + types(graph)
        + " is "
        + derivativeTakes(graph)
        + " -> "
        + derivativeGives(graph)
        + ", not "
        + derivative.inputTypes()
        + " -> "
        + types(derivative);
  }

  private static List<TensorType> derivativeTakes(Graph graph) {
    List<TensorType> types = new ArrayList<>(graph.inputTypes());
    types.addAll(types(graph));
    types(graph).stream().filter(type -> type.dataType().isFloating()).forEach(types::add);
    return types;
  }

  private static List<TensorType> derivativeGives(Graph graph) {
    return graph.inputTypes().stream().filter(type -> type.dataType().isFloating()).toList();
  }

  private static List<TensorType> types(Graph graph) {
    return IntStream.range(0, graph.outputs().size()).mapToObj(graph::outputType).toList();
  }

  @Override
  public Map<String, Graph> graphs() {
    Map<String, Graph> graphs = new LinkedHashMap<>();
    graphs.put("graph", graph);
    derivative.ifPresent(given -> graphs.put("derivative", given));
    return Collections.unmodifiableMap(graphs);
  }

  @Override
  public List<TensorType> operandTypes() {
    return graph.inputTypes();
  }

  @Override
  public List<TensorType> resultTypes() {
    return types(graph);
  }

  @Override
  public String attributes() {
    return "Call[name=" + name + "]";
  }

  @Override
  public String toString() {
    return attributes()
        + "#"
        + graph.hash()
        + derivative.map(given -> "#" + given.hash()).orElse("");
  }
}
