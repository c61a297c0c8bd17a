package dev.stoa.tensor;

import dev.stoa.tensor.Operation.Reduction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What depends on how many rows there are, of filled rows: see {@link Transforms#filled}. */
final class Filling extends Unbounding {
  private final Predicate<Node> skips;

  private Filling(Tracer tracer, Predicate<Node> skips) {
    super(tracer);
    this.skips = skips;
  }

  static Graph of(Graph graph, Predicate<Node> skips) {
    if (graph.capacity().isEmpty()) {
      return graph;
    }
    Graph traced =
        Graph.trace(
            graph.name(),
            t -> {
              List<Tensor> arguments = Transforms.arguments(t, graph);
              List<Tensor> values = new Filling(t, skips).record(graph, arguments);
              for (int i = 0; i < values.size(); i++) {
                t.output(graph.outputNames().get(i), values.get(i));
              }
            });
    return updating(traced, graph);
  }

  @Override
  Shape shape(Shape shape) {
    return shape;
  }

  private Graph inner(Graph graph) {
    return of(graph, skips);
  }

  @Override
  List<Tensor> structured(Operation.Structured operation, Tensor... operands) {
    if (operation instanceof Scan scan) {
      return tracer.add(scan.with(inner(scan.body())), operands);
    }
    if (operation instanceof While loop) {
      return tracer.add(
          new While(inner(loop.condition()), inner(loop.body()), loop.carries(), loop.bound()),
          operands);
    }
    Call call = (Call) operation;
    Optional<Graph> derivative = call.derivative().map(this::inner);
    return tracer.add(new Call(call.name(), inner(call.graph()), derivative), operands);
  }

  @Override
  Tensor ordinary(Node node, List<TensorType> types, Tensor... operands) {
    Operation operation = node.operation();
    boolean plain = types.stream().noneMatch(TensorType::isBounded);
    if (plain || operation instanceof Operation.Fill || skips.test(node)) {
      return tracer.add(operation, node.type(), operands);
    }
    boolean ends = !node.type().isBounded();
    Tensor[] x = operands.clone();
    DataType type = types.get(0).dataType();
    if (ends && operation instanceof Operation.Reduce reduce) {
      x[0] = x[0].filled(neutral(reduce.kind(), type));
    } else if (ends && operation instanceof Operation.ArgMax) {
      x[0] = x[0].filled(neutral(Reduction.MAX, type));
    } else if (ends && operation instanceof Operation.Dot) {
      // A product of a zero and a negative zero changes no sum, not even one of a negative zero.
      x[0] = x[0].filled(0);
      x[1] = x[1].filled(-0.0);
    } else if (operation instanceof Operation.Gather && types.get(0).isBounded()) {
      x[0] = x[0].filled(0);
      x[1] = x[1].max(0).min(tracer.length().sub(1));
      Tensor read = tracer.add(operation, node.type(), x);
      return tracer.length().gt(0).select(read, tracer.constant(read.type(), 0));
    } else if (types.size() == 3 && types.get(2).isBounded() && isScatter(operation)) {
      x[1] = x[1].filled(-1);
      x[2] = x[2].filled(0);
    } else if (operation instanceof Operation.Reverse reverse && reverse.axes().contains(0)) {
      return reversed(reverse, x[0]);
    } else if (operation instanceof Operation.ArgSort sort && sort.axis() == 0) {
      x[0] = x[0].filled(last(sort, type));
      return tracer.add(operation, node.type().unbounded(), x).bounded();
    }
    return tracer.add(operation, node.type(), x);
  }

  private Tensor reversed(Operation.Reverse reverse, Tensor x) {
    Tensor positions = tracer.iota(Shape.of(x.shape().extent(0)), 0);
    Tensor turned = x.filled(0).gather(tracer.length().sub(1).sub(positions)).bounded();
    List<Integer> others = new ArrayList<>(reverse.axes());
    others.remove(0);
    return turned.reverse(others.stream().mapToInt(Integer::intValue).toArray());
  }

  private static boolean isScatter(Operation operation) {
    return operation instanceof Operation.ScatterAdd
        || operation instanceof Operation.ScatterSet
        || operation instanceof Operation.ScatterMax;
  }

  /** What is sorted behind everything that stands before it. */
  private static double last(Operation.ArgSort sort, DataType type) {
    boolean whole = type == DataType.INT32;
    if (sort.descending()) {
      return whole ? Integer.MIN_VALUE : Double.NEGATIVE_INFINITY;
    }
    return whole ? Integer.MAX_VALUE : Double.NaN;
  }

  /** What changes no reduction. */
  private static double neutral(Reduction kind, DataType type) {
    boolean whole = type == DataType.INT32;
    boolean truth = type == DataType.BOOL;
    return switch (kind) {
      case SUM -> 0;
      case PRODUCT -> 1;
      case MAX -> whole ? Integer.MIN_VALUE : truth ? 0 : Double.NEGATIVE_INFINITY;
      case MIN -> whole ? Integer.MAX_VALUE : Double.POSITIVE_INFINITY;
    };
  }
}
