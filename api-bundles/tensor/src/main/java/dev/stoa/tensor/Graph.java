package dev.stoa.tensor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A computation as data: typed, statically shaped, in single-assignment form, nodes in an order in
 * which they can be computed. Immutable; equal when the structure is, whatever its name.
 */
public final class Graph {
  private final String name;
  private final List<Node> nodes;
  private final List<String> inputNames;
  private final List<TensorType> inputTypes;
  private final List<String> outputNames;
  private final List<Integer> outputs;
  private final Map<Integer, Integer> donations;
  private final OptionalInt capacity;
  private final String hash;

  /**
   * A graph from its parts; usually {@link #trace} is the way to one.
   *
   * @param name for messages
   * @param nodes in computing order
   * @param inputNames names of the inputs, by position
   * @param inputTypes types of the inputs, by position
   * @param outputNames names of the outputs, by position
   * @param outputs the node of each output
   * @param donations by position of an output, the position of the input that it updates in place
   * @throws IllegalArgumentException when the parts do not fit together
   */
  public Graph(
      String name,
      List<Node> nodes,
      List<String> inputNames,
      List<TensorType> inputTypes,
      List<String> outputNames,
      List<Integer> outputs,
      Map<Integer, Integer> donations) {
    this.name = name;
    this.nodes = List.copyOf(nodes);
    this.inputNames = List.copyOf(inputNames);
    this.inputTypes = List.copyOf(inputTypes);
    this.outputNames = List.copyOf(outputNames);
    this.outputs = List.copyOf(outputs);
    this.donations = Collections.unmodifiableMap(new TreeMap<>(donations));
    check();
    this.capacity = new Capacity(this).of();
    this.hash = digest();
  }

  /**
   * Traces a graph: the body states inputs, computes with ordinary calls on {@link Tensor}s and
   * states outputs. What no output needs is left out.
   *
   * @throws ShapeException for tensors that do not fit, with both types and the call site
   */
  public static Graph trace(String name, Consumer<Tracer> body) {
    Tracer tracer = new Tracer(name);
    body.accept(tracer);
    return tracer.finish();
  }

  private void check() {
    if (inputNames.size() != inputTypes.size() || outputNames.size() != outputs.size()) {
      throw new IllegalArgumentException("graph " + name + ": names and values differ in number");
    }
    unique(inputNames, "input");
    unique(outputNames, "output");
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (node.index() != i) {
        throw new IllegalArgumentException(
            "graph " + name + ": node " + i + " says " + node.index());
      }
      if (node.operation() instanceof Operation.Input input
          && !inputTypes.get(input.position()).equals(node.type())) {
        throw new IllegalArgumentException("graph " + name + ": type of input " + input.position());
      }
      checkStructure(node);
    }
    Set<Integer> taken = new HashSet<>();
    donations.forEach(
        (output, input) -> {
          TensorType to = inputTypes.get(input);
          TensorType from = outputType(output);
          if (!to.equals(from) || !taken.add(input)) {
            throw new IllegalArgumentException(
                "graph "
                    + name
                    + ": output '"
                    + outputNames.get(output)
                    + "' "
                    + from
                    + " cannot update input '"
                    + inputNames.get(input)
                    + "' "
                    + to);
          }
        });
  }

  /** Results are projected, and structured operations get what they declare. */
  private void checkStructure(Node node) {
    List<TensorType> taken = new ArrayList<>();
    for (int operand : node.operands()) {
      Node from = nodes.get(operand);
      boolean structured = from.operation() instanceof Operation.Structured;
      if (structured != node.operation() instanceof Operation.Result) {
        throw new IllegalArgumentException("graph " + name + ": " + node + " of " + from);
      }
      if (node.operation() instanceof Operation.Result result) {
        taken.add(from.types().get(result.position()));
      } else {
        taken.add(from.type());
      }
    }
    boolean fits = true;
    if (node.operation() instanceof Operation.Structured structured) {
      fits = taken.equals(structured.operandTypes());
      fits &= node.types().equals(structured.resultTypes());
    } else if (node.operation() instanceof Operation.Result) {
      fits = taken.equals(node.types());
    }
    if (!fits) {
      throw new IllegalArgumentException("graph " + name + ": " + node + " of " + taken);
    }
  }

  private void unique(List<String> names, String kind) {
    Set<String> seen = new HashSet<>();
    for (String each : names) {
      if (!seen.add(each)) {
        throw new IllegalArgumentException("graph " + name + ": two " + kind + "s named " + each);
      }
    }
  }

  private String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      StringBuilder text = new StringBuilder();
      for (Node node : nodes) {
        text.append(node.operation()).append(node.operands());
        text.append(node.types().size() == 1 ? node.type() : node.types()).append('\n');
      }
      text.append(inputTypes).append(outputs).append(donations);
      return HexFormat.of()
          .formatHex(digest.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** For messages. */
  public String name() {
    return name;
  }

  /** All nodes, in computing order. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Names of the inputs, by position. */
  public List<String> inputNames() {
    return inputNames;
  }

  /** Types of the inputs, by position. */
  public List<TensorType> inputTypes() {
    return inputTypes;
  }

  /** Names of the outputs, by position. */
  public List<String> outputNames() {
    return outputNames;
  }

  /** The node of each output, by position. */
  public List<Integer> outputs() {
    return outputs;
  }

  /** The type of an output. */
  public TensorType outputType(int position) {
    return nodes.get(outputs.get(position)).type();
  }

  /** Position of the input of that name. */
  public int input(String inputName) {
    return position(inputNames, inputName, "input");
  }

  /** Position of the output of that name. */
  public int output(String outputName) {
    return position(outputNames, outputName, "output");
  }

  private int position(List<String> names, String wanted, String kind) {
    int position = names.indexOf(wanted);
    if (position < 0) {
      throw new IllegalArgumentException(
          "graph " + name + " has no " + kind + " '" + wanted + "'; it has " + names);
    }
    return position;
  }

  /** By position of an output, the position of the input that it updates in place. */
  public Map<Integer, Integer> donations() {
    return donations;
  }

  /**
   * The most rows of its bounded tensors, or those of graphs in it; empty if it has none. A graph
   * with a capacity is run with a length.
   */
  public OptionalInt capacity() {
    return capacity;
  }

  /**
   * SHA-256 of the structure: operations, graphs in them, operands, types, inputs, outputs,
   * donations; no names but those of {@link Call}s.
   */
  public String hash() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Graph that && hash.equals(that.hash);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  private static String indented(Graph graph) {
    return graph.toString().replace("\n", "\n    ") + "\n";
  }

  /**
   * The printable form: one line for the signature, one per node, one for the results. Graphs of a
   * structured node follow it, indented.
   */
  @Override
  public String toString() {
    List<String> signature = new ArrayList<>();
    for (int i = 0; i < inputNames.size(); i++) {
      signature.add(inputNames.get(i) + ": " + inputTypes.get(i));
    }
    StringBuilder text = new StringBuilder("graph ").append(name).append(signature).append('\n');
    for (Node node : nodes) {
      text.append("  ").append(node).append('\n');
      if (node.operation() instanceof Operation.Structured structured) {
        structured
            .graphs()
            .forEach(
                (role, graph) ->
                    text.append("    ").append(role).append(" = ").append(indented(graph)));
      }
    }
    List<String> results = new ArrayList<>();
    for (int i = 0; i < outputNames.size(); i++) {
      String updates =
          donations.containsKey(i) ? " updates " + inputNames.get(donations.get(i)) : "";
      results.add(outputNames.get(i) + " = %" + outputs.get(i) + updates);
    }
    return text.append("  return ").append(results).toString();
  }
}
