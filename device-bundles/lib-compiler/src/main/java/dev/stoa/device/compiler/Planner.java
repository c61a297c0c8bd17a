package dev.stoa.device.compiler;

import dev.stoa.device.DeviceContext;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.TensorType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns a graph into a plan: fused loops and single steps in order, on arrays that are used again
 * when their value is needed no more. What replaces an input is written in its place at once where
 * nothing reads the old value any more; outputs are written into their buffers.
 */
final class Planner {
  private final Graph graph;
  private final DeviceContext context;
  private final Machine machine;
  private final Fusion fusion;
  private final Views views;
  private final Value[] values;
  private final int[] lastUses;
  private final boolean[] stored;
  private final List<Value> inputs = new ArrayList<>();
  private final Map<Integer, Value> given = new HashMap<>();
  private final Map<TensorType, Deque<Object>> free = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final Rooms rooms = new Rooms();
  private final Singles singles;
  private final SubPlans inner;
  private final Rows rows;
  private long bytes;

  /**
   * A planner of a graph.
   *
   * @param rows of the runs to come
   * @param mirrors where those of its products belong
   */
  Planner(Graph graph, DeviceContext context, Machine machine, Rows rows, Mirrors mirrors) {
    this.graph = graph;
    this.rows = rows;
    this.context = context;
    this.machine = machine;
    this.fusion = new Fusion(graph, machine.kernels().lanes() == 0);
    this.views = fusion.views();
    this.values = new Value[graph.nodes().size()];
    this.lastUses = new int[graph.nodes().size()];
    this.stored = new boolean[graph.nodes().size()];
    DeviceProducts products = new DeviceProducts(graph, context, views, values, rows, mirrors);
    this.singles =
        new Singles(graph, context, machine, views, values, rooms, rows, products, steps);
    this.inner =
        new SubPlans(body -> new Planner(body, context, machine, rows, mirrors).plan(), rows);
  }

  Plan plan() {
    for (TensorType type : graph.inputTypes()) {
      inputs.add(new Value(type.dataType(), type.shape().size()));
    }
    findUses();
    for (Node node : graph.nodes()) {
      start(node);
    }
    Plan.Output[] outputs = outputs();
    for (int position = 0; position < fusion.units().size(); position++) {
      unit(position);
    }
    for (int i = 0; i < outputs.length; i++) {
      if (outputs[i] == null) {
        outputs[i] = new Plan.Output(apart(values[base(graph.outputs().get(i))]), Plan.Way.COPIED);
      }
    }
    bytes += rooms.open() + singles.bytes() + inner.bytes();
    Warming warming =
        new Warming(steps.stream().flatMap(step -> step.rehearsals().stream()).toList());
    Step[] all = steps.toArray(Step[]::new);
    return new Plan(List.copyOf(inputs), List.of(outputs), all, bytes, warming);
  }

  private int base(int node) {
    return views.of(node).base();
  }

  /** Which nodes need an array, and the last unit that reads it. */
  private void findUses() {
    Arrays.fill(lastUses, -1);
    for (Node node : graph.nodes()) {
      int unit = fusion.unitOf(node.index());
      if (unit < 0 || node.operation() instanceof Operation.Result) {
        continue;
      }
      Loop loop = fusion.units().get(unit) instanceof Loop fused ? fused : null;
      for (int operand : node.operands()) {
        int base = Views.moves(node) ? views.seen(node).base() : base(operand);
        boolean inside = loop != null && (fusion.inside(loop, operand) || fusion.literal(base));
        if (!inside) {
          stored[base] = true;
          lastUses[base] = Math.max(lastUses[base], unit);
        }
      }
    }
    for (int output : graph.outputs()) {
      stored[base(output)] = true;
      lastUses[base(output)] = Integer.MAX_VALUE;
    }
  }

  /** Gives inputs and constants their arrays. */
  private void start(Node node) {
    Operation operation = node.operation();
    if (operation instanceof Operation.Input input) {
      values[node.index()] = inputs.get(input.position());
    } else if (operation instanceof Operation.Length) {
      values[node.index()] = rows.value();
    } else if (stored[node.index()]
        && (operation instanceof Operation.Constant || operation instanceof Operation.Iota)) {
      Value value = new Value(node.type().dataType(), node.type().shape().size());
      value.bind(made(node.type()));
      Constants.fill(operation, value);
      values[node.index()] = value;
    }
  }

