package dev.stoa.tensor;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Operation.Unary;
import dev.stoa.tensor.math.Elementary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Records the operations of one graph. Not thread-safe; its tensors belong to it alone. */
public final class Tracer {
  private static final StackWalker STACK = StackWalker.getInstance();

  private final String name;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Key, Tensor> known = new HashMap<>();
  private final List<String> inputNames = new ArrayList<>();
  private final List<TensorType> inputTypes = new ArrayList<>();
  private final List<String> outputNames = new ArrayList<>();
  private final List<Integer> outputs = new ArrayList<>();
  private final Map<Integer, Integer> donations = new TreeMap<>();

  private final Simplification simplification = new Simplification(this);

  private record Key(Operation operation, List<Integer> operands, TensorType type) {}

  Tracer(String name) {
    this.name = name;
  }

  /** States an input; inputs are positional in the order in which they are stated. */
  public Tensor input(String inputName, TensorType type) {
    inputNames.add(inputName);
    inputTypes.add(type);
    return add(new Operation.Input(inputNames.size() - 1), type);
  }

  /** States a float32 input. */
  public Tensor input(String inputName, int... extents) {
    return input(inputName, TensorType.of(DataType.FLOAT32, extents));
  }

  /** States an output; outputs are positional in the order in which they are stated. */
  public void output(String outputName, Tensor value) {
    owned(value);
    outputNames.add(outputName);
    outputs.add(value.node);
  }

  /**
   * States an output that is written into an input's buffer: a parameter, a moment. The output
   * bears the input's name.
   *
   * @throws ShapeException when the types differ
   */
  public void update(Tensor input, Tensor value) {
    owned(input);
    if (!(nodes.get(input.node).operation() instanceof Operation.Input place)) {
      throw fault("only an input can be updated in place, not " + nodes.get(input.node));
    }
    String inputName = inputNames.get(place.position());
    if (!input.type().equals(value.type())) {
      throw fault(
          "input '" + inputName + "' is " + input.type() + ", its new value " + value.type());
    }
    donations.put(outputNames.size(), place.position());
    output(inputName, value);
  }

  /** A scalar constant. */
  public Tensor constant(DataType dataType, double value) {
    return constant(TensorType.of(dataType), value);
  }

  /** A constant filled with one value. */
  public Tensor constant(TensorType type, double value) {
    double held = type.dataType() == DataType.FLOAT32 ? (float) value : value;
    return add(new Operation.Constant(List.of(held)), type);
  }

  /** A float32 constant. */
  public Tensor constant(float[] values, int... extents) {
    TensorType type =
        TensorType.of(DataType.FLOAT32, extents.length == 0 ? new int[] {values.length} : extents);
    if (type.shape().size() != values.length) {
      throw fault("a constant " + type + " from " + values.length + " values");
    }
    List<Double> held = new ArrayList<>();
    for (float value : values) {
      held.add((double) value);
    }
    return add(new Operation.Constant(held), type);
  }

  /** 0, 1, 2 ... along an axis; int32. */
  public Tensor iota(Shape shape, int axis) {
    return add(new Operation.Iota(shape, shape.axis(axis)), new TensorType(DataType.INT32, shape));
  }

  /**
   * Random bits.
   *
   * @param key int32 {@code [2]}
   * @param counter int32 {@code [2]}
   * @param purpose keeps the streams of different uses apart
   */
  public Tensor randomBits(Tensor key, Tensor counter, int purpose, int... extents) {
    TensorType pair = TensorType.of(DataType.INT32, 2);
    if (!key.type().equals(pair) || !counter.type().equals(pair)) {
      throw fault(
          "key and counter must be " + pair + ", not " + key.type() + ", " + counter.type());
    }
    Shape shape = Shape.of(extents);
    return add(
        new Operation.RandomBits(shape, purpose),
        new TensorType(DataType.INT32, shape),
        key,
        counter);
  }

