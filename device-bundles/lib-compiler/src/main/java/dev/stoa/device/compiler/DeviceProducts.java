package dev.stoa.device.compiler;

import dev.stoa.device.DeviceContext;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The products of a graph that its device computes itself. What they read is copied into a mirror
 * before the first of them that reads it, once a run; a mirror that is needed no more serves
 * another value.
 */
final class DeviceProducts {
  /** What stands in the rows that do not exist. */
  private enum Rest {
    /** There are no such rows. */
    NONE,
    ZERO,
    /** Of a right matrix, so that products with zeros change no sum, not even a negative zero. */
    NEGATIVE_ZERO
  }

  /** What a mirror shows: the array that belongs to a node. */
  private record Shown(int base, Rest rest) {}

  private record Room(DataType type, int elements) {}

  private final Graph graph;
  private final Views views;
  private final Value[] values;
  private final DeviceContext context;
  private final Rows rows;
  private final Mirrors mirrors;
  private final Map<Shown, Integer> readers = new HashMap<>();
  private final Map<Shown, Mirror> shown = new HashMap<>();
  private final Map<Room, Deque<Mirror>> free = new HashMap<>();

  DeviceProducts(
      Graph graph, DeviceContext context, Views views, Value[] values, Rows rows, Mirrors mirrors) {
    this.graph = graph;
    this.context = context;
    this.views = views;
    this.values = values;
    this.rows = rows;
    this.mirrors = mirrors;
    for (Node node : graph.nodes()) {
      if (node.operation() instanceof Operation.Dot dot && taken(dot, node)) {
        readers.merge(shows(node, 0), 1, Integer::sum);
        readers.merge(shows(node, 1), 1, Integer::sum);
      }
    }
  }

  private Shape shape(Node node, int position) {
    return graph.nodes().get(node.operands().get(position)).type().shape();
  }

  private boolean taken(Operation.Dot dot, Node node) {
    Product product = Product.of(dot, shape(node, 0), node.type());
    return product.batches() * (long) product.inner() > 0 && mirrors.kernels().takes(product);
  }

  private Shown shows(Node node, int position) {
    Rest rest =
        !shape(node, position).isBounded()
            ? Rest.NONE
            : position == 0 ? Rest.ZERO : Rest.NEGATIVE_ZERO;
    return new Shown(views.of(node.operands().get(position)).base(), rest);
  }

  /** The step of a product; empty when the device leaves it to the compiler. */
  Optional<Step> step(Operation.Dot dot, Node node) {
    if (!taken(dot, node)) {
      return Optional.empty();
    }
    List<Step> copies = new ArrayList<>();
    Mirror left = operand(node, 0, copies);
    Mirror right = operand(node, 1, copies);
    Room room = new Room(node.type().dataType(), node.type().shape().size());
    Mirror out = mirror(room);
    Product product = Product.of(dot, shape(node, 0), node.type());
    ProductKernel kernel = mirrors.kernels().kernel(product, left, right, out);
    Value result = values[node.index()];
    boolean bounded = shape(node, 0).isBounded();
    DeviceProductStep step =
        new DeviceProductStep(context, rows, product, kernel, copies, out, result);
    if (bounded && node.type().shape().rank() > 2) {
      step.batchesOf(shape(node, 0).extent(0));
    } else if (bounded && !dot.transposeLeft()) {
      step.rowsExist();
    }
    giveBack(room, out);
    release(node, 0);
    release(node, 1);
    return Optional.of(step);
  }

  /** The mirror of an operand; adds a copy into it where it is the first that reads it. */
  private Mirror operand(Node node, int position, List<Step> copies) {
    Shown what = shows(node, position);
    Mirror known = shown.get(what);
    if (known != null) {
      return known;
    }
    Shape shape = shape(node, position);
    Value value = values[what.base()];
    Mirror mirror = mirror(new Room(value.dataType(), value.size()));
    shown.put(what, mirror);
    if (what.rest() == Rest.NONE) {
      copies.add(() -> mirror.write(value.array(), value.size()));
    } else {
      int row = shape.size() / shape.extent(0);
      double rest = what.rest() == Rest.ZERO ? 0 : -0.0;
      copies.add(
          () -> {
            int exist = rows.get() * row;
            mirror.write(value.array(), exist);
            mirror.fill(exist, value.size(), rest);
          });
    }
    return mirror;
  }

  private Mirror mirror(Room room) {
    Deque<Mirror> fitting = free.get(room);
    return fitting == null || fitting.isEmpty()
        ? mirrors.make(room.type(), room.elements())
        : fitting.pop();
  }

  private void giveBack(Room room, Mirror mirror) {
    free.computeIfAbsent(room, each -> new ArrayDeque<>()).push(mirror);
  }

  private void release(Node node, int position) {
    Shown what = shows(node, position);
    if (readers.merge(what, -1, Integer::sum) == 0) {
      Value value = values[what.base()];
      giveBack(new Room(value.dataType(), value.size()), shown.remove(what));
    }
  }
}
