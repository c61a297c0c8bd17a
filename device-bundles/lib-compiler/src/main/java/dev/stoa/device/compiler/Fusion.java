package dev.stoa.device.compiler;

import dev.stoa.device.compiler.loops.Kernels;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decides which nodes are computed together. Nodes are taken in order; each joins the last loop of
 * its shape that it shares something with and that comes after all that it needs, or begins a new
 * one; then loops are merged. Everything else is a unit by itself.
 */
final class Fusion {
  /** Elements below which it does not matter whether operations can be done by vectors. */
  private static final int FEW = 16;

  private final Graph graph;
  private final Views views;
  private final List<Unit> units = new ArrayList<>();

  /** Unit that computes each node; -1 for what is there from the start. */
  private final int[] unitOf;

  /**
   * Decides for a graph.
   *
   * @param spread see {@link Views}
   */
  Fusion(Graph graph, boolean spread) {
    this.graph = graph;
    this.views = new Views(graph, Fusion::isLoop, spread);
    this.unitOf = new int[graph.nodes().size()];
    Arrays.fill(unitOf, -1);
    for (Node node : graph.nodes()) {
      place(node);
    }
    new Merging(this, graph, units, unitOf).run();
  }

  Views views() {
    return views;
  }

  /** All units, in computing order. */
  List<Unit> units() {
    return units;
  }

  int unitOf(int node) {
    return unitOf[node];
  }

  /** Whether a node is computed by loops. */
  static boolean isLoop(Node node) {
    Operation operation = node.operation();
    return operation instanceof Operation.Unary
        || operation instanceof Operation.Binary
        || operation instanceof Operation.Compare
        || operation instanceof Operation.Select
        || operation instanceof Operation.Convert
        || operation instanceof Operation.Reduce;
  }

  /** Whether a node is the same number everywhere, known when the graph is compiled. */
  boolean literal(int index) {
    return graph.nodes().get(index).operation() instanceof Operation.Constant constant
        && constant.values().size() == 1;
  }

  private void place(Node node) {
    Operation operation = node.operation();
    boolean given =
        operation instanceof Operation.Input
            || operation instanceof Operation.Constant
            || operation instanceof Operation.Iota
            || operation instanceof Operation.Length;
    if (given || Views.moves(node) && !views.whole(node.index())) {
      return;
    }
    if (operation instanceof Operation.Result) {
      unitOf[node.index()] = unitOf[node.operands().get(0)];
    } else if (!isLoop(node)) {
      single(node);
    } else if (operation instanceof Operation.Reduce reduce) {
      reduce(node, reduce);
    } else if (node.type().shape().size() == 0) {
      single(node);
    } else {
      elementwise(node);
    }
  }

  private void single(Node node) {
    unitOf[node.index()] = units.size();
    units.add(new Unit.Single(node.index()));
  }

  private DataType operandType(Node node) {
    return graph.nodes().get(node.operands().get(0)).type().dataType();
  }

  private void elementwise(Node node) {
    Shape shape = node.type().shape();
    boolean vectors =
        node.type().shape().size() >= FEW
            && Kernels.byVectors(node.operation(), node.type().dataType(), operandType(node));
    int cost = Loop.cost(node.operation());
    int earliest = earliest(node, shape);
    for (int u = units.size() - 1; u >= earliest; u--) {
      if (units.get(u) instanceof Loop loop
          && loop.vectors() == vectors
          && loop.sameShape(shape)
          && related(loop, node)
          && loop.add(node.index(), cost, reads(loop, node))) {
        unitOf[node.index()] = u;
        return;
      }
    }
    Loop loop = new Loop(vectors, shape.isBounded(), Views.extents(shape));
    if (!loop.add(node.index(), cost, reads(loop, node))) {
      throw new IllegalStateException("a loop does not take its first node " + node);
    }
    unitOf[node.index()] = units.size();
    units.add(loop);
  }

  /** The first unit that a node may be part of. */
  private int earliest(Node node, Shape shape) {
    int earliest = 0;
    for (int operand : node.operands()) {
      Views.View view = views.of(operand);
      int unit = unitOf[view.base()];
      if (unit >= 0) {
        boolean inside =
            units.get(unit) instanceof Loop loop && loop.sameShape(shape) && inside(loop, operand);
        earliest = Math.max(earliest, inside ? unit : unit + 1);
      }
    }
    return earliest;
  }

  /** Whether an operand is an element-wise node of a loop, met element by element. */
  boolean inside(Loop loop, int operand) {
    Views.View view = views.of(operand);
    return loop.contains(view.base()) && same(loop, operand, view);
  }

  private boolean same(Loop loop, int operand, Views.View view) {
    Shape shape = graph.nodes().get(operand).type().shape();
    return view.offset() == 0
        && loop.sameShape(shape)
        && Arrays.equals(Views.strides(shape, view.strides()), Views.consecutive(loop.extents()));
  }

  /** Whether an operand's array is read by a loop element by element. */
  boolean aligned(Loop loop, int operand) {
    return same(loop, operand, views.of(operand));
  }

  private boolean related(Loop loop, Node node) {
    if (node.type().shape().size() == 1) {
      return true;
    }
    for (int operand : node.operands()) {
      int base = views.of(operand).base();
      if (loop.contains(base)) {
        return true;
      }
      if (!literal(base) && graph.nodes().get(base).type().shape().size() > 1) {
        for (int member : loop.members()) {
          for (int other : graph.nodes().get(member).operands()) {
            if (views.of(other).base() == base) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }

  /** Strides by which a loop reads those operands of a node that it does not compute itself. */
  private List<int[]> reads(Loop loop, Node node) {
    List<int[]> reads = new ArrayList<>();
    for (int operand : node.operands()) {
      Views.View view = views.of(operand);
      if (!literal(view.base()) && !inside(loop, operand)) {
        reads.add(Views.strides(graph.nodes().get(operand).type().shape(), view.strides()));
      }
    }
    return reads;
  }

  private void reduce(Node node, Operation.Reduce reduce) {
    int operand = node.operands().get(0);
    Shape shape = graph.nodes().get(operand).type().shape();
    if (shape.size() == 0) {
      single(node);
      return;
    }
    Loop.Folded fold = folded(node, reduce, operand, shape);
    int base = views.of(operand).base();
    int unit = unitOf[base];
    boolean float32 = node.type().dataType() == DataType.FLOAT32;
    if (unit >= 0
        && units.get(unit) instanceof Loop loop
        && loop.sameShape(shape)
        && inside(loop, operand)
        && loop.vectors() == (float32 && shape.size() >= FEW)
        && loop.add(fold, List.of())) {
      unitOf[node.index()] = unit;
      return;
    }
    Loop loop = new Loop(float32 && shape.size() >= FEW, shape.isBounded(), Views.extents(shape));
    if (loop.add(fold, reads(loop, node))) {
      unitOf[node.index()] = units.size();
      units.add(loop);
    } else {
      single(node);
    }
  }

  private static Loop.Folded folded(Node node, Operation.Reduce reduce, int operand, Shape shape) {
    int[] extents = Views.extents(shape);
    boolean[] along = new boolean[extents.length];
    int next = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.extent(axis) != 1) {
        along[next++] = reduce.axes().contains(axis);
      }
    }
    if (next == 0) {
      along[0] = true;
    }
    int[] out = new int[extents.length];
    int stride = 1;
    for (int i = extents.length - 1; i >= 0; i--) {
      if (!along[i]) {
        out[i] = stride;
        stride *= extents[i];
      }
    }
    return new Loop.Folded(node.index(), reduce.kind(), operand, along, out);
  }
}