  /**
   * Uniform float32 numbers in (0, 1): {@code ((bits >>> 9) + 0.5) * 2^-23}, never 0 or 1, exactly
   * representable; the host gives the same, see {@link dev.stoa.tensor.random.Philox#uniform}.
   */
  public Tensor uniform(Tensor key, Tensor counter, int purpose, int... extents) {
    Tensor bits = randomBits(key, counter, purpose, extents);
    // The closed set has no shifts: 23 bits are the floor of the unsigned value over 512.
    Tensor signed = bits.convert(DataType.FLOAT64);
    Tensor unsigned = signed.lt(0).select(signed.add(0x1p32), signed);
    return unsigned.mul(0x1p-9).floor().add(0.5).mul(0x1p-23).convert(DataType.FLOAT32);
  }

  /**
   * Standard normal float32 numbers (Box and Muller); element e comes from the random words {@code
   * 2 e} and {@code 2 e + 1}, as {@link Elementary#normal} on the host: the same bits there and on
   * every processor device.
   */
  public Tensor normal(Tensor key, Tensor counter, int purpose, int... extents) {
    int size = Shape.of(extents).size();
    Tensor pairs = uniform(key, counter, purpose, size, 2);
    Tensor radius = pairs.slice(1, 0, 1).log().mul(-2).sqrt();
    Tensor angle = pairs.slice(1, 1, 2).mul(Elementary.TWO_PI);
    return radius.mul(angle.cos()).reshape(extents);
  }

  /** Tensors joined along an axis. */
  public Tensor concatenate(int axis, Tensor... parts) {
    Shape first = parts[0].shape();
    int counted = first.axis(axis);
    int[] extents = first.extents();
    extents[counted] = 0;
    for (Tensor part : parts) {
      if (part.shape().rank() != first.rank() || part.dataType() != parts[0].dataType()) {
        throw fault("cannot join " + parts[0].type() + " and " + part.type());
      }
      for (int i = 0; i < first.rank(); i++) {
        if (i != counted && part.shape().extent(i) != first.extent(i)) {
          throw fault(
              "cannot join " + parts[0].type() + " and " + part.type() + " along " + counted);
        }
      }
      extents[counted] += part.shape().extent(counted);
    }
    return add(
        new Operation.Concatenate(counted), TensorType.of(parts[0].dataType(), extents), parts);
  }

  /** Zeros around a tensor: so many before and after along each axis. */
  public Tensor pad(Tensor value, List<Integer> before, List<Integer> after) {
    int[] extents = value.shape().extents();
    for (int i = 0; i < extents.length; i++) {
      extents[i] += before.get(i) + after.get(i);
    }
    return add(new Operation.Pad(before, after), TensorType.of(value.dataType(), extents), value);
  }

