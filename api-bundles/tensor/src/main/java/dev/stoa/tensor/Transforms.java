package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
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
   * <p>One sweep over the nodes, values and tangents side by side, through loops and calls. The
   * rules for points without a derivative are those of {@link Tracer#gradient}.
   *
   * @param graph what to differentiate
   * @param inputs names of the real inputs that move
   * @throws IllegalArgumentException for a name that is no input, naming those there are
   * @throws ShapeException for an input that is not real
   */
  public static Graph jvp(Graph graph, String... inputs) {
    String prefix = free(TANGENT, graph);
    return Graph.trace(
        "jvp of " + graph.name(),
        tracer -> {
          List<Tensor> arguments = arguments(tracer, graph);
          Map<Integer, Tensor> moved = new HashMap<>();
          for (String input : inputs) {
            int position = graph.input(input);
            TensorType type = graph.inputTypes().get(position);
            real(tracer, input, type);
            moved.put(position, tracer.input(prefix + input, type));
          }
          ForwardMode.Moving results =
              ForwardMode.push(tracer, graph, new ForwardMode.Moving(arguments, moved));
          for (int i = 0; i < graph.outputs().size(); i++) {
            tracer.output(graph.outputNames().get(i), results.values().get(i));
          }
          for (int output : realOutputs(graph)) {
            tracer.output(
                prefix + graph.outputNames().get(output), results.tangent(tracer, output));
          }
        });
  }

  /**
   * A graph without calls: in the place of each stands its graph, and what is equal in two of them
   * is computed once. Signature and donations stay.
   *
   * @param kept tells by name which calls stay
   */
  public static Graph withoutCalls(Graph graph, Predicate<String> kept) {
    return new CallInlining(kept).of(graph);
  }

  /**
   * The same function without a bounded axis: as many rows as the capacity are computed, and those
   * beyond the length chosen away where a result depends on how many there are. What is in them
   * neither matters nor comes out of them, infinities and not-a-number included. The result takes
   * the graph's inputs and, after them, the length, an int32 scalar from 0 to the capacity, named
   * {@code length}, the name repeated if there is one; bounded inputs and outputs have as many rows
   * as the capacity, of which those beyond the length have no meaning. A device that does not skip
   * rows computes this.
   *
   * <p>Reductions and products over the bounded axis are those over the capacity with neutral
   * elements in rows that do not exist, so that a device that sums in an order fixed by the
   * capacity has the same bits whether it skips rows or computes this.
   *
   * @return the graph itself if it has no capacity
   */
  public static Graph masked(Graph graph) {
    return Masking.of(graph);
  }

  /**
   * The same function for a device that skips rows: wherever a result depends on how many rows
   * there are, what it is made of is {@linkplain Tensor#filled filled}, with neutral elements, so
   * that every operation but those on the bounded axis may be computed for all rows of the
   * capacity, whatever stands in those beyond the length. Left to the device are {@link
   * Operation.Length}, {@link Operation.Fill}, {@link Operation.Bound}, bounded scans and what it
   * says it skips by itself. Signature and donations stay.
   *
   * @param skips tells of a node whether the device computes it on the rows that exist: sums over
   *     them and the like, in the order of the capacity
   * @return the graph itself if it has no capacity
   */
  public static Graph filled(Graph graph, Predicate<Node> skips) {
    return Filling.of(graph, skips);
  }

  /**
   * The same function of exactly so many rows: what was bounded has that many, and the length is a
   * constant. It says what a graph with a capacity means; a run of it needs no length.
   *
   * @return the graph itself if it has no capacity
   * @throws IllegalArgumentException for a length below 0 or above the capacity
   */
  public static Graph atLength(Graph graph, int length) {
    return FixedLength.of(graph, length);
  }

  /**
   * A graph for a batch of examples. The inputs named get an axis of {@code size} in front, the
   * others are shared by all examples; every output gets the axis, one that depends on no mapped
   * input repeated. Each example's results are those of the graph on its own inputs, an index
   * outside and random bits included. An output that updates an input in place still does if that
   * input is mapped; one that would update a shared input becomes an ordinary output. It is a graph
   * like any other: of a gradient it makes the gradients per example, and it can be differentiated
   * and batched again.
   *
   * @param graph what each example computes
   * @param size number of examples, 0 or more
   * @param mappedInputs names of the inputs of which each example has its own
   * @throws IllegalArgumentException for a name that is no input, naming those there are
   * @throws ShapeException for a negative size
   */
  public static Graph batch(Graph graph, int size, String... mappedInputs) {
    boolean[] mapped = new boolean[graph.inputNames().size()];
    for (String input : mappedInputs) {
      mapped[graph.input(input)] = true;
    }
    Graph batched =
        Graph.trace(
            "batch of " + graph.name(),
            tracer -> {
              Batching batching = new Batching(tracer, size);
              Tensor[] arguments = new Tensor[mapped.length];
              for (int i = 0; i < mapped.length; i++) {
                TensorType type = graph.inputTypes().get(i);
                arguments[i] =
                    tracer.input(graph.inputNames().get(i), mapped[i] ? batching.lead(type) : type);
              }
              List<Tensor> values = batching.inline(graph, arguments);
              for (int i = 0; i < values.size(); i++) {
                tracer.output(graph.outputNames().get(i), values.get(i));
              }
            });
    Map<Integer, Integer> donations = new TreeMap<>(graph.donations());
    donations.values().removeIf(input -> !mapped[input]);
    return donations.isEmpty() ? batched : updating(batched, donations);
  }

  /** The same graph, whose outputs update inputs in place. */
  static Graph updating(Graph graph, Map<Integer, Integer> donations) {
    return new Graph(
        graph.name(),
        graph.nodes(),
        graph.inputNames(),
        graph.inputTypes(),
        graph.outputNames(),
        graph.outputs(),
        donations);
  }

  /** The prefix, repeated until no name of the graph begins with it. */
  static String free(String prefix, Graph graph) {
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

  static List<Tensor> arguments(Tracer tracer, Graph graph) {
    List<Tensor> arguments = new ArrayList<>();
    for (int i = 0; i < graph.inputNames().size(); i++) {
      arguments.add(tracer.input(graph.inputNames().get(i), graph.inputTypes().get(i)));
    }
    return arguments;
  }

  private static void real(Tracer tracer, String input, TensorType type) {
    if (!type.dataType().isFloating()) {
      throw tracer.fault(
          "a derivative with respect to input '" + input + "' of " + type + ", which is not real");
    }
  }

  private static void trace(Tracer tracer, Graph graph, int... wanted) {
    String prefix = free(COTANGENT, graph);
    List<Tensor> arguments = arguments(tracer, graph);
    List<Tensor> values = tracer.inline(graph, arguments.toArray(Tensor[]::new));
    Tensor[] withRespectTo = new Tensor[wanted.length];
    for (int i = 0; i < wanted.length; i++) {
      withRespectTo[i] = arguments.get(wanted[i]);
      real(tracer, graph.inputNames().get(wanted[i]), withRespectTo[i].type());
    }
    List<Tensor> seeded = new ArrayList<>();
    List<Tensor> cotangents = new ArrayList<>();
    for (int output : realOutputs(graph)) {
      Tensor value = values.get(output);
      seeded.add(value);
      cotangents.add(tracer.input(prefix + graph.outputNames().get(output), value.type()));
    }
    List<Tensor> derivatives = tracer.pullBack(seeded, cotangents, List.of(), withRespectTo);
    for (int i = 0; i < wanted.length; i++) {
      tracer.output(prefix + graph.inputNames().get(wanted[i]), derivatives.get(i));
    }
  }
}
