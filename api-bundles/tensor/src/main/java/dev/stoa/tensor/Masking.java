package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A graph of as many rows as the capacity: see {@link Transforms#masked}. */
final class Masking extends Unbounding {
  private static final String LENGTH = "length";

  private final int capacity;
  private final Tensor length;

  private Masking(Tracer tracer, int capacity, Tensor length) {
    super(tracer);
    this.capacity = capacity;
    this.length = length;
  }

  static Graph of(Graph graph) {
    if (graph.capacity().isEmpty()) {
      return graph;
    }
    List<TensorType> types = graph.inputTypes();
    Graph filled = Filling.of(graph, node -> false);
    Graph traced = of(filled, graph.capacity().getAsInt(), types.size());
    return updating(traced, graph);
  }

  /** The masked graph with the length as its input at a position. */
  private static Graph of(Graph graph, int capacity, int position) {
    return Graph.trace(
        graph.name(),
        t -> {
          StringBuilder name = new StringBuilder(LENGTH);
          while (graph.inputNames().contains(name.toString())) {
            name.append(LENGTH);
          }
          List<Tensor> arguments = new ArrayList<>();
          Tensor length = null;
          for (int i = 0; i <= graph.inputNames().size(); i++) {
            if (i == position) {
              length = t.input(name.toString(), TensorType.of(DataType.INT32));
            }
            if (i < graph.inputNames().size()) {
              arguments.add(
                  t.input(graph.inputNames().get(i), graph.inputTypes().get(i).unbounded()));
            }
          }
          List<Tensor> values = new Masking(t, capacity, length).record(graph, arguments);
          for (int i = 0; i < values.size(); i++) {
            t.output(graph.outputNames().get(i), values.get(i));
          }
        });
  }

  private Graph inner(Graph graph) {
    return of(graph, capacity, graph.inputTypes().size());
  }

  @Override
  Shape shape(Shape shape) {
    return shape.unbounded();
  }

  @Override
  List<Tensor> structured(Operation.Structured operation, Tensor... operands) {
    Tensor[] more = Arrays.copyOf(operands, operands.length + 1);
    more[operands.length] = length;
    if (operation instanceof Scan scan) {
      return scan.bounded() ? steps(scan, more) : tracer.add(scan.with(inner(scan.body())), more);
    }
    if (operation instanceof While loop) {
      return tracer.add(
          new While(inner(loop.condition()), inner(loop.body()), loop.carries(), loop.bound()),
          more);
    }
    Call call = (Call) operation;
    int takes = call.operandTypes().size();
    Optional<Graph> derivative = call.derivative().map(given -> of(given, capacity, takes));
    return tracer.add(new Call("masked " + call.name(), inner(call.graph()), derivative), more);
  }

  /** A scan of as many steps as the capacity, whose carries stay in those that do not exist. */
  private List<Tensor> steps(Scan scan, Tensor... operands) {
    int carries = scan.carries();
    int sliced = carries + scan.stacked();
    Graph body = inner(scan.body());
    Graph step =
        Graph.trace(
            body.name(),
            t -> {
              List<Tensor> arguments = new ArrayList<>();
              Tensor exists = null;
              for (int i = 0; i < body.inputTypes().size(); i++) {
                if (i == sliced) {
                  exists = t.input(unused("exists", body), TensorType.of(DataType.BOOL));
                }
                arguments.add(t.input(body.inputNames().get(i), body.inputTypes().get(i)));
              }
              List<Tensor> values = t.inline(body, arguments.toArray(Tensor[]::new));
              for (int i = 0; i < values.size(); i++) {
                Tensor value = values.get(i);
                t.output(
                    body.outputNames().get(i),
                    i < carries ? exists.select(value, arguments.get(i)) : value);
              }
            });
    List<Tensor> all = new ArrayList<>(List.of(operands));
    all.add(sliced, exists(1));
    return tracer.add(
        new Scan(
            step, carries, scan.stacked() + 1, capacity, scan.reverse(), scan.recompute(), false),
        all.toArray(Tensor[]::new));
  }

  private static String unused(String name, Graph graph) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> name + i)
        .filter(each -> !graph.inputNames().contains(each))
        .findFirst()
        .orElseThrow();
  }

  /** Which rows exist: bool {@code [capacity, 1...]} of a rank. */
  private Tensor exists(int rank) {
    int[] extents = new int[rank];
    Arrays.fill(extents, 1);
    extents[0] = capacity;
    return tracer.iota(Shape.of(extents), 0).lt(length);
  }

  @Override
  Tensor ordinary(Node node, List<TensorType> types, Tensor... operands) {
    Operation operation = node.operation();
    if (operation instanceof Operation.Length) {
      return length;
    }
    if (operation instanceof Operation.Fill fill) {
      Tensor x = operands[0];
      return exists(x.shape().rank()).select(x, tracer.constant(x.type(), fill.value()));
    }
    return operation instanceof Operation.Bound
        ? operands[0]
        : tracer.add(reshaped(operation, types), type(node.type()), operands);
  }
}
