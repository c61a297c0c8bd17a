package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;

/** How bodies become closed graphs, and loops and calls nodes. */
final class Structures {
  private final Tracer tracer;

  Structures(Tracer tracer) {
    this.tracer = tracer;
  }

  ScanResult scan(ScanOptions options, List<Tensor> carries, List<Tensor> stacked, ScanBody trace) {
    int length = options.length();
    if (length < 0) {
      throw tracer.fault("a scan of " + length + " steps");
    }
    List<TensorType> slices = new ArrayList<>();
    boolean bounded =
        options.bounded() || stacked.stream().anyMatch(each -> each.type().isBounded());
    Shape steps = bounded ? Shape.bounded(length) : Shape.of(length);
    for (Tensor each : stacked) {
      Shape shape = each.shape();
      if (shape.rank() < 1 || shape.extent(0) != length || each.type().isBounded() != bounded) {
        throw tracer.fault(
            "a scan of "
                + (bounded ? "up to " : "")
                + length
                + " steps over "
                + each.type()
                + ": its first axis must be "
                + (bounded ? steps : length));
      }
      slices.add(new TensorType(each.dataType(), Operators.without(shape, List.of(0))));
    }
    Tracer home = tracer.scope().home(carries).scope().home(stacked);
    home.scope().bounds().note(tracer, new TensorType(DataType.BOOL, steps));
    Tracer body = home.scope().nested("scan");
    List<Tensor> ins = places(body, "carry", types(carries));
    Step step = trace.trace(body, ins, places(body, "x", slices));
    same(body, "scan", types(carries), types(step.carries()));
    for (Tensor each : step.outputs()) {
      if (each.type().isBounded()) {
        throw body.fault("a scan gives " + each.type() + " in each step, which cannot be stacked");
      }
    }
    give(body, "carry", step.carries());
    give(body, "y", step.outputs());
    Graph graph = body.finish();
    int fixed = carries.size() + stacked.size();
    List<Integer> captured = wanted(home, body, List.of(graph), fixed);
    Scan scan =
        new Scan(
            closed(home, body, graph, fixed, captured),
            carries.size(),
            stacked.size(),
            length,
            options.reverse(),
            options.recompute(),
            bounded);
    List<Tensor> operands = new ArrayList<>(carries);
    operands.addAll(stacked);
    captured.forEach(node -> operands.add(home.tensor(node)));
    List<Tensor> results = home.add(scan, operands.toArray(Tensor[]::new));
    return new ScanResult(
        results.subList(0, carries.size()), results.subList(carries.size(), results.size()));
  }

  LoopResult loop(int bound, List<Tensor> carries, LoopCondition asked, LoopBody traced) {
    if (bound < 0) {
      throw tracer.fault("a loop of at most " + bound + " iterations");
    }
    Tracer home = tracer.scope().home(carries);
    Tracer condition = home.scope().nested("condition");
    Tensor goesOn = asked.trace(condition, places(condition, "carry", types(carries)));
    if (!goesOn.type().equals(TensorType.of(DataType.BOOL))) {
      throw tracer.fault(
          "the condition of a loop is " + goesOn.type() + ", not " + TensorType.of(DataType.BOOL));
    }
    give(condition, "goesOn", List.of(goesOn));
    Graph test = condition.finish();
    Tracer body = home.scope().nested("loop");
    List<Tensor> next = traced.trace(body, places(body, "carry", types(carries)));
    same(body, "loop", types(carries), types(next));
    give(body, "carry", next);
    Graph iteration = body.finish();
    int fixed = carries.size();
    Set<Integer> both = new LinkedHashSet<>(wanted(home, condition, List.of(test), fixed));
    both.addAll(wanted(home, body, List.of(iteration), fixed));
    List<Integer> captured = List.copyOf(both);
    While loop =
        new While(
            closed(home, condition, test, fixed, captured),
            closed(home, body, iteration, fixed, captured),
            fixed,
            bound);
    List<Tensor> operands = new ArrayList<>(carries);
    captured.forEach(node -> operands.add(home.tensor(node)));
    List<Tensor> results = home.add(loop, operands.toArray(Tensor[]::new));
    return new LoopResult(results.subList(0, fixed), results.get(fixed));
  }

  List<Tensor> call(String name, Graph graph, Optional<Graph> derivative, Tensor... arguments) {
    List<TensorType> types = types(List.of(arguments));
    if (!types.equals(graph.inputTypes())) {
      throw tracer.fault("call of " + name + " takes " + graph.inputTypes() + ", got " + types);
    }
    if (!graph.donations().isEmpty()) {
      throw tracer.fault("call of " + name + ", which updates its inputs in place");
    }
    if (derivative.isPresent() && !Call.fits(graph, derivative.get())) {
      throw tracer.fault("call of " + name + ": " + Call.mismatch(graph, derivative.get()));
    }
    return tracer.add(new Call(name, graph, derivative), arguments);
  }

