package dev.stoa.device.cpund4j;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Which kernel computes which operation: decided by operation, type and shape alone. */
final class KernelChoice {
  private final Graph graph;
  private final Storage storage;

  /** Kernels run one after the other, so all of one element type share their pieces of memory. */
  private final Map<DataType, Elementwise<?>> elementwise = new EnumMap<>(DataType.class);

  private final Map<DataType, Reductions<?>> reductions = new EnumMap<>(DataType.class);

  KernelChoice(Graph graph, Storage storage) {
    this.graph = graph;
    this.storage = storage;
  }

  /** Whether the kernel writes a part of its result only, and the rest must be and stay zero. */
  boolean needsZeros(Node node) {
    if (node.operation() instanceof Operation.Dot dot) {
      return operand(node, 0).shape().extent(dot.transposeLeft() ? -2 : -1) == 0;
    }
    return node.operation() instanceof Operation.Pad
        || node.operation() instanceof Operation.Gather && operand(node, 0).shape().size() == 0;
  }

  /** The kernel of a node that is neither an input nor a new name, writing to an array. */
  Kernel kernel(Node node, NativeArray to) {
    Operation operation = node.operation();
    if (operation instanceof Operation.Unary
        || operation instanceof Operation.Binary
        || operation instanceof Operation.Compare
        || operation instanceof Operation.Select
        || operation instanceof Operation.Convert) {
      int[] operands = node.operands().stream().mapToInt(Integer::intValue).toArray();
      return LargeElementwise.of(operation, node.type(), operands, to)
          .orElseGet(() -> elementwise(node, to));
    }
    if (operation instanceof Operation.Broadcast
        || operation instanceof Operation.Transpose
        || operation instanceof Operation.Slice
        || operation instanceof Operation.Pad
        || operation instanceof Operation.Reverse
        || operation instanceof Operation.DynamicSlice
        || operation instanceof Operation.DynamicUpdate
        || operation instanceof Operation.Concatenate) {
      return movement(node, to);
    }
    int[] from = node.operands().stream().mapToInt(Integer::intValue).toArray();
    if (operation instanceof Operation.Constant constant) {
      return values -> fill(constant.values(), to);
    }
    if (operation instanceof Operation.Iota iota) {
      return values -> count(iota, to);
    }
    if (operation instanceof Operation.Dot dot) {
      return Products.dot(dot, operand(node, 0), node.type(), from[0], from[1], to);
    }
    if (operation instanceof Operation.Reduce reduce) {
      return reduce(reduce, operand(node, 0), from[0], to);
    }
    if (operation instanceof Operation.ArgMax argMax) {
      return argMax(argMax.axis(), operand(node, 0), from[0], to);
    }
    if (operation instanceof Operation.ScatterAdd
        || operation instanceof Operation.ScatterSet
        || operation instanceof Operation.ScatterMax) {
      return scatter(node, from, to);
    }
    if (operation instanceof Operation.ArgSort
        || operation instanceof Operation.Cumulate
        || operation instanceof Operation.LinearRecurrence) {
      return sequence(Lanes.of(operand(node, 0).dataType()), node, from, to);
    }
    if (operation instanceof Operation.Gather) {
      return Movement.gather(operand(node, 0), from[0], from[1], to);
    }
    if (operation instanceof Operation.RandomBits bits) {
      return RandomKernel.bits(bits.purpose(), from[0], from[1], to);
    }
    throw new UnsupportedOperationException("operation " + node);
  }

  private Kernel argMax(int axis, TensorType type, int from, NativeArray to) {
    Shape shape = type.shape();
    return reductions(type)
        .argMax(
            from,
            product(shape, 0, axis),
            shape.extent(axis),
            product(shape, axis + 1, shape.rank()),
            to);
  }

  private Kernel scatter(Node node, int[] from, NativeArray to) {
    int count = operand(node, 1).shape().size();
    if (node.operation() instanceof Operation.ScatterSet) {
      return Movement.scatterSet(node.type(), from[0], from[1], from[2], count, to);
    }
    boolean greatest = node.operation() instanceof Operation.ScatterMax;
    return reductions(node.type())
        .scatter(
            greatest ? Operation.Binary.MAX : Operation.Binary.ADD,
            node.type().shape(),
            from[0],
            from[1],
            from[2],
            count,
            to);
  }

  private <A> Kernel sequence(Lanes<A> lanes, Node node, int[] from, NativeArray to) {
    Shape shape = operand(node, 0).shape();
    if (node.operation() instanceof Operation.ArgSort sort) {
      return Sequences.over(lanes, shape, sort.axis()).argSort(sort, from[0], to);
    }
    if (node.operation() instanceof Operation.Cumulate cumulate) {
      return Sequences.over(lanes, shape, cumulate.axis()).cumulate(cumulate.kind(), from[0], to);
    }
    int axis = ((Operation.LinearRecurrence) node.operation()).axis();
    return Sequences.over(lanes, shape, axis).recurrence(from[0], from[1], from[2], to);
  }

