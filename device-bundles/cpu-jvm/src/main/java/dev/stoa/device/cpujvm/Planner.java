package dev.stoa.device.cpujvm;

import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceException;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Unary;
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
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Turns a graph into a plan: one step per node, arrays that are used again when their value is
 * needed no more. Reshapes cost nothing: they share their operand's place. A number that is only
 * spread over a shape to be an operand of float32 arithmetic is handed to the kernel as a number.
 */
final class Planner {
  private final Graph graph;
  private final DeviceContext context;
  private final Value[] values;
  private final Value[] numbers;
  private final Map<Value, Integer> lastUses = new HashMap<>();
  private final Set<Value> pooled = new HashSet<>();
  private final Map<TensorType, Deque<Object>> free = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Value> inputs = new ArrayList<>();
  private long bytes;

  Planner(Graph graph, DeviceContext context) {
    this.graph = graph;
    this.context = context;
    this.values = new Value[graph.nodes().size()];
    this.numbers = new Value[graph.nodes().size()];
  }

  Plan plan() {
    for (TensorType type : graph.inputTypes()) {
      inputs.add(new Value(type.dataType(), type.shape().size()));
    }
    boolean[] spread = spread();
    for (Node node : graph.nodes()) {
      place(node, spread[node.index()]);
    }
    for (Node node : graph.nodes()) {
      for (int operand : node.operands()) {
        for (Value value : places(operand)) {
          lastUses.put(value, node.index());
        }
      }
    }
    for (int output : graph.outputs()) {
      lastUses.put(used(output), Integer.MAX_VALUE);
    }
    for (Node node : graph.nodes()) {
      if (values[node.index()] != null) {
        provide(node);
        release(node);
      }
    }
    List<Value> outputs = new ArrayList<>();
    for (int output : graph.outputs()) {
      outputs.add(apart(values[output]));
    }
    return new Plan(List.copyOf(inputs), outputs, steps.toArray(Step[]::new), bytes);
  }

  /** Where a later step may read a node's result: all its elements, the number they all are. */
  private List<Value> places(int node) {
    return Stream.of(values[node], numbers[node]).filter(Objects::nonNull).toList();
  }

  private Value used(int node) {
    return values[node] == null ? numbers[node] : values[node];
  }

  /** Which nodes must have all their elements in an array, not only the number they all are. */
  private boolean[] spread() {
    boolean[] spread = new boolean[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      boolean arithmetic =
          node.operation() instanceof Binary && node.type().dataType() == DataType.FLOAT32;
      List<Integer> operands = node.operands();
      for (int i = 0; i < operands.size(); i++) {
        boolean alone = arithmetic && !(i == 0 && number(operands.get(1)));
        spread[operands.get(i)] |= !alone;
      }
    }
    for (int output : graph.outputs()) {
      spread[output] = true;
    }
    return spread;
  }

  /** Whether all elements of a node are one number. */
  private boolean number(int index) {
    Node node = graph.nodes().get(index);
    if (node.type().dataType() != DataType.FLOAT32) {
      return false;
    }
    return node.operation() instanceof Operation.Constant constant && constant.values().size() == 1
        || node.operation() instanceof Operation.Broadcast
            && graph.nodes().get(node.operands().get(0)).type().shape().size() == 1;
  }

  /** Decides where a node's result will stand. */
  private void place(Node node, boolean spread) {
    int index = node.index();
    Operation operation = node.operation();
    if (operation instanceof Operation.Input input) {
      values[index] = inputs.get(input.position());
      return;
    }
    if (operation instanceof Operation.Reshape || operation instanceof Operation.StopGradient) {
      values[index] = values[node.operands().get(0)];
      return;
    }
    if (number(index)) {
      if (operation instanceof Operation.Constant constant) {
        numbers[index] = new Value(DataType.FLOAT32, 1);
        numbers[index].bind(new float[] {constant.values().get(0).floatValue()});
      } else {
        numbers[index] = used(node.operands().get(0));
      }
    }
    if (numbers[index] == null || spread) {
      values[index] = new Value(node.type().dataType(), node.type().shape().size());
    }
  }

  /** Gives a node's place its array and adds its steps. */
  private void provide(Node node) {
    Operation operation = node.operation();
    Value out = values[node.index()];
    if (operation instanceof Operation.Input
        || operation instanceof Operation.Reshape
        || operation instanceof Operation.StopGradient) {
      return;
    }
    if (operation instanceof Operation.Constant || operation instanceof Operation.Iota) {
      out.bind(made(node.type()));
      Constants.fill(operation, out);
      return;
    }
    TensorType key = TensorType.of(out.dataType(), out.size());
    Deque<Object> old = free.get(key);
    out.bind(old == null || old.isEmpty() ? made(key) : old.pop());
    pooled.add(out);
    step(node, out);
  }

