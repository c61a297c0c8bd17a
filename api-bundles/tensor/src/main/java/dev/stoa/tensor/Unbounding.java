package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Records a graph again whose bounded tensors become others: the frame of such transforms. */
abstract class Unbounding {
  final Tracer tracer;

  Unbounding(Tracer tracer) {
    this.tracer = tracer;
  }

  /** What a shape becomes. */
  abstract Shape shape(Shape shape);

  final TensorType type(TensorType type) {
    return new TensorType(type.dataType(), shape(type.shape()));
  }

  /** The results of a loop or a call, whose graphs have a capacity or that is itself bounded. */
  abstract List<Tensor> structured(Operation.Structured operation, Tensor... operands);

  /** The result of a node. */
  abstract Tensor ordinary(Node node, List<TensorType> types, Tensor... operands);

  /** The outputs of a graph. */
  final List<Tensor> record(Graph graph, List<Tensor> arguments) {
    List<Tensor> values = new ArrayList<>();
    Map<Integer, List<Tensor>> results = new HashMap<>();
    for (Node node : graph.nodes()) {
      Operation operation = node.operation();
      Tensor value = null;
      if (operation instanceof Operation.Input input) {
        value = arguments.get(input.position());
      } else if (operation instanceof Operation.Result result) {
        value = results.get(node.operands().get(0)).get(result.position());
      } else {
        Tensor[] operands = node.operands().stream().map(values::get).toArray(Tensor[]::new);
        if (operation instanceof Operation.Structured structured) {
          results.put(node.index(), results(structured, operands));
        } else {
          List<TensorType> types =
              node.operands().stream().map(operand -> graph.nodes().get(operand).type()).toList();
          value = ordinary(node, types, operands);
        }
      }
      values.add(value);
    }
    return graph.outputs().stream().map(values::get).toList();
  }

  private List<Tensor> results(Operation.Structured operation, Tensor... operands) {
    boolean plain =
        operation.graphs().values().stream().allMatch(graph -> graph.capacity().isEmpty())
            && !(operation instanceof Scan scan && scan.bounded());
    return plain ? tracer.add(operation, operands) : structured(operation, operands);
  }

  /** An operation that says a shape or an end, about what that becomes. */
  final Operation reshaped(Operation operation, List<TensorType> types) {
    if (operation instanceof Operation.Broadcast broadcast) {
      return new Operation.Broadcast(shape(broadcast.to()));
    }
    if (operation instanceof Operation.Reshape reshape) {
      return new Operation.Reshape(shape(reshape.to()));
    }
    if (operation instanceof Operation.Iota iota) {
      return new Operation.Iota(shape(iota.shape()), iota.axis());
    }
    if (operation instanceof Operation.RandomBits bits) {
      return new Operation.RandomBits(shape(bits.shape()), bits.purpose());
    }
    if (operation instanceof Operation.DynamicSlice slice) {
      return new Operation.DynamicSlice(shape(slice.part()));
    }
    if (types.isEmpty() || !types.get(0).isBounded()) {
      return operation;
    }
    int rows = shape(types.get(0).shape()).extent(0);
    if (operation instanceof Operation.Slice slice) {
      List<Integer> end = new ArrayList<>(slice.end());
      end.set(0, rows);
      return new Operation.Slice(slice.start(), end);
    }
    return operation instanceof Operation.ArgSort sort && sort.axis() == 0
        ? new Operation.ArgSort(0, sort.descending(), rows)
        : operation;
  }

  /** A number along the first axis of a shape, to be spread over it. */
  static int[] column(Shape shape) {
    int[] extents = new int[shape.rank()];
    Arrays.fill(extents, 1);
    extents[0] = shape.extent(0);
    return extents;
  }

  /** A graph traced again, with the signature and the donations of another. */
  static Graph updating(Graph traced, Graph graph) {
    return graph.donations().isEmpty() ? traced : Transforms.updating(traced, graph.donations());
  }
}
