package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Batched loops and calls: the same ones with batched graphs. A carry is mapped when it is at the
 * start, or becomes so in some step.
 */
final class BatchStructureRules {
  private final Tracer tracer;
  private final Batching batch;

  /**
   * A batched graph.
   *
   * @param graph with the axis of the examples in front of mapped inputs and outputs
   * @param mapped which outputs are
   */
  private record Batched(Graph graph, boolean[] mapped) {}

  BatchStructureRules(Tracer tracer, Batching batch) {
    this.tracer = tracer;
    this.batch = batch;
  }

  /** The results of a structured node of which at least one operand is mapped. */
  List<Batching.Value> rule(Operation.Structured operation, List<Batching.Value> operands) {
    if (operation instanceof Scan scan) {
      return scan(scan, operands);
    }
    if (operation instanceof While loop) {
      return loop(loop, operands);
    }
    if (operation instanceof Call call) {
      return call(call, operands);
    }
    throw new IllegalStateException("no rule for a batch of " + operation.attributes());
  }

  private static boolean[] mapped(List<Batching.Value> values) {
    boolean[] mapped = new boolean[values.size()];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = values.get(i).mapped();
    }
    return mapped;
  }

  /** Inputs of a batched graph, within its trace. */
  private List<Batching.Value> inputs(Tracer inner, Graph graph, boolean[] mapped) {
    List<Batching.Value> values = new ArrayList<>();
    for (int i = 0; i < mapped.length; i++) {
      TensorType type = graph.inputTypes().get(i);
      Tensor input = inner.input(graph.inputNames().get(i), mapped[i] ? batch.lead(type) : type);
      values.add(new Batching.Value(input, mapped[i]));
    }
    return values;
  }

  /** A graph batched; the first outputs are mapped if told so, whether they must be or not. */
  private Batched batched(Graph graph, boolean[] inputs, boolean... outputs) {
    boolean[] mapped = new boolean[graph.outputs().size()];
    Graph result =
        Graph.trace(
            graph.name(),
            inner -> {
              Batching within = new Batching(inner, batch.size());
              List<Batching.Value> values = within.apply(graph, inputs(inner, graph, inputs));
              for (int i = 0; i < mapped.length; i++) {
                Batching.Value value = values.get(i);
                mapped[i] = value.mapped() || i < outputs.length && outputs[i];
                inner.output(
                    graph.outputNames().get(i), mapped[i] ? within.spread(value) : value.tensor());
              }
            });
    return new Batched(result, mapped);
  }

  /** Marks the carries that become mapped; which inputs are when none becomes so any more. */
  private boolean[] settled(Graph body, int carries, boolean[] mapped) {
    boolean[] inputs = mapped.clone();
    boolean more = true;
    while (more) {
      boolean[] after = batched(body, inputs, Arrays.copyOf(inputs, carries)).mapped();
      more = false;
      for (int i = 0; i < carries; i++) {
        more |= after[i] && !inputs[i];
        inputs[i] = after[i];
      }
    }
    return inputs;
  }

  private List<Batching.Value> scan(Scan scan, List<Batching.Value> operands) {
    int sliced = scan.carries() + scan.stacked();
    boolean[] inputs = settled(scan.body(), scan.carries(), mapped(operands));
    Batched body = batched(scan.body(), inputs, Arrays.copyOf(inputs, scan.carries()));
    Tensor[] arguments = new Tensor[operands.size()];
    for (int i = 0; i < arguments.length; i++) {
      Tensor argument = inputs[i] ? batch.spread(operands.get(i)) : operands.get(i).tensor();
      boolean steps = i >= scan.carries() && i < sliced;
      arguments[i] = steps && inputs[i] ? exchanged(argument) : argument;
    }
    List<Tensor> results = tracer.add(scan.with(body.graph()), arguments);
    List<Batching.Value> values = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      boolean mapped = body.mapped()[i];
      boolean steps = i >= scan.carries();
      Tensor result = steps && mapped ? exchanged(results.get(i)) : results.get(i);
      values.add(new Batching.Value(result, mapped));
    }
    return values;
  }

  /** The first two axes exchanged: examples and steps. */
  private static Tensor exchanged(Tensor value) {
    int[] order = IntStream.range(0, value.shape().rank()).toArray();
    order[0] = 1;
    order[1] = 0;
    return value.transpose(order);
  }

  private List<Batching.Value> loop(While loop, List<Batching.Value> operands) {
    boolean[] inputs = settled(loop.body(), loop.carries(), mapped(operands));
    Batched condition = batched(loop.condition(), inputs);
    if (condition.mapped()[0]) {
      return untilAllEnd(loop, operands);
    }
    Batched body = batched(loop.body(), inputs, Arrays.copyOf(inputs, loop.carries()));
    Tensor[] arguments = new Tensor[operands.size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = inputs[i] ? batch.spread(operands.get(i)) : operands.get(i).tensor();
    }
    While batched = new While(condition.graph(), body.graph(), loop.carries(), loop.bound());
    List<Tensor> results = tracer.add(batched, arguments);
    List<Batching.Value> values = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      values.add(new Batching.Value(results.get(i), i < loop.carries() && inputs[i]));
    }
    return values;
  }

  /**
   * Examples end at different iterations: the loop goes on as long as one does, and keeps what the
   * others had. Two more carries tell which still go on and count the iterations of each.
   */
  private List<Batching.Value> untilAllEnd(While loop, List<Batching.Value> operands) {
    int carries = loop.carries();
    boolean[] inputs = mapped(operands);
    Arrays.fill(inputs, 0, carries, true);
    Graph condition = batched(loop.condition(), inputs, true).graph();
    Graph body = batched(loop.body(), inputs, Arrays.copyOf(inputs, carries)).graph();
    TensorType flags = batch.lead(TensorType.of(DataType.BOOL));
    TensorType counts = batch.lead(TensorType.of(DataType.INT32));
    List<Tensor> start = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      start.add(inputs[i] ? batch.spread(operands.get(i)) : operands.get(i).tensor());
    }
    Tensor goesOn = tracer.inline(condition, start.toArray(Tensor[]::new)).get(0);
    Graph anyGoesOn =
        Graph.trace(
            loop.condition().name(),
            inner -> {
              Tensor active = places(inner, body, carries, flags, counts).get(carries);
              inner.output("goesOn", active.convert(DataType.INT32).maximum().gt(0));
            });
    Graph iteration =
        Graph.trace(
            loop.body().name(),
            inner -> iterate(inner, places(inner, body, carries, flags, counts), condition, body));
    start.add(carries, goesOn);
    start.add(carries + 1, tracer.constant(counts, 0));
    While all = new While(anyGoesOn, iteration, carries + 2, loop.bound());
    List<Tensor> results = tracer.add(all, start.toArray(Tensor[]::new));
    List<Batching.Value> values = new ArrayList<>();
    for (int i = 0; i < carries; i++) {
      values.add(new Batching.Value(results.get(i), true));
    }
    values.add(new Batching.Value(results.get(carries + 1), true));
    return values;
  }

  /** Carries, which examples go on, their iterations, and constants, as inputs. */
  private static List<Tensor> places(
      Tracer inner, Graph body, int carries, TensorType flags, TensorType counts) {
    List<Tensor> places = new ArrayList<>();
    for (int i = 0; i < body.inputTypes().size(); i++) {
      if (i == carries) {
        places.add(inner.input("active", flags));
        places.add(inner.input("iterations", counts));
      }
      places.add(inner.input(body.inputNames().get(i), body.inputTypes().get(i)));
    }
    if (body.inputTypes().size() == carries) {
      places.add(inner.input("active", flags));
      places.add(inner.input("iterations", counts));
    }
    return places;
  }

  private void iterate(Tracer inner, List<Tensor> places, Graph condition, Graph body) {
    int carries = body.outputs().size();
    Tensor active = places.get(carries);
    List<Tensor> arguments = new ArrayList<>(places);
    arguments.subList(carries, carries + 2).clear();
    List<Tensor> next = inner.inline(body, arguments.toArray(Tensor[]::new));
    for (int i = 0; i < carries; i++) {
      int[] single = new int[next.get(i).shape().rank()];
      Arrays.fill(single, 1);
      single[0] = batch.size();
      Tensor kept = active.reshape(single).select(next.get(i), arguments.get(i));
      inner.output(body.outputNames().get(i), kept);
      arguments.set(i, kept);
    }
    Tensor goesOn = inner.inline(condition, arguments.toArray(Tensor[]::new)).get(0);
    inner.output("active", active.and(goesOn));
    inner.output("iterations", places.get(carries + 1).add(active.convert(DataType.INT32)));
  }

  private List<Batching.Value> call(Call call, List<Batching.Value> operands) {
    boolean[] inputs = mapped(operands);
    Batched graph = batched(call.graph(), inputs);
    Optional<Graph> derivative =
        call.derivative().map(given -> derivative(call, given, inputs, graph.mapped()));
    String name = "batch of " + call.name();
    Tensor[] arguments = operands.stream().map(Batching.Value::tensor).toArray(Tensor[]::new);
    List<Tensor> results = tracer.add(new Call(name, graph.graph(), derivative), arguments);
    List<Batching.Value> values = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      values.add(new Batching.Value(results.get(i), graph.mapped()[i]));
    }
    return values;
  }

  /** A shared input has the sum of all examples' cotangents. */
  private Graph derivative(Call call, Graph given, boolean[] inputs, boolean... outputs) {
    List<Boolean> takes = new ArrayList<>();
    List<Boolean> gives = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      takes.add(inputs[i]);
      if (call.graph().inputTypes().get(i).dataType().isFloating()) {
        gives.add(inputs[i]);
      }
    }
    for (boolean output : outputs) {
      takes.add(output);
    }
    for (int i = 0; i < outputs.length; i++) {
      if (call.graph().outputType(i).dataType().isFloating()) {
        takes.add(outputs[i]);
      }
    }
    boolean[] mapped = new boolean[takes.size()];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = takes.get(i);
    }
    return Graph.trace(
        given.name(),
        inner -> {
          Batching within = new Batching(inner, batch.size());
          List<Batching.Value> values = within.apply(given, inputs(inner, given, mapped));
          for (int i = 0; i < values.size(); i++) {
            Tensor each = within.spread(values.get(i));
            inner.output(given.outputNames().get(i), gives.get(i) ? each : each.sum(0));
          }
        });
  }
}