  private Object made(TensorType type) {
    bytes += type.bytes();
    return Value.array(type.dataType(), type.shape().size());
  }

  private void release(Node node) {
    for (int operand : node.operands()) {
      for (Value value : places(operand)) {
        if (lastUses.get(value) == node.index() && pooled.remove(value)) {
          TensorType key = TensorType.of(value.dataType(), value.size());
          free.computeIfAbsent(key, type -> new ArrayDeque<>()).push(value.array());
        }
      }
    }
  }

  private Value operand(Node node, int position) {
    return values[node.operands().get(position)];
  }

  private Shape shape(Node node, int position) {
    return graph.nodes().get(node.operands().get(position)).type().shape();
  }

  private void step(Node node, Value out) {
    Operation operation = node.operation();
    if (operation instanceof Unary unary) {
      steps.add(Elements.unary(unary, operand(node, 0), out));
    } else if (operation instanceof Binary binary) {
      steps.add(binary(binary, node, out));
    } else if (operation instanceof Compare compare) {
      steps.add(Elements.compare(compare, operand(node, 0), operand(node, 1), out));
    } else if (operation instanceof Operation.Select) {
      steps.add(Elements.select(operand(node, 0), operand(node, 1), operand(node, 2), out));
    } else if (operation instanceof Operation.Convert) {
      steps.add(Elements.convert(operand(node, 0), out));
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

  private Step binary(Binary binary, Node node, Value out) {
    int n = out.size();
    int left = node.operands().get(0);
    int right = node.operands().get(1);
    if (numbers[right] != null) {
      Floats.WithNumber kernel = Floats.withRight(binary);
      Value a = values[left];
      Value number = numbers[right];
      return () -> kernel.apply(a.floats(), number.floats()[0], out.floats(), n);
    }
    if (numbers[left] != null) {
      Floats.WithNumber kernel = Floats.withLeft(binary);
      Value number = numbers[left];
      Value b = values[right];
      return () -> kernel.apply(b.floats(), number.floats()[0], out.floats(), n);
    }
    return Elements.binary(binary, values[left], values[right], out);
  }

  private void dot(Operation.Dot dot, Node node, Value out) {
    Value a = operand(node, 0);
    Value b = operand(node, 1);
    Shape result = node.type().shape();
    if (out.dataType() == DataType.FLOAT64) {
      steps.add(Indexed.dot(dot, shape(node, 0), result, a, b, out));
    } else {
      DotStep step = new DotStep(context, dot, shape(node, 0), result, a, b, out);
      bytes += step.bytes();
      steps.add(step);
    }
  }

  private void reduce(Operation.Reduce reduce, Node node, Value out) {
    Shape shape = shape(node, 0);
    List<Integer> axes = reduce.axes();
    Value in = operand(node, 0);
    int first = axes.get(0);
    int last = axes.get(axes.size() - 1);
    int count = 1;
    for (int axis : axes) {
      count *= shape.extent(axis);
    }
    if (last - first + 1 == axes.size()) {
      int inner = shape.strides()[last];
      int outer = 1;
      for (int axis = 0; axis < first; axis++) {
        outer *= shape.extent(axis);
      }
      steps.add(new Reductions(reduce.kind(), outer, count, inner).step(in, out));
      return;
    }
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (!axes.contains(axis)) {
        order.add(axis);
      }
    }
    order.addAll(axes);
    Value moved = new Value(in.dataType(), in.size());
    moved.bind(made(TensorType.of(in.dataType(), in.size())));
    steps.add(Layouts.transpose(order, shape, in, moved));
    steps.add(new Reductions(reduce.kind(), out.size(), count, 1).step(moved, out));
  }

  private void layout(Node node, Value out) {
    Operation operation = node.operation();
    Shape shape = node.type().shape();
    if (operation instanceof Operation.Broadcast) {
      steps.add(Layouts.broadcast(shape(node, 0), shape, used(node.operands().get(0)), out));
    } else if (operation instanceof Operation.Transpose transpose) {
      steps.add(Layouts.transpose(transpose.permutation(), shape(node, 0), operand(node, 0), out));
    } else if (operation instanceof Operation.Slice slice) {
      steps.add(Layouts.slice(slice.start(), shape(node, 0), shape, operand(node, 0), out));
    } else if (operation instanceof Operation.Reverse reverse) {
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
      steps.add(() -> Constants.zero(out));
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
      throw new DeviceException("device cpu-jvm cannot run " + node + " of graph " + graph.name());
    }
  }

  /** An output's place that no later copy of an output can overwrite: not that of an input. */
  private Value apart(Value value) {
    if (!inputs.contains(value)) {
      return value;
    }
    Value copy = new Value(value.dataType(), value.size());
    copy.bind(made(TensorType.of(value.dataType(), value.size())));
    steps.add(() -> System.arraycopy(value.array(), 0, copy.array(), 0, value.size()));
    return copy;
  }
}
