package dev.stoa.device.compiler;

import dev.stoa.device.DeviceContext;
import dev.stoa.device.compiler.loops.Kernels;
import dev.stoa.device.compiler.loops.Nest;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns a loop of fused nodes into a nest as data, and its kernel into a step. */
final class NestBuilder {
  private final Graph graph;
  private final Fusion fusion;
  private final Loop loop;
  private final Loop.Axes axes;
  private final Value[] values;
  private final Rooms rooms;
  private final Rows rows;

  private final List<Value> bound = new ArrayList<>();
  private final Map<Value, Integer> numbered = new HashMap<>();
  private final List<Nest.Value> body = new ArrayList<>();
  private final Map<Integer, Integer> computed = new HashMap<>();
  private final Map<Nest.Value, Integer> known = new HashMap<>();
  private final List<Nest.Store> stores = new ArrayList<>();
  private final List<Nest.Fold> folds = new ArrayList<>();
  private boolean unitStrides = true;
  private long bytes;

  /**
   * A builder for one loop.
   *
   * @param values where each node's array is; null where it has none
   */
  NestBuilder(Graph graph, Fusion fusion, Loop loop, Value[] values, Rooms rooms, Rows rows) {
    this.graph = graph;
    this.fusion = fusion;
    this.loop = loop;
    this.axes = loop.axes();
    this.values = values;
    this.rooms = rooms;
    this.rows = rows;
  }

  /** What the step holds besides its operands. */
  long bytes() {
    return bytes;
  }

  Step step(Kernels kernels, DeviceContext context) {
    for (int member : loop.members()) {
      Node node = graph.nodes().get(member);
      List<Integer> operands = new ArrayList<>();
      for (int operand : node.operands()) {
        operands.add(operand(operand));
      }
      computed.put(
          member, value(new Nest.Compute(node.type().dataType(), node.operation(), operands)));
    }
    for (int member : loop.members()) {
      if (values[member] != null) {
        int[] strides = axes.strides(Views.consecutive(loop.extents()));
        Nest.Place place = new Nest.Place(array(values[member]), 0, strides);
        stores.add(new Nest.Store(computed.get(member), place));
      }
    }
    int[] extents = axes.extents();
    for (Loop.Folded each : loop.folds()) {
      fold(each, extents);
    }
    int innermost = extents[extents.length - 1];
    boolean vectors =
        loop.vectors()
            && kernels.lanes() > 0
            && unitStrides
            && innermost >= Math.max(kernels.lanes(), Nest.SUMS);
    List<DataType> types = bound.stream().map(Value::dataType).toList();
    int[] shape = extents.clone();
    // The outermost extent is given when it runs: kernels of other sizes are the same class.
    shape[0] = 0;
    Nest nest = new Nest(vectors, shape, types, body, stores, folds);
    for (DataType type : nest.scratch()) {
      bound.add(rooms.room(type, loop.folds().size(), Nest.SUMS));
    }
    LoopStep step = new LoopStep(kernels, context, nest, bound, extents[0]);
    bytes = step.bytes();
    int perRow = extents[0] / loop.extents()[0];
    return loop.bounded() ? step.after(() -> step.end(rows.get() * perRow)) : step;
  }

  private void fold(Loop.Folded each, int[] extents) {
    int over = Loop.loop(each, axes);
    int value = operand(each.operand());
    DataType type = body.get(value).type();
    Nest.Place place = new Nest.Place(array(values[each.node()]), 0, axes.strides(each.out()));
    int inside = 1;
    for (int i = over + 1; i < extents.length; i++) {
      inside *= extents[i];
    }
    Value room = rooms.room(type, folds.size(), Nest.SUMS * inside);
    folds.add(new Nest.Fold(value, each.kind(), over, place, array(room)));
  }

  private int array(Value value) {
    return numbered.computeIfAbsent(
        value,
        each -> {
          bound.add(each);
          return bound.size() - 1;
        });
  }

  private int value(Nest.Value value) {
    return known.computeIfAbsent(
        value,
        each -> {
          body.add(each);
          return body.size() - 1;
        });
  }

  private int operand(int index) {
    if (fusion.inside(loop, index)) {
      return computed.get(fusion.views().of(index).base());
    }
    Views.View view = fusion.views().of(index);
    Node base = graph.nodes().get(view.base());
    DataType type = base.type().dataType();
    if (fusion.literal(view.base())) {
      Operation.Constant constant = (Operation.Constant) base.operation();
      return value(new Nest.Literal(type, constant.values().get(0)));
    }
    Shape shape = graph.nodes().get(index).type().shape();
    int[] strides = axes.strides(Views.strides(shape, view.strides()));
    int stride = strides[strides.length - 1];
    unitStrides &= stride == 0 || stride == 1;
    Nest.Place place = new Nest.Place(array(values[view.base()]), view.offset(), strides);
    return value(new Nest.Load(type, place));
  }
}
