package dev.stoa.tensor;

import dev.stoa.tensor.math.Elementary;
import java.util.ArrayList;
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

  private final Operators operators = new Operators(this);
  private final SequenceOperators sequences = new SequenceOperators(this);
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
   * The first-order linear recurrence {@code y[t] = a[t] y[t - 1] + b[t]} along an axis: discounted
   * sums, eligibility traces, moving averages.
   *
   * @param a real
   * @param b of the type of {@code a}
   * @param initial y before the first index, of the shape of {@code a} without the axis
   */
  public Tensor linearRecurrence(int axis, Tensor a, Tensor b, Tensor initial) {
    return sequences.recurrence(axis, a, b, initial);
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
   *
   * <p>Where a function has no derivative: nothing passes through comparisons, {@code argMax},
   * {@code sign}, {@code floor}, integers, truth values and {@code stopGradient}; {@code abs} has
   * slope 0 at 0; a power has slope 0 by its base at 0 to the 0 and by its exponent at bases of 0
   * and below; of equal operands of {@code min} and {@code max} the first takes the whole
   * cotangent; equal greatest (least) elements of a reduction share it equally. An index that a
   * gather clamps counts as the row it read; what a scatter drops or overwrites has derivative 0;
   * equal greatest elements of a {@code scatterMax} share; nothing passes through sorted indices.
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

  Operators operators() {
    return operators;
  }

  SequenceOperators sequences() {
    return sequences;
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
