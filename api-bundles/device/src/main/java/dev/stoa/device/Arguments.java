package dev.stoa.device;

import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;

/** The checks of {@link Executable#run}, for devices to share; they allocate nothing. */
public final class Arguments {
  private Arguments() {}

  /**
   * Checks the buffers of a run against the graph.
   *
   * @throws IllegalArgumentException for a missing, surplus, mistyped or doubly used buffer, naming
   *     the input or output
   */
  public static void check(Graph graph, DeviceBuffer[] inputs, DeviceBuffer[] outputs) {
    count(graph, "inputs", graph.inputNames().size(), inputs.length);
    count(graph, "outputs", graph.outputNames().size(), outputs.length);
    for (int i = 0; i < inputs.length; i++) {
      typed(graph, "input", graph.inputNames().get(i), graph.inputTypes().get(i), inputs[i]);
    }
    for (int i = 0; i < outputs.length; i++) {
      Integer donated = graph.donations().get(i);
      if (donated == null) {
        typed(graph, "output", graph.outputNames().get(i), graph.outputType(i), outputs[i]);
        alone(graph, i, outputs[i], -1, inputs, outputs);
      } else if (outputs[i] != null) {
        throw fault(
            graph,
            "output",
            graph.outputNames().get(i),
            "updates an input; its place must be empty");
      } else {
        alone(graph, i, inputs[donated], donated, inputs, outputs);
      }
    }
  }

  /**
   * Checks the length of a run.
   *
   * @throws IllegalArgumentException when it is not from 0 to the graph's capacity, with all three;
   *     or when the graph has no capacity
   */
  public static void checkLength(Graph graph, int length) {
    if (graph.capacity().isEmpty()) {
      throw new IllegalArgumentException(
          "graph " + graph.name() + " has no bounded axis; it is run without a length");
    }
    int capacity = graph.capacity().getAsInt();
    if (length < 0 || length > capacity) {
      throw new IllegalArgumentException(
          "graph " + graph.name() + ": a length of " + length + ", not from 0 to " + capacity);
    }
  }

  /** The fault of a run without a length of a graph that needs one. */
  public static IllegalArgumentException lengthMissing(Graph graph) {
    return new IllegalArgumentException(
        "graph "
            + graph.name()
            + " has a bounded axis of up to "
            + graph.capacity().orElse(0)
            + " rows; it is run with a length");
  }

  private static void count(Graph graph, String kind, int wanted, int given) {
    if (wanted != given) {
      throw new IllegalArgumentException(
          "graph " + graph.name() + " has " + wanted + " " + kind + ", got " + given + " buffers");
    }
  }

  private static void typed(
      Graph graph, String kind, String name, TensorType type, DeviceBuffer buffer) {
    if (buffer == null) {
      throw fault(graph, kind, name, "has no buffer; it is " + type);
    }
    if (!buffer.type().unbounded().equals(type.unbounded())) {
      throw fault(graph, kind, name, "is " + type + ", its buffer " + buffer.type());
    }
  }

  private static void alone(
      Graph graph,
      int output,
      DeviceBuffer buffer,
      int own,
      DeviceBuffer[] inputs,
      DeviceBuffer[] outputs) {
    String name = graph.outputNames().get(output);
    for (int i = 0; i < inputs.length; i++) {
      if (i != own && inputs[i] == buffer) {
        throw fault(
            graph,
            "output",
            name,
            "shares its buffer with input '" + graph.inputNames().get(i) + "'");
      }
    }
    for (int i = 0; i < outputs.length; i++) {
      if (i != output && outputs[i] == buffer) {
        throw fault(
            graph,
            "output",
            name,
            "shares its buffer with output '" + graph.outputNames().get(i) + "'");
      }
    }
  }

  private static IllegalArgumentException fault(
      Graph graph, String kind, String name, String what) {
    return new IllegalArgumentException(
        "graph " + graph.name() + ": " + kind + " '" + name + "' " + what);
  }
}