  private Kernel elementwise(Node node, NativeArray to) {
    List<Integer> from = node.operands();
    Elementwise<?> loops =
        elementwise.computeIfAbsent(
            node.operation() instanceof Operation.Select
                ? node.type().dataType()
                : operand(node, 0).dataType(),
            Elementwise::of);
    if (node.operation() instanceof Operation.Unary unary) {
      return loops.unary(unary, from.get(0), to);
    }
    if (node.operation() instanceof Operation.Binary binary) {
      return loops.binary(binary, from.get(0), from.get(1), to);
    }
    if (node.operation() instanceof Operation.Compare compare) {
      return loops.compare(compare, from.get(0), from.get(1), to);
    }
    return node.operation() instanceof Operation.Select
        ? loops.select(from.get(0), from.get(1), from.get(2), to)
        : loops.convert(from.get(0), to);
  }

  private Kernel movement(Node node, NativeArray to) {
    int from = node.operands().get(0);
    TensorType type = operand(node, 0);
    if (node.operation() instanceof Operation.Transpose transpose) {
      return Movement.transpose(transpose, type, node.type(), from, to);
    }
    if (node.operation() instanceof Operation.Slice slice) {
      return Movement.slice(slice, type, node.type(), from, to);
    }
    if (node.operation() instanceof Operation.Reverse reverse) {
      return Movement.reverse(reverse, node.type(), from, to);
    }
    if (node.operation() instanceof Operation.DynamicSlice) {
      return Movement.dynamicSlice(type, node.type(), from, node.operands().get(1), to);
    }
    if (node.operation() instanceof Operation.DynamicUpdate) {
      int part = node.operands().get(1);
      return Movement.dynamicUpdate(
          operand(node, 1), node.type(), from, part, node.operands().get(2), to);
    }
    if (node.operation() instanceof Operation.Pad pad) {
      return Movement.pad(pad, type, node.type(), from, to);
    }
    if (node.operation() instanceof Operation.Concatenate concatenate) {
      List<TensorType> parts =
          node.operands().stream().map(part -> graph.nodes().get(part).type()).toList();
      return Movement.concatenate(concatenate, parts, node.type(), node.operands(), to);
    }
    return Movement.broadcast(type, node.type(), from, to);
  }

  private Kernel reduce(Operation.Reduce reduce, TensorType type, int from, NativeArray to) {
    Shape shape = type.shape();
    List<Integer> axes = reduce.axes();
    int first = axes.get(0);
    int last = axes.get(axes.size() - 1);
    if (last - first == axes.size() - 1) {
      return reductions(type)
          .reduce(
              reduce.kind(),
              from,
              product(shape, 0, first),
              product(shape, first, last + 1),
              product(shape, last + 1, shape.rank()),
              to);
    }
    return reduceScattered(reduce, type, from, to);
  }

  /** Axes that are not neighbours: the reduced ones are moved behind the others first. */
  private Kernel reduceScattered(
      Operation.Reduce reduce, TensorType type, int from, NativeArray to) {
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < type.shape().rank(); axis++) {
      if (!reduce.axes().contains(axis)) {
        order.add(axis);
      }
    }
    int kept = order.size();
    order.addAll(reduce.axes());
    int[] extents = order.stream().mapToInt(axis -> type.shape().extent(axis)).toArray();
    TensorType moved = TensorType.of(type.dataType(), extents);
    NativeArray between = storage.take(moved);
    // Only this node uses it: from here on it may serve others.
    storage.giveBack(between);
    Kernel move = Movement.transpose(new Operation.Transpose(order), type, moved, from, between);
    NativeArray[] own = {between};
    Kernel sum =
        reductions(type)
            .reduce(
                reduce.kind(),
                0,
                product(moved.shape(), 0, kept),
                product(moved.shape(), kept, moved.shape().rank()),
                1,
                to);
    return values -> {
      move.run(values);
      sum.run(own);
    };
  }

  private static void fill(List<Double> literal, NativeArray to) {
    int size = to.size();
    for (int i = 0; i < size; i++) {
      double value = literal.get(literal.size() == 1 ? 0 : i);
      switch (to.type().dataType()) {
        case FLOAT32 -> to.floats.put(i, (float) value);
        case FLOAT64 -> to.doubles.put(i, value);
        case INT32 -> to.ints.put(i, (int) value);
        case BOOL -> to.bytes.put(i, (byte) (value != 0 ? 1 : 0));
      }
    }
  }

  private static void count(Operation.Iota iota, NativeArray to) {
    int stride = iota.shape().strides()[iota.axis()];
    int extent = iota.shape().extent(iota.axis());
    for (int i = 0; i < to.size(); i++) {
      to.ints.put(i, i / stride % extent);
    }
  }

  private Reductions<?> reductions(TensorType type) {
    return reductions.computeIfAbsent(type.dataType(), Reductions::of);
  }

  private TensorType operand(Node node, int position) {
    return graph.nodes().get(node.operands().get(position)).type();
  }

  private static int product(Shape shape, int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= shape.extent(axis);
    }
    return product;
  }
}
