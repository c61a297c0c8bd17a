package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A graph of a known number of rows: see {@link Transforms#atLength}. */
final class FixedLength extends Unbounding {
  private final int length;

  private FixedLength(Tracer tracer, int length) {
    super(tracer);
    this.length = length;
  }

  static Graph of(Graph graph, int length) {
    if (graph.capacity().isEmpty()) {
      return graph;
    }
    if (length < 0 || length > graph.capacity().getAsInt()) {
      throw new IllegalArgumentException(
          "graph "
              + graph.name()
              + ": a length of "
              + length
              + ", not from 0 to "
              + graph.capacity().getAsInt());
    }
    Graph traced =
        Graph.trace(
            graph.name(),
            t -> {
              FixedLength fixed = new FixedLength(t, length);
              List<Tensor> arguments = new ArrayList<>();
              for (int i = 0; i < graph.inputNames().size(); i++) {
                TensorType type = fixed.type(graph.inputTypes().get(i));
                arguments.add(t.input(graph.inputNames().get(i), type));
              }
              List<Tensor> values = fixed.record(graph, arguments);
              for (int i = 0; i < values.size(); i++) {
                t.output(graph.outputNames().get(i), values.get(i));
              }
            });
    return updating(traced, graph);
  }

  @Override
  Shape shape(Shape shape) {
    if (!shape.isBounded()) {
      return shape;
    }
    int[] extents = shape.extents();
    extents[0] = length;
    return Shape.of(extents);
  }

  @Override
  List<Tensor> structured(Operation.Structured operation, Tensor... operands) {
    if (operation instanceof Scan scan) {
      return tracer.add(
          new Scan(
              of(scan.body(), length),
              scan.carries(),
              scan.stacked(),
              scan.bounded() ? length : scan.length(),
              scan.reverse(),
              scan.recompute()),
          operands);
    }
    if (operation instanceof While loop) {
      return tracer.add(
          new While(
              of(loop.condition(), length), of(loop.body(), length), loop.carries(), loop.bound()),
          operands);
    }
    Call call = (Call) operation;
    Optional<Graph> derivative = call.derivative().map(given -> of(given, length));
    return tracer.add(new Call(call.name(), of(call.graph(), length), derivative), operands);
  }

  @Override
  Tensor ordinary(Node node, List<TensorType> types, Tensor... operands) {
    Operation operation = node.operation();
    if (operation instanceof Operation.Length) {
      return tracer.constant(node.type(), length);
    }
    if (operation instanceof Operation.Fill fill) {
      int[] extents = node.type().shape().extents();
      extents[0] -= length;
      TensorType rest = TensorType.of(node.type().dataType(), extents);
      return tracer.concatenate(0, operands[0], tracer.constant(rest, fill.value()));
    }
    if (operation instanceof Operation.Bound) {
      return operands[0].slice(0, 0, length);
    }
    if (operation instanceof Operation.Constant constant
        && node.type().isBounded()
        && constant.values().size() > 1) {
      TensorType type = type(node.type());
      return length == 0
          ? tracer.constant(type, 0)
          : tracer.add(
              new Operation.Constant(constant.values().subList(0, type.shape().size())), type);
    }
    return tracer.add(reshaped(operation, types), type(node.type()), operands);
  }
}