  /** Finds the outputs whose arrays are those of an input or of the output itself. */
  private Plan.Output[] outputs() {
    Plan.Output[] outputs = new Plan.Output[graph.outputs().size()];
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < outputs.length; i++) {
      int base = base(graph.outputs().get(i));
      Integer donated = graph.donations().get(i);
      boolean computed = fusion.unitOf(base) >= 0;
      if (computed && donated == null && taken.add(base)) {
        Value value = new Value(graph.outputType(i).dataType(), graph.outputType(i).shape().size());
        given.put(base, value);
        outputs[i] = new Plan.Output(value, Plan.Way.BOUND);
      } else if (computed && donated != null && replaces(base, donated) && taken.add(base)) {
        given.put(base, inputs.get(donated));
        outputs[i] = new Plan.Output(inputs.get(donated), Plan.Way.IN_PLACE);
      }
    }
    return outputs;
  }

  /** Whether a node can be written over an input: nothing reads the old value after or across. */
  private boolean replaces(int base, int input) {
    int position = fusion.unitOf(base);
    Loop loop = fusion.units().get(position) instanceof Loop fused ? fused : null;
    if (loop == null ? !updates(base, input) : !loop.contains(base)) {
      return false;
    }
    for (int output : graph.outputs()) {
      if (isInput(base(output), input)) {
        return false;
      }
    }
    for (Node node : graph.nodes()) {
      int unit = fusion.unitOf(node.index());
      if (unit < position || node.operation() instanceof Operation.Result) {
        continue;
      }
      for (int i = 0; i < node.operands().size(); i++) {
        int operand = node.operands().get(i);
        boolean reads = isInput(Views.moves(node) ? views.seen(node).base() : base(operand), input);
        boolean met = loop == null ? i == 0 : reads && fusion.aligned(loop, operand);
        if (reads && (unit > position || !met)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether a node is an input, in its order, of which some rows or a part are written anew. */
  private boolean updates(int index, int input) {
    Node node = graph.nodes().get(index);
    Operation operation = node.operation();
    boolean some =
        operation instanceof Operation.ScatterAdd
            || operation instanceof Operation.ScatterSet
            || operation instanceof Operation.ScatterMax
            || operation instanceof Operation.DynamicUpdate;
    if (!some) {
      return false;
    }
    Views.View view = views.of(node.operands().get(0));
    Shape shape = node.type().shape();
    return isInput(view.base(), input)
        && view.offset() == 0
        && shape.size() == inputs.get(input).size()
        && Arrays.equals(
            Views.strides(shape, view.strides()), Views.consecutive(Views.extents(shape)));
  }

  private boolean isInput(int node, int position) {
    return graph.nodes().get(node).operation() instanceof Operation.Input input
        && input.position() == position;
  }

  private Object made(TensorType type) {
    bytes += type.bytes();
    return Value.array(type.dataType(), type.shape().size());
  }

  private void unit(int position) {
    Unit unit = fusion.units().get(position);
    if (unit instanceof Unit.Single single
        && graph.nodes().get(single.node()).operation() instanceof Operation.Structured operation) {
      structured(single.node(), operation);
      release(position);
      return;
    }
    List<Integer> results = new ArrayList<>();
    if (unit instanceof Loop loop) {
      loop.members().stream().filter(member -> stored[member]).forEach(results::add);
      loop.folds().forEach(fold -> results.add(fold.node()));
    } else {
      results.add(((Unit.Single) unit).node());
    }
    results.forEach(this::provide);
    if (unit instanceof Loop loop) {
      NestBuilder builder = new NestBuilder(graph, fusion, loop, values, rooms, rows);
      steps.add(builder.step(machine.kernels(), context));
      bytes += builder.bytes();
    } else {
      singles.add(graph.nodes().get(results.get(0)));
    }
    release(position);
  }

  /** A loop, whose results stand where the nodes that take them do. */
  private void structured(int index, Operation.Structured operation) {
    Node node = graph.nodes().get(index);
    Value[] results = new Value[node.types().size()];
    List<Step> copies = new ArrayList<>();
    for (Node each : graph.nodes()) {
      if (each.operation() instanceof Operation.Result result && each.operands().get(0) == index) {
        provide(each.index());
        Value value = values[each.index()];
        Value first = results[result.position()];
        if (first == null) {
          results[result.position()] = value;
        } else {
          copies.add(() -> System.arraycopy(first.array(), 0, value.array(), 0, value.size()));
        }
      }
    }
    for (int i = 0; i < results.length; i++) {
      if (results[i] == null) {
        TensorType type = node.types().get(i);
        results[i] = new Value(type.dataType(), type.shape().size());
        results[i].bind(made(type));
      }
    }
    Value[] operands =
        node.operands().stream().map(operand -> values[base(operand)]).toArray(Value[]::new);
    steps.add(inner.step(operation, operands, results));
    steps.addAll(copies);
  }

  private void provide(int index) {
    TensorType type = graph.nodes().get(index).type();
    Value value = given.get(index);
    if (value == null) {
      TensorType key = TensorType.of(type.dataType(), type.shape().size());
      Deque<Object> old = free.get(key);
      value = new Value(type.dataType(), type.shape().size());
      value.bind(old == null || old.isEmpty() ? made(key) : old.pop());
    }
    values[index] = value;
  }

  /** Gives back the arrays of what was read for the last time. */
  private void release(int position) {
    for (int index = 0; index < values.length; index++) {
      boolean last = lastUses[index] == position && values[index] != null;
      if (last && fusion.unitOf(index) >= 0 && !given.containsKey(index)) {
        Value value = values[index];
        TensorType key = TensorType.of(value.dataType(), value.size());
        free.computeIfAbsent(key, type -> new ArrayDeque<>()).push(value.array());
      }
    }
  }

  /** An output's place that no later copy of an output can overwrite: not that of an input. */
  private Value apart(Value value) {
    if (!inputs.contains(value)) {
      return value;
    }
    DataType type = value.dataType();
    Value copy = new Value(type, value.size());
    copy.bind(made(TensorType.of(type, value.size())));
    steps.add(() -> System.arraycopy(value.array(), 0, copy.array(), 0, value.size()));
    return copy;
  }
}
