package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Records the operations of one graph. Not thread-safe; its tensors belong to it alone. */
public final class Tracer {
  private static final StackWalker STACK = StackWalker.getInstance();

  private final String name;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Key, Integer> known = new HashMap<>();
  private final List<String> inputNames = new ArrayList<>();
  private final List<TensorType> inputTypes = new ArrayList<>();
  private final List<String> outputNames = new ArrayList<>();
  private final List<Integer> outputs = new ArrayList<>();
  private final Map<Integer, Integer> donations = new TreeMap<>();

  private final Operators operators = new Operators(this);
  private final RandomOperators randoms = new RandomOperators(this);
  private final SequenceOperators sequences = new SequenceOperators(this);
  private final Simplification simplification;

  private final Scope scope;

  private record Key(Operation operation, List<Integer> operands, List<TensorType> types) {}

  Tracer(String name) {
    this(name, Optional.empty(), false);
  }

  /** With a tracer around, for a body; with identities, for what is traced already. */
  Tracer(String name, Optional<Tracer> around, boolean identities) {
    this.name = name;
    this.scope = new Scope(this, around);
    this.simplification = new Simplification(this, identities);
  }

  /** States an input; inputs are positional in the order in which they are stated. */
  public Tensor input(String inputName, TensorType type) {
    scope.stateable("input '" + inputName + "'");
    return place(inputName, type);
  }

  /** An input, of a body too. */
  Tensor place(String inputName, TensorType type) {
    inputNames.add(inputName);
    inputTypes.add(type);
    return add(new Operation.Input(inputNames.size() - 1), type);
  }

  /** States a float32 input. */
  public Tensor input(String inputName, int... extents) {
    return input(inputName, TensorType.of(DataType.FLOAT32, extents));
  }

  /**
   * States a float32 input whose first axis is bounded: a run has from none to {@code capacity}
   * rows. All bounded tensors of a graph have that capacity and, in one run, the same length.
   *
   * @param row extents of a row
   */
  public Tensor bounded(String inputName, int capacity, int... row) {
    return input(inputName, TensorType.bounded(DataType.FLOAT32, capacity, row));
  }

  /**
   * How many rows bounded tensors have in a run; an int32 scalar.
   *
   * @throws ShapeException when no tensor is bounded yet
   */
  public Tensor length() {
    int capacity =
        scope
            .bounds()
            .capacity()
            .orElseThrow(() -> fault("a length, and no bounded input stated before it"));
    return add(new Operation.Length(capacity), TensorType.of(DataType.INT32));
  }

  /** States an output; outputs are positional in the order in which they are stated. */
  public void output(String outputName, Tensor value) {
    scope.stateable("output '" + outputName + "'");
    give(outputName, value);
  }

  /** An output, of a body too. */
  void give(String outputName, Tensor value) {
    Tensor owned = own(value);
    outputNames.add(outputName);
    outputs.add(owned.node);
  }

  /**
   * States an output that is written into an input's buffer: a parameter, a moment. The output
   * bears the input's name.
   *
   * @throws ShapeException when the types differ
   */
  public void update(Tensor input, Tensor value) {
    own(input);
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
    return operators.constant(values, extents);
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
    return randomBits(key, counter, purpose, Shape.of(extents));
  }

  /** As {@link #randomBits(Tensor, Tensor, int, int...)}; of a bounded shape rows that exist. */
  public Tensor randomBits(Tensor key, Tensor counter, int purpose, Shape shape) {
    return randoms.bits(key, counter, purpose, shape);
  }

  /**
   * Uniform float32 numbers in (0, 1): {@code ((bits >>> 9) + 0.5) * 2^-23}, never 0 or 1, exactly
   * representable; the host gives the same, see {@link dev.stoa.tensor.random.Philox#uniform}.
   */
  public Tensor uniform(Tensor key, Tensor counter, int purpose, int... extents) {
    return uniform(key, counter, purpose, Shape.of(extents));
  }

  /** As {@link #uniform(Tensor, Tensor, int, int...)}; of a bounded shape rows that exist. */
  public Tensor uniform(Tensor key, Tensor counter, int purpose, Shape shape) {
    return randoms.uniform(key, counter, purpose, shape);
  }