  /**
   * The operations of another graph on other operands: its outputs, by position.
   *
   * @throws ShapeException when the arguments are not of its inputs' types
   */
  public List<Tensor> inline(Graph graph, Tensor... arguments) {
    if (arguments.length != graph.inputTypes().size()) {
      throw fault(
          "graph "
              + graph.name()
              + " takes "
              + graph.inputNames()
              + ", got "
              + arguments.length
              + " arguments");
    }
    for (int i = 0; i < arguments.length; i++) {
      if (!arguments[i].type().equals(graph.inputTypes().get(i))) {
        throw fault(
            "input '"
                + graph.inputNames().get(i)
                + "' of graph "
                + graph.name()
                + " is "
                + graph.inputTypes().get(i)
                + ", got "
                + arguments[i].type());
      }
    }
    List<Tensor> values = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.operation() instanceof Operation.Input input) {
        values.add(arguments[input.position()]);
      } else {
        Tensor[] operands = node.operands().stream().map(values::get).toArray(Tensor[]::new);
        values.add(add(node.operation(), node.type(), operands));
      }
    }
    return graph.outputs().stream().map(values::get).toList();
  }

  /**
   * The gradient of a scalar with respect to tensors it depends on, in reverse mode; zeros where it
   * does not depend. The results are ordinary tensors and may be differentiated again.
   */
  public List<Tensor> gradient(Tensor scalar, Tensor... withRespectTo) {
    if (scalar.shape().rank() != 0 || !scalar.dataType().isFloating()) {
      throw fault("a gradient is taken of a real scalar, not of " + scalar.type());
    }
    return pullBack(scalar, constant(scalar.type(), 1), withRespectTo);
  }

  /** The vector-Jacobian product: the cotangent of a tensor, carried back to others. */
  public List<Tensor> pullBack(Tensor value, Tensor cotangent, Tensor... withRespectTo) {
    return new Differentiation(this).pullBack(value, cotangent, withRespectTo);
  }

  Tensor unary(Unary operation, Tensor value) {
    DataType type = value.dataType();
    boolean allowed =
        switch (operation) {
          case NOT -> type == DataType.BOOL;
          case NEG, ABS, SIGN -> type.isFloating() || type == DataType.INT32;
          default -> type.isFloating();
        };
    if (!allowed) {
      throw fault(Operation.print(operation) + " of " + value.type());
    }
    DataType result = operation == Unary.IS_FINITE ? DataType.BOOL : type;
    return add(operation, new TensorType(result, value.shape()), value);
  }

  Tensor binary(Binary operation, Tensor left, Tensor right) {
    boolean logic = operation == Binary.AND || operation == Binary.OR;
    if (left.dataType() != right.dataType() || logic != (left.dataType() == DataType.BOOL)) {
      throw fault(Operation.print(operation) + " of " + left.type() + " and " + right.type());
    }
    Shape shape = common(Operation.print(operation), left, right);
    return add(
        operation,
        new TensorType(left.dataType(), shape),
        broadcast(left, shape),
        broadcast(right, shape));
  }

  Tensor compare(Compare operation, Tensor left, Tensor right) {
    if (left.dataType() != right.dataType()) {
      throw fault(Operation.print(operation) + " of " + left.type() + " and " + right.type());
    }
    Shape shape = common(Operation.print(operation), left, right);
    return add(
        operation,
        new TensorType(DataType.BOOL, shape),
        broadcast(left, shape),
        broadcast(right, shape));
  }

  Tensor select(Tensor condition, Tensor whereTrue, Tensor whereFalse) {
    if (condition.dataType() != DataType.BOOL || whereTrue.dataType() != whereFalse.dataType()) {
      throw fault(
          "select of " + condition.type() + ", " + whereTrue.type() + ", " + whereFalse.type());
    }
    Shape values = common("select", whereTrue, whereFalse);
    Shape shape;
    try {
      shape = Shape.broadcast(condition.shape(), values);
    } catch (ShapeException e) {
      throw fault("select by " + condition.type() + " of " + values);
    }
    return add(
        new Operation.Select(),
        new TensorType(whereTrue.dataType(), shape),
        broadcast(condition, shape),
        broadcast(whereTrue, shape),
        broadcast(whereFalse, shape));
  }

  private Shape common(String operation, Tensor left, Tensor right) {
    try {
      return Shape.broadcast(left.shape(), right.shape());
    } catch (ShapeException e) {
      throw fault(
          operation + " of " + left.type() + " and " + right.type() + " does not broadcast");
    }
  }

  Tensor dot(Tensor left, Tensor right, boolean transposeLeft, boolean transposeRight) {
    Shape a = left.shape();
    Shape b = right.shape();
    String what =
        "dot of "
            + left.type()
            + (transposeLeft ? " transposed" : "")
            + " and "
            + right.type()
            + (transposeRight ? " transposed" : "");
    if (a.rank() < 2
        || a.rank() != b.rank()
        || left.dataType() != right.dataType()
        || !left.dataType().isFloating()) {
      throw fault(what);
    }
    int[] extents = a.extents();
    for (int i = 0; i < a.rank() - 2; i++) {
      if (a.extent(i) != b.extent(i)) {
        throw fault(what + ": leading axes differ");
      }
    }
    int inner = a.extent(transposeLeft ? -2 : -1);
    if (inner != b.extent(transposeRight ? -1 : -2)) {
      throw fault(what + ": inner extents differ");
    }
    extents[a.rank() - 2] = a.extent(transposeLeft ? -1 : -2);
    extents[a.rank() - 1] = b.extent(transposeRight ? -2 : -1);
    return add(
        new Operation.Dot(transposeLeft, transposeRight),
        TensorType.of(left.dataType(), extents),
        left,
        right);
  }

  Tensor reduce(Reduction kind, Tensor value, int... axes) {
    if (!value.dataType().isFloating() && value.dataType() != DataType.INT32) {
      throw fault("reduction of " + value.type());
    }
    List<Integer> counted = new ArrayList<>();
    if (axes.length == 0) {
      for (int i = 0; i < value.shape().rank(); i++) {
        counted.add(i);
      }
    }
    for (int axis : axes) {
      int each = value.shape().axis(axis);
      if (counted.contains(each)) {
        throw fault("axis " + axis + " given twice in a reduction of " + value.type());
      }
      counted.add(each);
    }
    Collections.sort(counted);
    return counted.isEmpty()
        ? value
        : add(
            new Operation.Reduce(kind, counted),
            new TensorType(value.dataType(), without(value.shape(), counted)),
            value);
  }

  static Shape without(Shape shape, List<Integer> axes) {
    int[] kept = new int[shape.rank() - axes.size()];
    int next = 0;
    for (int i = 0; i < shape.rank(); i++) {
      if (!axes.contains(i)) {
        kept[next++] = shape.extent(i);
      }
    }
    return Shape.of(kept);
  }

  Tensor broadcast(Tensor value, Shape to) {
    if (value.shape().equals(to)) {
      return value;
    }
    boolean fits;
    try {
      fits = Shape.broadcast(value.shape(), to).equals(to);
    } catch (ShapeException e) {
      fits = false;
    }
    if (!fits) {
      throw fault("cannot stretch " + value.type() + " to " + to);
    }
    return add(new Operation.Broadcast(to), new TensorType(value.dataType(), to), value);
  }

  Tensor reshape(Tensor value, int... extents) {
    int[] full = extents.clone();
    int open = -1;
    long product = 1;
    for (int i = 0; i < full.length; i++) {
      if (full[i] == -1 && open < 0) {
        open = i;
      } else {
        product *= full[i];
      }
    }
    int size = value.shape().size();
    if (open >= 0 && product > 0 && size % product == 0) {
      full[open] = (int) (size / product);
      product *= full[open];
    }
    if (product != size) {
      throw fault("cannot reshape " + value.type() + " to " + Arrays.toString(extents));
    }
    Shape to = Shape.of(full);
    return to.equals(value.shape())
        ? value
        : add(new Operation.Reshape(to), new TensorType(value.dataType(), to), value);
  }

  Tensor transpose(Tensor value, int... permutation) {
    int rank = value.shape().rank();
    int[] order = permutation.clone();
    if (order.length == 0 && rank >= 2) {
      order = new int[rank];
      for (int i = 0; i < rank; i++) {
        order[i] = i;
      }
      order[rank - 1] = rank - 2;
      order[rank - 2] = rank - 1;
    }
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    int[] extents = new int[rank];
    boolean valid = order.length == rank;
    for (int i = 0; valid && i < rank; i++) {
      valid = sorted[i] == i;
      extents[i] = valid ? value.shape().extent(order[i]) : 0;
    }
    if (!valid) {
      throw fault("cannot transpose " + value.type() + " by " + Arrays.toString(permutation));
    }
    List<Integer> axes = new ArrayList<>();
    for (int axis : order) {
      axes.add(axis);
    }
    return add(new Operation.Transpose(axes), TensorType.of(value.dataType(), extents), value);
  }

  Tensor slice(Tensor value, List<Integer> start, List<Integer> end) {
    int[] extents = new int[value.shape().rank()];
    for (int i = 0; i < extents.length; i++) {
      if (start.get(i) < 0 || end.get(i) > value.shape().extent(i) || start.get(i) > end.get(i)) {
        throw fault("no part " + start + " to " + end + " of " + value.type());
      }
      extents[i] = end.get(i) - start.get(i);
    }
    return add(new Operation.Slice(start, end), TensorType.of(value.dataType(), extents), value);
  }

  Tensor gather(Tensor values, Tensor indices) {
    if (values.shape().rank() < 1 || indices.dataType() != DataType.INT32) {
      throw fault("gather from " + values.type() + " by " + indices.type());
    }
    return add(
        new Operation.Gather(),
        new TensorType(values.dataType(), rows(values.shape(), indices.shape())),
        values,
        indices);
  }

  Tensor scatterAdd(Tensor values, Tensor indices, Tensor rows) {
    if (values.shape().rank() < 1
        || indices.dataType() != DataType.INT32
        || rows.dataType() != values.dataType()
        || !rows.shape().equals(rows(values.shape(), indices.shape()))) {
      throw fault("scatter of " + rows.type() + " into " + values.type() + " by " + indices.type());
    }
    return add(new Operation.ScatterAdd(), values.type(), values, indices, rows);
  }

  private static Shape rows(Shape values, Shape indices) {
    int[] extents = Arrays.copyOf(indices.extents(), indices.rank() + values.rank() - 1);
    for (int i = 1; i < values.rank(); i++) {
      extents[indices.rank() + i - 1] = values.extent(i);
    }
    return Shape.of(extents);
  }

  /** Records a node, or finds the equal one recorded before or what it simplifies to. */
  Tensor add(Operation operation, TensorType type, Tensor... operands) {
    List<Integer> indices = new ArrayList<>(operands.length);
    for (Tensor operand : operands) {
      owned(operand);
      indices.add(operand.node);
    }
    Key key = new Key(operation, indices, type);
    Tensor found = known.get(key);
    if (found == null) {
      found = simplification.simplify(operation, type, operands).orElseGet(() -> record(key));
      known.put(key, found);
    }
    return found;
  }

  private Tensor record(Key key) {
    Node node = new Node(nodes.size(), key.operation(), key.operands(), key.type());
    nodes.add(node);
    return new Tensor(this, node.index(), key.type());
  }

  Node node(int index) {
    return nodes.get(index);
  }

  Tensor tensor(int index) {
    Node node = nodes.get(index);
    return new Tensor(this, index, node.type());
  }

  void owned(Tensor tensor) {
    if (tensor.tracer != this) {
      throw fault("a tensor of graph " + tensor.tracer.name + " used in graph " + name);
    }
  }

  ShapeException fault(String what) {
    String site =
        STACK.walk(
            frames ->
                frames
                    .filter(frame -> !frame.getClassName().startsWith("dev.stoa.tensor."))
                    .findFirst()
                    .map(StackWalker.StackFrame::toString)
                    .orElse("unknown"));
    return new ShapeException("graph " + name + ": " + what + " (at " + site + ")");
  }

  Graph finish() {
    boolean[] needed = new boolean[nodes.size()];
    for (int output : outputs) {
      needed[output] = true;
    }
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (needed[i]) {
        for (int operand : nodes.get(i).operands()) {
          needed[operand] = true;
        }
      }
    }
    int[] renumbered = new int[nodes.size()];
    List<Node> kept = new ArrayList<>();
    for (Node node : nodes) {
      if (needed[node.index()]) {
        renumbered[node.index()] = kept.size();
        List<Integer> operands = node.operands().stream().map(o -> renumbered[o]).toList();
        kept.add(new Node(kept.size(), node.operation(), operands, node.type()));
      }
    }
    List<Integer> results = outputs.stream().map(o -> renumbered[o]).toList();
    return new Graph(name, kept, inputNames, inputTypes, outputNames, results, donations);
  }
}
