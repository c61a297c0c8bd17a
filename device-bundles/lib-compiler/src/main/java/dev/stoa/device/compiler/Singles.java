package dev.stoa.device.compiler;

import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceException;
import dev.stoa.device.compiler.loops.Nest;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Steps of nodes that are not part of a fused loop. */
final class Singles {
  private final Graph graph;
  private final DeviceContext context;
  private final Machine machine;
  private final Views views;
  private final Value[] values;
  private final Rooms rooms;
  private final Rows rows;
  private final DeviceProducts products;
  private final List<Step> steps;
  private long bytes;

  Singles(
      Graph graph,
      DeviceContext context,
      Machine machine,
      Views views,
      Value[] values,
      Rooms rooms,
      Rows rows,
      DeviceProducts products,
      List<Step> steps) {
    this.graph = graph;
    this.context = context;
    this.machine = machine;
    this.views = views;
    this.values = values;
    this.rooms = rooms;
    this.rows = rows;
    this.products = products;
    this.steps = steps;
  }

  /** Bytes that the steps hold besides their operands. */
  long bytes() {
    return bytes;
  }

  private Value operand(Node node, int position) {
    return values[views.of(node.operands().get(position)).base()];
  }

  private Shape shape(Node node, int position) {
    return graph.nodes().get(node.operands().get(position)).type().shape();
  }

  /** Adds the steps of a node. */
  void add(Node node) {
    Value out = values[node.index()];
    if (out.size() == 0) {
      return;
    }
    Operation operation = node.operation();
    if (Views.moves(node)) {
      copy(node, out);
    } else if (operation instanceof Operation.Fill fill) {
      steps.add(Fills.fill(fill, node.type().shape(), rows, operand(node, 0), out));
    } else if (operation instanceof Operation.Dot dot) {
      dot(dot, node, out);
    } else if (operation instanceof Operation.Reduce reduce) {
      reduce(reduce, node, out);
    } else if (operation instanceof Operation.ArgMax argMax) {
      steps.add(Indexed.argMax(argMax.axis(), shape(node, 0), operand(node, 0), out));
    } else if (operation instanceof Operation.Gather) {
      steps.add(Indexed.gather(shape(node, 0), operand(node, 0), operand(node, 1), out));
    } else if (operation instanceof Operation.ScatterAdd
        || operation instanceof Operation.ScatterSet
        || operation instanceof Operation.ScatterMax) {
      Shape shape = shape(node, 0);
      steps.add(
          Scatter.of(operation, shape, operand(node, 0), operand(node, 1), operand(node, 2), out));
    } else if (operation instanceof Operation.RandomBits random) {
      steps.add(Indexed.randomBits(random, operand(node, 0), operand(node, 1), out));
    } else if (!sequence(node, out)) {
      layout(node, out);
    }
  }

  /** Gives a node that moves elements an array of its own. */
  private void copy(Node node, Value out) {
    Views.View view = views.seen(node);
    Shape shape = node.type().shape();
    Value in = values[view.base()];
    steps.add(new StridedCopy(in, view.offset(), view.strides(), out, 0, shape.strides(), shape));
  }

  /** Adds the step of an operation along an axis in order; false for another one. */
  private boolean sequence(Node node, Value out) {
    Operation operation = node.operation();
    Value in = node.operands().isEmpty() ? out : operand(node, 0);
    if (operation instanceof Operation.ArgSort sort) {
      Sequences sequences = new Sequences(shape(node, 0), sort.axis());
      bytes += sequences.sortBytes();
      steps.add(sequences.argSort(sort, in, out));
    } else if (operation instanceof Operation.Cumulate cumulate) {
      Sequences sequences = new Sequences(shape(node, 0), cumulate.axis());
      steps.add(sequences.cumulate(cumulate.kind(), in, out));
    } else if (operation instanceof Operation.LinearRecurrence recurrence) {
      Sequences sequences = new Sequences(shape(node, 0), recurrence.axis());
      steps.add(sequences.recurrence(in, operand(node, 1), operand(node, 2), out));
    } else {
      return false;
    }
    return true;
  }

  private void dot(Operation.Dot dot, Node node, Value out) {
    Value a = operand(node, 0);
    Value b = operand(node, 1);
    Shape result = node.type().shape();
    Optional<Step> ofDevice = products.step(dot, node);
    if (ofDevice.isPresent()) {
      steps.add(ofDevice.get());
    } else if (out.dataType() == DataType.FLOAT64) {
      steps.add(Indexed.dot(dot, shape(node, 0), result, a, b, out));
    } else {
      ProductStep step = new ProductStep(machine, context, dot, shape(node, 0), result, a, b, out);
      bytes += step.bytes();
      steps.add(upToLength(step, dot, shape(node, 0), result));
    }
  }

