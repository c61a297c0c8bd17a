package dev.stoa.tensor;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph applied to many examples at once: the same operations with one more axis in front. A
 * value is mapped when it depends on a mapped argument; all others are computed once and shared.
 */
final class Batching {
  private final Tracer tracer;
  private final int size;
  private final BatchLayoutRules layouts;
  private final BatchRowRules rows;
  private final BatchStructureRules structures;

  /**
   * A value within a batched graph.
   *
   * @param tensor with the axis of the examples in front if mapped
   * @param mapped whether each example has its own
   */
  record Value(Tensor tensor, boolean mapped) {
    /** The shape of one example. */
    Shape shape() {
      int[] extents = tensor.shape().extents();
      return mapped ? Shape.of(Arrays.copyOfRange(extents, 1, extents.length)) : tensor.shape();
    }
  }

  Batching(Tracer tracer, int size) {
    if (size < 0) {
      throw tracer.fault("a batch of " + size + " examples");
    }
    this.tracer = tracer;
    this.size = size;
    this.layouts = new BatchLayoutRules(tracer, this);
    this.rows = new BatchRowRules(tracer, this);
    this.structures = new BatchStructureRules(tracer, this);
  }

  /** The outputs of a graph, all with the axis of the examples in front. */
  List<Tensor> inline(Graph graph, Tensor... arguments) {
    if (arguments.length != graph.inputTypes().size()) {
      throw tracer.fault(
          "graph "
              + graph.name()
              + " takes "
              + graph.inputNames()
              + ", got "
              + arguments.length
              + " arguments");
    }
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      TensorType wanted = graph.inputTypes().get(i);
      boolean shared = arguments[i].type().equals(wanted);
      if (!shared && !arguments[i].type().equals(lead(wanted))) {
        throw tracer.fault(
            "input '"
                + graph.inputNames().get(i)
                + "' of graph "
                + graph.name()
                + " is "
                + wanted
                + ", or of a batch "
                + lead(wanted)
                + ", got "
                + arguments[i].type());
      }
      values.add(new Value(arguments[i], !shared));
    }
    return apply(graph, values).stream().map(this::spread).toList();
  }

  /** The outputs of a graph, mapped or not. */
  List<Value> apply(Graph graph, List<Value> arguments) {
    Map<Integer, List<Value>> results = new HashMap<>();
    for (Node node : graph.nodes()) {
      List<Value> values;
      if (node.operation() instanceof Operation.Input input) {
        values = List.of(arguments.get(input.position()));
      } else if (node.operation() instanceof Operation.Result result) {
        values = List.of(results.get(node.operands().get(0)).get(result.position()));
      } else {
        values = results(node, node.operands().stream().map(o -> results.get(o).get(0)).toList());
      }
      results.put(node.index(), values);
    }
    return graph.outputs().stream().map(output -> results.get(output).get(0)).toList();
  }

  private List<Value> results(Node node, List<Value> operands) {
    boolean mapped = operands.stream().anyMatch(Value::mapped);
    Tensor[] shared = operands.stream().map(Value::tensor).toArray(Tensor[]::new);
    if (node.operation() instanceof Operation.Structured structured) {
      return mapped
          ? structures.rule(structured, operands)
          : tracer.add(structured, shared).stream().map(each -> new Value(each, false)).toList();
    }
    Tensor result =
        mapped ? rule(node, operands) : tracer.add(node.operation(), node.type(), shared);
    return List.of(new Value(result, mapped));
  }

  /** Number of examples. */
  int size() {
    return size;
  }

  /** A shape with the axis of the examples in front. */
  Shape lead(Shape shape) {
    if (shape.isBounded()) {
      throw tracer.fault(
          "a batch of " + size + " examples of " + shape + ": a bounded axis stays the first");
    }
    int[] extents = new int[shape.rank() + 1];
    extents[0] = size;
    System.arraycopy(shape.extents(), 0, extents, 1, shape.rank());
    return Shape.of(extents);
  }

  TensorType lead(TensorType type) {
    return new TensorType(type.dataType(), lead(type.shape()));
  }

  /** A value with the axis of the examples, a shared one repeated. */
  Tensor spread(Value value) {
    return value.mapped() ? value.tensor() : value.tensor().broadcast(lead(value.shape()));
  }

  /** The result of a node of which at least one operand is mapped, with the leading axis. */
  private Tensor rule(Node node, List<Value> operands) {
    Operation operation = node.operation();
    if (operation instanceof Unary
        || operation instanceof Binary
        || operation instanceof Compare
        || operation instanceof Operation.Select
        || operation instanceof Operation.Convert
        || operation instanceof Operation.StopGradient) {
      return tracer.add(
          operation, lead(node.type()), operands.stream().map(this::spread).toArray(Tensor[]::new));
    }
    if (operation instanceof Operation.Dot dot) {
      return dot(dot, operands.get(0), operands.get(1));
    }
    if (BatchRowRules.knows(operation)) {
      return rows.rule(operation, operands);
    }
    return layouts.rule(node, operands);
  }

  /**
   * A product of matrices. Where one operand is shared, the examples of the other can be the rows
   * of one larger matrix, and the shared one need not be repeated: always where they lie one below
   * the other already, elsewhere if moving them there is less than to repeat.
   */
  private Tensor dot(Operation.Dot dot, Value left, Value right) {
    boolean flat = left.shape().rank() == 2;
    long m = left.shape().extent(dot.transposeLeft() ? -1 : -2);
    long k = left.shape().extent(dot.transposeLeft() ? -2 : -1);
    long n = right.shape().extent(dot.transposeRight() ? -2 : -1);
    if (!right.mapped() && (flat || m * (k + n) < k * n)) {
      Tensor rows = dot.transposeLeft() ? exchanged(left.tensor()) : left.tensor();
      return stacked(rows, right.tensor(), dot.transposeRight());
    }
    if (!left.mapped() && (flat && dot.transposeRight() || n * (k + m) < k * m)) {
      // The transposed product, whose rows are the columns of all examples.
      Tensor rows = dot.transposeRight() ? right.tensor() : exchanged(right.tensor());
      return exchanged(stacked(rows, left.tensor(), !dot.transposeLeft()));
    }
    return spread(left).dot(spread(right), dot.transposeLeft(), dot.transposeRight());
  }

  /** The last two axes exchanged. */
  private static Tensor exchanged(Tensor matrices) {
    return matrices.transpose();
  }

  /** {@code [size, B..., m, k] x [B..., k, n]} as {@code [B..., size m, k] x [B..., k, n]}. */
  private Tensor stacked(Tensor rows, Tensor right, boolean transposeRight) {
    int rank = rows.shape().rank();
    int leading = rank - 3;
    int[] inside = new int[rank];
    int[] outside = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      inside[axis] = axis < leading ? axis + 1 : axis == leading ? 0 : axis;
      outside[inside[axis]] = axis;
    }
    int[] extents = rows.transpose(inside).shape().extents();
    int[] joined = Arrays.copyOfRange(extents, 0, rank - 1);
    joined[leading] = extents[leading] * extents[leading + 1];
    joined[leading + 1] = extents[rank - 1];
    Tensor product = rows.transpose(inside).reshape(joined).dot(right, false, transposeRight);
    extents[rank - 1] = product.shape().extent(-1);
    return product.reshape(extents).transpose(outside);
  }
}