  /**
   * Standard normal float32 numbers (Box and Muller); element e comes from the random words {@code
   * 2 e} and {@code 2 e + 1}, as {@link dev.stoa.tensor.math.Elementary#normal} on the host: the
   * same bits there and on every processor device.
   */
  public Tensor normal(Tensor key, Tensor counter, int purpose, int... extents) {
    return normal(key, counter, purpose, Shape.of(extents));
  }

  /** As {@link #normal(Tensor, Tensor, int, int...)}; of a bounded shape rows that exist. */
  public Tensor normal(Tensor key, Tensor counter, int purpose, Shape shape) {
    return randoms.normal(key, counter, purpose, shape);
  }

  /** Tensors joined along an axis. */
  public Tensor concatenate(int axis, Tensor... parts) {
    return sequences.concatenate(axis, parts);
  }

  /** Zeros around a tensor: so many before and after along each axis. */
  public Tensor pad(Tensor value, List<Integer> before, List<Integer> after) {
    return sequences.pad(value, before, after);
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
    return Inlining.inline(this, graph, arguments);
  }

  /**
   * The operations of another graph on a batch of examples: its outputs, by position, each with an
   * axis of the examples in front. What no mapped argument reaches is computed once.
   *
   * @param size number of examples
   * @param arguments by position; each of its input's type, shared by all examples, or of that type
   *     with an axis of {@code size} in front, one value per example
   * @throws ShapeException when an argument is neither
   */
  public List<Tensor> batch(Graph graph, int size, Tensor... arguments) {
    return new Batching(this, size).inline(graph, arguments);
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
    return gradient(scalar, List.of(), withRespectTo);
  }

  /**
   * The partial gradient: some tensors in between are held, as if they did not depend on what is
   * derived by. Unlike {@link Tensor#stopGradient} that goes for this derivative alone: of a
   * derivative of the result they are variables like all others. So a learner's step is derived by
   * its parameters with its targets held, and later through the targets by what made them.
   */
  public List<Tensor> gradient(Tensor scalar, List<Tensor> held, Tensor... withRespectTo) {
    if (scalar.shape().rank() != 0 || !scalar.dataType().isFloating()) {
      throw fault("a gradient is taken of a real scalar, not of " + scalar.type());
    }
    List<Tensor> one = List.of(constant(scalar.type(), 1));
    return pullBack(List.of(scalar), one, held, withRespectTo);
  }

  /** The vector-Jacobian product: the cotangent of a tensor, carried back to others. */
  public List<Tensor> pullBack(Tensor value, Tensor cotangent, Tensor... withRespectTo) {
    return pullBack(List.of(value), List.of(cotangent), List.of(), withRespectTo);
  }

  /** The vector-Jacobian product of several tensors, each with its cotangent. */
  List<Tensor> pullBack(
      List<Tensor> values, List<Tensor> cotangents, List<Tensor> held, Tensor... withRespectTo) {
    Tracer home = scope.home(values).scope().home(cotangents);
    return new ReverseSweep(home).pullBack(values, cotangents, held, withRespectTo);
  }

  /**
   * A loop of a fixed number of steps over the first axis of the inputs.
   *
   * @param carries before the first step
   * @param inputs each {@code [length, ...]}
   * @param body one step; it may use tensors of this tracer, and of those around it, freely
   * @throws ShapeException when an input has another length, or the body changes a carry's type
   */
  public ScanResult scan(int length, List<Tensor> carries, List<Tensor> inputs, ScanBody body) {
    return scan(ScanOptions.of(length), carries, inputs, body);
  }

  /** As {@link #scan(int, List, List, ScanBody)}, in either direction. */
  public ScanResult scan(
      ScanOptions options, List<Tensor> carries, List<Tensor> inputs, ScanBody body) {
    return new Structures(this).scan(options, carries, inputs, body);
  }

  /**
   * A loop as long as a condition holds. It has no derivative in reverse mode; {@link
   * Transforms#jvp} goes through it.
   *
   * @param bound iterations at most
   * @param carries before the first iteration
   * @throws ShapeException when the condition is no bool scalar, or the body changes a carry's type
   */
  public LoopResult whileLoop(
      int bound, List<Tensor> carries, LoopCondition condition, LoopBody body) {
    return new Structures(this).loop(bound, carries, condition, body);
  }