  private static List<TensorType> types(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::type).toList();
  }

  private static List<Tensor> places(Tracer body, String role, List<TensorType> types) {
    return IntStream.range(0, types.size())
        .mapToObj(i -> body.place(role + i, types.get(i)))
        .toList();
  }

  private static void give(Tracer body, String role, List<Tensor> values) {
    for (int i = 0; i < values.size(); i++) {
      body.give(role + i, values.get(i));
    }
  }

  private static void same(
      Tracer body, String what, List<TensorType> before, List<TensorType> after) {
    if (before.size() != after.size()) {
      throw body.fault(
          "the body of a " + what + " takes the carries " + before + " and gives " + after);
    }
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).equals(after.get(i))) {
        throw body.fault(
            "the body of a "
                + what
                + " makes "
                + after.get(i)
                + " of carry "
                + i
                + ", "
                + before.get(i));
      }
    }
  }

  /** Nodes outside that a body takes as constants: uniform ones it can make itself. */
  private static List<Integer> wanted(Tracer home, Tracer body, List<Graph> graphs, int fixed) {
    List<Integer> wanted = new ArrayList<>();
    int position = fixed;
    boolean[] used = Pruning.used(graphs.get(0));
    for (int outer : body.scope().captured().keySet()) {
      if (used[position++] && uniform(home.tensor(outer)).isEmpty()) {
        wanted.add(outer);
      }
    }
    return wanted;
  }

  /** A body as a graph that takes the fixed inputs and then the wanted nodes. */
  private static Graph closed(
      Tracer home, Tracer body, Graph graph, int fixed, List<Integer> wanted) {
    List<Integer> outer = List.copyOf(body.scope().captured().keySet());
    List<Integer> inputs = new ArrayList<>(IntStream.range(0, fixed).boxed().toList());
    Map<Integer, Double> constants = new HashMap<>();
    for (int i = 0; i < outer.size(); i++) {
      OptionalDouble value = uniform(home.tensor(outer.get(i)));
      if (value.isPresent()) {
        constants.put(fixed + i, value.getAsDouble());
      }
    }
    List<String> names = new ArrayList<>(graph.inputNames().subList(0, fixed));
    List<TensorType> types = new ArrayList<>(graph.inputTypes().subList(0, fixed));
    for (int node : wanted) {
      inputs.add(outer.contains(node) ? fixed + outer.indexOf(node) : -1);
      names.add("constant" + (names.size() - fixed));
      types.add(home.tensor(node).type());
    }
    return withInputs(graph, inputs, constants, names, types);
  }

  /** A graph with some of its inputs alone, in a new order; the others are not used. */
  static Graph withInputs(Graph graph, List<Integer> inputs, Map<Integer, Double> constants) {
    return withInputs(
        graph,
        inputs,
        constants,
        inputs.stream().map(graph.inputNames()::get).toList(),
        inputs.stream().map(graph.inputTypes()::get).toList());
  }

  private static Graph withInputs(
      Graph graph,
      List<Integer> inputs,
      Map<Integer, Double> constants,
      List<String> names,
      List<TensorType> types) {
    return Graph.trace(
        graph.name(),
        t -> {
          Map<Integer, Tensor> arguments = new HashMap<>();
          for (int i = 0; i < inputs.size(); i++) {
            arguments.put(inputs.get(i), t.input(names.get(i), types.get(i)));
          }
          constants.forEach(
              (input, value) ->
                  arguments.put(input, t.constant(graph.inputTypes().get(input), value)));
          Map<Integer, Tensor> given = new HashMap<>();
          for (Node node : graph.nodes()) {
            if (node.operation() instanceof Operation.Input input) {
              given.put(node.index(), arguments.get(input.position()));
            }
          }
          List<Tensor> values = Inlining.record(t, graph, given, graph.outputs());
          for (int i = 0; i < values.size(); i++) {
            t.output(graph.outputNames().get(i), values.get(i));
          }
        });
  }

  /** A graph with some of its outputs alone, and what they need; the same if all are wanted. */
  static Graph restrict(Graph graph, List<Integer> outputs) {
    return outputs.size() == graph.outputs().size()
        ? graph
        : part(
            graph,
            graph.nodes(),
            graph.inputTypes().size(),
            outputs.stream().map(graph.outputs()::get).toList(),
            outputs.stream().map(graph.outputNames()::get).toList());
  }

  /** What some of the nodes, a graph's or more, are computed from, with its first inputs. */
  static Graph part(
      Graph graph, List<Node> nodes, int inputs, List<Integer> outputs, List<String> names) {
    Pruning pruning = new Pruning(nodes, outputs);
    return new Graph(
        graph.name(),
        pruning.nodes(),
        graph.inputNames().subList(0, inputs),
        graph.inputTypes().subList(0, inputs),
        names,
        pruning.outputs(),
        Map.of());
  }

  /** The value of a constant whose elements are all the same, of whatever tracer it comes. */
  static OptionalDouble uniform(Tensor tensor) {
    Operation operation = tensor.tracer.node(tensor.node).operation();
    if (operation instanceof Operation.Constant constant && constant.values().size() == 1) {
      return OptionalDouble.of(constant.values().get(0));
    }
    if (operation instanceof Operation.Input && tensor.tracer.scope().around().isPresent()) {
      for (Map.Entry<Integer, Tensor> each : tensor.tracer.scope().captured().entrySet()) {
        if (each.getValue().node == tensor.node) {
          return uniform(tensor.tracer.scope().around().get().tensor(each.getKey()));
        }
      }
    }
    return OptionalDouble.empty();
  }
}
