package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Forward mode: the nodes of a graph one after the other, each with its value and, if it moves, its
 * tangent. Of an ordinary node the rule is that of reverse mode, twice: its vector-Jacobian product
 * is linear in the cotangent, and the derivative by the cotangent, pulled back from the tangents,
 * is the Jacobian-vector product. What is left over of the cotangent is dead code. Points without a
 * derivative are therefore treated as in reverse mode.
 */
final class ForwardMode {
  private final Tracer tracer;
  private final Graph graph;
  private final List<Moving> nodes = new ArrayList<>();

  /** Results with the tangents of those that move, by position. */
  record Moving(List<Tensor> values, Map<Integer, Tensor> tangents) {
    /** The tangent, zero for what does not move. */
    Tensor tangent(Tracer tracer, int position) {
      Tensor found = tangents.get(position);
      return found == null ? tracer.constant(values.get(position).type(), 0) : found;
    }
  }

  private ForwardMode(Tracer tracer, Graph graph) {
    this.tracer = tracer;
    this.graph = graph;
  }

  /** The outputs of a graph, by its inputs. */
  static Moving push(Tracer tracer, Graph graph, Moving inputs) {
    return new ForwardMode(tracer, graph).push(inputs);
  }

  private Moving push(Moving inputs) {
    for (Node node : graph.nodes()) {
      if (node.operation() instanceof Operation.Input input) {
        nodes.add(one(inputs, input.position()));
      } else if (node.operation() instanceof Operation.Result result) {
        nodes.add(one(nodes.get(node.operands().get(0)), result.position()));
      } else {
        Moving operands = all(node.operands());
        nodes.add(
            node.operation() instanceof Operation.Structured structured
                ? structured(structured, operands)
                : ordinary(node, operands));
      }
    }
    return all(graph.outputs());
  }

  private static Moving one(Moving of, int position) {
    Tensor tangent = of.tangents().get(position);
    return new Moving(
        List.of(of.values().get(position)), tangent == null ? Map.of() : Map.of(0, tangent));
  }

  private Moving all(List<Integer> indices) {
    List<Tensor> values = new ArrayList<>();
    Map<Integer, Tensor> tangents = new HashMap<>();
    for (int index : indices) {
      Moving node = nodes.get(index);
      if (node.tangents().containsKey(0)) {
        tangents.put(values.size(), node.tangents().get(0));
      }
      values.add(node.values().get(0));
    }
    return new Moving(values, tangents);
  }

  private Moving ordinary(Node node, Moving operands) {
    Tensor[] values = operands.values().toArray(Tensor[]::new);
    Tensor value = tracer.add(node.operation(), node.type(), values);
    if (operands.tangents().isEmpty() || !Dependence.passes(node)) {
      return new Moving(List.of(value), Map.of());
    }
    Graph single =
        Graph.trace(
            Operation.print(node.operation()),
            t -> {
              Tensor[] in = new Tensor[values.length];
              for (int i = 0; i < in.length; i++) {
                in[i] = t.input("x" + i, values[i].type());
              }
              t.output("y", t.add(node.operation(), node.type(), in));
            });
    List<Integer> moved = operands.tangents().keySet().stream().sorted().toList();
    String[] names = moved.stream().map(i -> "x" + i).toArray(String[]::new);
    Graph tangent = transposed(Transforms.vjp(single, names), values.length, all(moved.size()));
    List<Tensor> arguments = new ArrayList<>(operands.values());
    arguments.add(tracer.constant(node.type(), 0));
    moved.forEach(i -> arguments.add(operands.tangents().get(i)));
    return new Moving(
        List.of(value), Map.of(0, tracer.inline(tangent, arguments.toArray(Tensor[]::new)).get(0)));
  }

  private static boolean[] all(int count) {
    boolean[] all = new boolean[count];
    java.util.Arrays.fill(all, true);
    return all;
  }

  /**
   * Of a graph that is linear in its inputs from one on, the transposed: takes its inputs and, for
   * some of its outputs, what is pulled back; gives the result for each of those inputs, on which
   * it does not depend.
   */
  private static Graph transposed(Graph linear, int first, boolean... outputs) {
    return Graph.trace(
        "transposed " + linear.name(),
        t -> {
          List<Tensor> arguments = Transforms.arguments(t, linear);
          List<Tensor> values = t.inline(linear, arguments.toArray(Tensor[]::new));
          List<Tensor> seeded = new ArrayList<>();
          List<Tensor> seeds = new ArrayList<>();
          String prefix = Transforms.free(Transforms.TANGENT, linear);
          for (int i = 0; i < values.size(); i++) {
            if (outputs[i]) {
              seeded.add(values.get(i));
              seeds.add(t.input(prefix + i, values.get(i).type()));
            }
          }
          List<Tensor> by = arguments.subList(first, arguments.size());
          List<Tensor> parts = t.pullBack(seeded, seeds, List.of(), by.toArray(Tensor[]::new));
          for (int i = 0; i < parts.size(); i++) {
            t.output("y" + i, parts.get(i));
          }
        });
  }