  /**
   * A graph under a name by which a device may know a kernel of its own.
   *
   * @return the graph's outputs, by position
   * @throws ShapeException when the arguments are not of its inputs' types
   */
  public List<Tensor> call(String callName, Graph graph, Tensor... arguments) {
    return new Structures(this).call(callName, graph, Optional.empty(), arguments);
  }

  /**
   * As {@link #call(String, Graph, Tensor...)}, with a derivative of its own.
   *
   * @param derivative see {@link Call}
   */
  public List<Tensor> call(String callName, Graph graph, Graph derivative, Tensor... arguments) {
    return new Structures(this).call(callName, graph, Optional.of(derivative), arguments);
  }

  /** Records a node, or finds the equal one recorded before or what it simplifies to. */
  Tensor add(Operation operation, TensorType stated, Tensor... operands) {
    Tracer home = scope.home(operands);
    if (home != this) {
      return home.add(operation, stated, operands);
    }
    TensorType type = Bounds.result(this, operation, stated, operands);
    Tensor[] owned = new Tensor[operands.length];
    List<Integer> indices = new ArrayList<>(operands.length);
    for (int i = 0; i < owned.length; i++) {
      owned[i] = own(operands[i]);
      indices.add(owned[i].node);
    }
    Key key = new Key(operation, indices, List.of(type));
    Integer found = known.get(key);
    if (found == null) {
      found = simplification.simplify(operation, type, owned).map(t -> t.node).orElse(-1);
      found = found < 0 ? record(key) : found;
      known.put(key, found);
    }
    return tensor(found);
  }

  /** Records a structured node, or finds the equal one: its results, by position. */
  List<Tensor> add(Operation.Structured operation, Tensor... operands) {
    Tracer home = scope.home(operands);
    if (home != this) {
      return home.add(operation, operands);
    }
    List<Integer> indices = Arrays.stream(operands).map(each -> own(each).node).toList();
    Key key = new Key(operation, indices, operation.resultTypes());
    Integer found = known.get(key);
    int index = found == null ? record(key) : found;
    known.put(key, index);
    return IntStream.range(0, key.types().size()).mapToObj(i -> result(index, i)).toList();
  }

  /** One result of a structured node. */
  Tensor result(int index, int position) {
    TensorType type = nodes.get(index).types().get(position);
    Key key = new Key(new Operation.Result(position), List.of(index), List.of(type));
    return tensor(known.computeIfAbsent(key, this::record));
  }

  /** Puts an operation with the same operands, and more results at the end, in a node's place. */
  void extend(int index, Operation.Structured operation) {
    List<Integer> operands = nodes.get(index).operands();
    nodes.set(index, new Node(index, operation, operands, operation.resultTypes()));
    known.put(new Key(operation, operands, operation.resultTypes()), index);
  }

  private int record(Key key) {
    for (TensorType type : key.types()) {
      scope.bounds().note(this, type);
    }
    nodes.add(new Node(nodes.size(), key.operation(), key.operands(), key.types()));
    return nodes.size() - 1;
  }

  Operators operators() {
    return operators;
  }

  SequenceOperators sequences() {
    return sequences;
  }

  int size() {
    return nodes.size();
  }

  Node node(int index) {
    return nodes.get(index);
  }

  Tensor tensor(int index) {
    return new Tensor(this, index, nodes.get(index).type());
  }

  /** Where this tracer stands among others, and what it took from those around it. */
  Scope scope() {
    return scope;
  }

  /** A tensor as one of this tracer: one of a tracer around is captured. */
  Tensor own(Tensor tensor) {
    return tensor.tracer == this ? tensor : scope.capture(tensor);
  }

  String name() {
    return name;
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
    scope.finish();
    Pruning pruning = new Pruning(nodes, outputs);
    Graph graph =
        new Graph(
            name,
            pruning.nodes(),
            inputNames,
            inputTypes,
            outputNames,
            pruning.outputs(),
            donations);
    return simplification.usesIdentities() ? graph : Simplification.of(graph);
  }
}
