package dev.stoa.device.compiler;

import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Where each node's elements stand. A node that only moves elements (broadcast, reshape, transpose,
 * slice) is a view of another one's array, read in place by loops, unless something needs all its
 * elements in an array of their own.
 */
final class Views {
  /** Elements below which a copy of a stretched row does not pay. */
  private static final int MANY = 256;

  private final Graph graph;
  private final boolean[] whole;
  private final View[] views;

  /**
   * A node seen in the array of a base node.
   *
   * @param base the node whose array it is
   * @param offset of the first element
   * @param strides per axis of the viewing node
   */
  record View(int base, int offset, int[] strides) {}

  /**
   * Views of a graph's nodes.
   *
   * @param loops which nodes read their operands by loops; all others, and the outputs, need them
   *     in arrays of their own
   * @param spread whether rows are copied when they are stretched: the compiler makes vector
   *     instructions of a plain loop only if all its arrays are indexed alike
   */
  Views(Graph graph, Predicate<Node> loops, boolean spread) {
    this.graph = graph;
    this.whole = new boolean[graph.nodes().size()];
    this.views = new View[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      boolean moves = moves(node);
      if (!moves && !loops.test(node)) {
        node.operands().forEach(this::need);
      }
      if (node.operation() instanceof Operation.Reshape && of(node.index()) == null) {
        need(node.operands().get(0));
      }
      if (spread
          && node.operation() instanceof Operation.Broadcast
          && node.type().shape().size() >= MANY
          && node(node.operands().get(0)).type().shape().size() > 1) {
        need(node.index());
      }
    }
    graph.outputs().forEach(this::need);
  }

  private Node node(int index) {
    return graph.nodes().get(index);
  }

  /** Whether a node only moves elements in a way that strides can express. */
  static boolean moves(Node node) {
    Operation operation = node.operation();
    return operation instanceof Operation.Reshape
        || isSame(operation)
        || operation instanceof Operation.Broadcast
        || operation instanceof Operation.Transpose
        || operation instanceof Operation.Slice;
  }

  /** Whether the result is the operand. */
  private static boolean isSame(Operation operation) {
    return operation instanceof Operation.StopGradient || operation instanceof Operation.Bound;
  }

  private void need(int index) {
    Operation operation = node(index).operation();
    if (operation instanceof Operation.Reshape || isSame(operation)) {
      need(node(index).operands().get(0));
    } else if (!whole[index]) {
      whole[index] = true;
      Arrays.fill(views, null);
    }
  }

  /** Whether all elements of a node must stand in an array of its own. */
  boolean whole(int index) {
    return whole[index];
  }

  /** Where a node's elements stand. */
  View of(int index) {
    if (views[index] == null) {
      views[index] = find(node(index));
    }
    return views[index];
  }

  private View find(Node node) {
    return !moves(node) || whole[node.index()]
        ? new View(node.index(), 0, node.type().shape().strides())
        : seen(node);
  }

  /** A node that moves elements as a view of what it moves, even if it has an array of its own. */
  View seen(Node node) {
    Shape shape = node.type().shape();
    View view = of(node.operands().get(0));
    if (view == null) {
      return null;
    }
    Shape from = node(node.operands().get(0)).type().shape();
    int[] strides = view.strides();
    Operation operation = node.operation();
    if (operation instanceof Operation.Broadcast) {
      int[] stretched = new int[shape.rank()];
      int lead = shape.rank() - from.rank();
      for (int axis = 0; axis < from.rank(); axis++) {
        stretched[lead + axis] = from.extent(axis) == 1 ? 0 : strides[axis];
      }
      return new View(view.base(), view.offset(), stretched);
    }
    if (operation instanceof Operation.Transpose transpose) {
      int[] moved = new int[shape.rank()];
      for (int axis = 0; axis < moved.length; axis++) {
        moved[axis] = strides[transpose.permutation().get(axis)];
      }
      return new View(view.base(), view.offset(), moved);
    }
    if (operation instanceof Operation.Slice slice) {
      int offset = view.offset();
      for (int axis = 0; axis < strides.length; axis++) {
        offset += slice.start().get(axis) * strides[axis];
      }
      return new View(view.base(), offset, strides);
    }
    return isSame(operation) ? view : reshaped(view, from, shape);
  }

  /** A reshape of consecutive elements, or one that only adds and drops axes of extent 1. */
  private static View reshaped(View view, Shape from, Shape to) {
    if (consecutive(from, view.strides())) {
      return new View(view.base(), view.offset(), to.strides());
    }
    List<Integer> strides = new ArrayList<>();
    List<Integer> extents = new ArrayList<>();
    for (int axis = 0; axis < from.rank(); axis++) {
      if (from.extent(axis) != 1) {
        extents.add(from.extent(axis));
        strides.add(view.strides()[axis]);
      }
    }
    int[] moved = new int[to.rank()];
    int next = 0;
    for (int axis = 0; axis < moved.length; axis++) {
      if (to.extent(axis) != 1) {
        if (next == extents.size() || extents.get(next) != to.extent(axis)) {
          return null;
        }
        moved[axis] = strides.get(next++);
      }
    }
    return next == extents.size() ? new View(view.base(), view.offset(), moved) : null;
  }

  private static boolean consecutive(Shape shape, int[] strides) {
    int[] wanted = shape.strides();
    for (int axis = 0; axis < strides.length; axis++) {
      if (shape.extent(axis) != 1 && strides[axis] != wanted[axis]) {
        return false;
      }
    }
    return true;
  }

  /** Extents of a shape without those of 1; a scalar has one of 1. */
  static int[] extents(Shape shape) {
    int[] kept = new int[shape.rank()];
    int count = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.extent(axis) != 1) {
        kept[count++] = shape.extent(axis);
      }
    }
    return count == 0 ? new int[] {1} : Arrays.copyOf(kept, count);
  }

  /** Strides by the axes that {@link #extents} keeps. */
  static int[] strides(Shape shape, int[] strides) {
    int[] kept = new int[shape.rank()];
    int count = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.extent(axis) != 1) {
        kept[count++] = strides[axis];
      }
    }
    return count == 0 ? new int[] {1} : Arrays.copyOf(kept, count);
  }

  /** Strides of consecutive elements. */
  static int[] consecutive(int[] extents) {
    return Shape.of(extents).strides();
  }
}