  private Moving structured(Operation.Structured operation, Moving operands) {
    if (operands.tangents().isEmpty()) {
      Tensor[] values = operands.values().toArray(Tensor[]::new);
      return new Moving(tracer.add(operation, values), Map.of());
    }
    if (operation instanceof Scan scan) {
      return scan(scan, operands);
    }
    return operation instanceof While loop
        ? loop(loop, operands)
        : call((Call) operation, operands);
  }

  private static boolean[] moves(Moving operands) {
    boolean[] moves = new boolean[operands.values().size()];
    operands.tangents().keySet().forEach(position -> moves[position] = true);
    return moves;
  }

  /** The values from one position on, up to another, then the tangents of those that move. */
  private static List<Tensor> joined(
      Tracer tracer, Moving moving, int from, int to, boolean... moves) {
    List<Tensor> joined = new ArrayList<>(moving.values().subList(from, to));
    for (int i = from; i < to; i++) {
      if (moves[i]) {
        joined.add(moving.tangent(tracer, i));
      }
    }
    return joined;
  }

  /** Takes apart what {@link #joined} put together. */
  private static void part(List<Tensor> joined, int from, int to, boolean[] moves, Moving into) {
    int next = to - from;
    for (int i = from; i < to; i++) {
      into.values().add(joined.get(i - from));
      if (moves[i]) {
        into.tangents().put(i, joined.get(next++));
      }
    }
  }

  private static Moving nothing() {
    return new Moving(new ArrayList<>(), new HashMap<>());
  }

  /** The operands of a body that are the same in all steps. */
  private static void constants(Moving operands, int from, Moving into) {
    for (int i = from; i < operands.values().size(); i++) {
      into.values().add(operands.values().get(i));
      if (operands.tangents().containsKey(i)) {
        into.tangents().put(i, operands.tangents().get(i));
      }
    }
  }

  private Moving scan(Scan scan, Moving operands) {
    int carries = scan.carries();
    int sliced = carries + scan.stacked();
    boolean[] moves = Dependence.carried(scan.body(), carries, moves(operands));
    boolean[] given = Dependence.results(scan, moves);
    ScanResult results =
        tracer.scan(
            scan.options(),
            joined(tracer, operands, 0, carries, moves),
            joined(tracer, operands, carries, sliced, moves),
            (t, carry, x) -> {
              Moving inputs = nothing();
              part(carry, 0, carries, moves, inputs);
              part(x, carries, sliced, moves, inputs);
              constants(operands, sliced, inputs);
              Moving step = push(t, scan.body(), inputs);
              return Step.of(
                  joined(t, step, 0, carries, given),
                  joined(t, step, carries, given.length, given));
            });
    Moving moving = nothing();
    part(results.carries(), 0, carries, given, moving);
    part(results.outputs(), carries, given.length, given, moving);
    return moving;
  }

  private Moving loop(While loop, Moving operands) {
    int carries = loop.carries();
    boolean[] moves = Dependence.carried(loop.body(), carries, moves(operands));
    List<Tensor> constants = operands.values().subList(carries, operands.values().size());
    LoopResult results =
        tracer.whileLoop(
            loop.bound(),
            joined(tracer, operands, 0, carries, moves),
            (t, carry) -> {
              List<Tensor> arguments = new ArrayList<>(carry.subList(0, carries));
              arguments.addAll(constants);
              return t.inline(loop.condition(), arguments.toArray(Tensor[]::new)).get(0);
            },
            (t, carry) -> {
              Moving inputs = nothing();
              part(carry, 0, carries, moves, inputs);
              constants(operands, carries, inputs);
              return joined(t, push(t, loop.body(), inputs), 0, carries, moves);
            });
    Moving moving = nothing();
    part(results.carries(), 0, carries, moves, moving);
    moving.values().add(results.iterations());
    return moving;
  }

  private Moving call(Call call, Moving operands) {
    List<Tensor> values = tracer.add(call, operands.values().toArray(Tensor[]::new));
    if (call.derivative().isEmpty()) {
      return new Moving(values, push(tracer, call.graph(), operands).tangents());
    }
    List<Tensor> arguments = new ArrayList<>(operands.values());
    arguments.addAll(values);
    List<Integer> real = StructuredRules.positions(Dependence.real(call.resultTypes()));
    real.forEach(i -> arguments.add(tracer.constant(values.get(i).type(), 0)));
    List<Integer> inputs = StructuredRules.positions(Dependence.real(call.operandTypes()));
    boolean[] outputs = new boolean[inputs.size()];
    for (int i = 0; i < outputs.length; i++) {
      Tensor tangent = operands.tangents().get(inputs.get(i));
      outputs[i] = tangent != null;
      if (outputs[i]) {
        arguments.add(tangent);
      }
    }
    int first = operands.values().size() + values.size();
    Graph forward = transposed(call.derivative().get(), first, outputs);
    List<Tensor> parts = tracer.inline(forward, arguments.toArray(Tensor[]::new));
    Map<Integer, Tensor> tangents = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      tangents.put(real.get(i), parts.get(i));
    }
    return new Moving(values, tangents);
  }
}