  /** A product that ends at the rows that exist, if the left matrix or matrices are bounded. */
  private Step upToLength(ProductStep step, Operation.Dot dot, Shape left, Shape result) {
    if (!left.isBounded()) {
      return step;
    }
    int each =
        result.rank() == 2
            ? 0
            : Shape.of(Arrays.copyOf(result.extents(), result.rank() - 2)).size();
    int capacity = left.extent(0);
    return step.after(
        () -> {
          if (each > 0) {
            step.batches(rows.get() * (each / capacity));
          } else {
            step.end(dot.transposeLeft(), rows.get());
          }
        });
  }

  /** A reduction over axes that lie apart: they are brought together first. */
  private void reduce(Operation.Reduce reduce, Node node, Value out) {
    Shape shape = shape(node, 0);
    if (shape.size() == 0) {
      double start = start(reduce.kind(), out.dataType());
      steps.add(() -> Constants.fill(out, start));
      return;
    }
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (!reduce.axes().contains(axis)) {
        order.add(axis);
      }
    }
    order.addAll(reduce.axes());
    Views.View view = views.of(node.operands().get(0));
    int[] strides = new int[shape.rank()];
    int[] extents = new int[shape.rank()];
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] = view.strides()[order.get(axis)];
      extents[axis] = shape.extent(order.get(axis));
    }
    Value in = values[view.base()];
    Value moved = new Value(in.dataType(), shape.size());
    moved.bind(Value.array(in.dataType(), shape.size()));
    bytes += (long) in.dataType().bytes() * shape.size();
    Shape block = Shape.of(extents);
    steps.add(new StridedCopy(in, view.offset(), strides, moved, 0, block.strides(), block));
    if (shape.isBounded() && reduce.axes().contains(0)) {
      int within = shape.size() / out.size();
      double number = start(reduce.kind(), in.dataType());
      int capacity = shape.extent(0);
      steps.add(Fills.blocks(capacity, within / capacity, rows, moved, number));
    }
    steps.add(rows(reduce.kind(), moved, out));
  }

  /** Reduces rows of consecutive elements. */
  private Step rows(Reduction kind, Value in, Value out) {
    DataType type = in.dataType();
    int count = in.size() / out.size();
    boolean vectors =
        type == DataType.FLOAT32 && machine.kernels().lanes() > 0 && count >= Nest.SUMS;
    Nest nest =
        new Nest(
            vectors,
            new int[] {0, count},
            List.of(type, type, type),
            List.of(new Nest.Load(type, new Nest.Place(0, 0, new int[] {count, 1}))),
            List.of(),
            List.of(new Nest.Fold(0, kind, 1, new Nest.Place(1, 0, new int[] {1, 0}), 2)));
    Value room = rooms.room(type, 0, Nest.SUMS);
    Value scratch = rooms.room(DataType.FLOAT32, 1, Nest.SUMS);
    List<Value> all = List.of(in, out, room, scratch);
    LoopStep step = new LoopStep(machine.kernels(), context, nest, all, out.size());
    bytes += step.bytes();
    return step;
  }

  private static double start(Reduction kind, DataType type) {
    boolean whole = type == DataType.INT32;
    return switch (kind) {
      case SUM -> 0;
      case PRODUCT -> 1;
      case MAX -> whole ? Integer.MIN_VALUE : Double.NEGATIVE_INFINITY;
      case MIN -> whole ? Integer.MAX_VALUE : Double.POSITIVE_INFINITY;
    };
  }

  private void layout(Node node, Value out) {
    Operation operation = node.operation();
    Shape shape = node.type().shape();
    if (operation instanceof Operation.Reverse reverse) {
      steps.add(Layouts.reverse(reverse.axes(), shape, operand(node, 0), out));
    } else if (operation instanceof Operation.DynamicSlice) {
      steps.add(
          Layouts.dynamicSlice(shape(node, 0), shape, operand(node, 0), operand(node, 1), out));
    } else if (operation instanceof Operation.DynamicUpdate) {
      Value part = operand(node, 1);
      steps.add(
          Layouts.dynamicUpdate(
              shape, shape(node, 1), operand(node, 0), part, operand(node, 2), out));
    } else if (operation instanceof Operation.Pad pad) {
      steps.add(() -> Constants.fill(out, 0));
      steps.add(Layouts.into(pad.before(), shape(node, 0), shape, operand(node, 0), out));
    } else if (operation instanceof Operation.Concatenate concatenate) {
      Integer[] start = new Integer[shape.rank()];
      Arrays.fill(start, 0);
      for (int i = 0; i < node.operands().size(); i++) {
        Shape part = shape(node, i);
        steps.add(Layouts.into(List.of(start), part, shape, operand(node, i), out));
        start[concatenate.axis()] += part.extent(concatenate.axis());
      }
    } else {
      throw new DeviceException("there is no code for " + node + " of graph " + graph.name());
    }
  }
}
