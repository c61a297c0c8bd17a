package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Reverse mode through a scan: a scan in the opposite direction, whose carries are the cotangents
 * of the carries and the sums of those of the constants. What it needs of each step is a stacked
 * output more of the scan itself, or is computed again from the carries alone.
 */
final class ScanReversal {
  private final Tracer tracer;
  private final Tracer of;
  private final int index;
  private final Scan scan;
  private final List<Tensor> operands;

  /** Positions of the body's outputs that have a cotangent, and of inputs to derive by. */
  private final List<Integer> seeds = new ArrayList<>();

  private final List<Integer> inputs = new ArrayList<>();

  ScanReversal(Tracer tracer, Tracer of, int index) {
    this.tracer = tracer;
    this.of = of;
    this.index = index;
    this.scan = (Scan) of.node(index).operation();
    this.operands = of.node(index).operands().stream().map(of::tensor).toList();
  }

  Map<Integer, Tensor> pullBack(Map<Integer, Tensor> cotangents, boolean... wanted) {
    choose(cotangents, wanted);
    Graph step = StructuredRules.backward(scan.body(), seeds, inputs);
    Saving saving = Saving.of(step, scan, seeds.size());
    Map<Integer, Integer> kept = keep(step, saving.kept());
    int given = scan.body().outputs().size();
    List<Integer> summed = new ArrayList<>();
    List<Integer> stacked = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      int input = inputs.get(i);
      if (input >= scan.carries() && !zero(step, given + i)) {
        (input < scan.carries() + scan.stacked() ? stacked : summed).add(i);
      }
    }
    List<Tensor> carries = new ArrayList<>();
    for (int i = 0; i < carried(); i++) {
      Tensor last = cotangents.get(inputs.get(i));
      carries.add(last == null ? zero(inputs.get(i)) : last);
    }
    summed.forEach(i -> carries.add(zero(inputs.get(i))));
    List<Tensor> slices = new ArrayList<>();
    Map<Integer, Integer> places = places(step, saving, kept, slices);
    seeds.stream()
        .filter(seed -> seed >= scan.carries())
        .forEach(seed -> slices.add(cotangents.get(seed)));
    List<Integer> results = new ArrayList<>(step.outputs().subList(given, step.outputs().size()));
    ScanResult back =
        tracer.scan(
            new ScanOptions(scan.length(), !scan.reverse(), scan.recompute(), scan.bounded()),
            carries,
            slices,
            (t, carry, x) -> {
              Map<Integer, Tensor> values = new HashMap<>();
              places.forEach((node, place) -> values.put(node, taken(step, node, x.get(place))));
              constants(step, values);
              seeded(step, values, carry, x);
              List<Tensor> parts = Inlining.record(t, step, values, results);
              List<Tensor> next = new ArrayList<>(parts.subList(0, carried()));
              for (int i = 0; i < summed.size(); i++) {
                next.add(carry.get(carried() + i).add(parts.get(summed.get(i))));
              }
              return Step.of(next, stacked.stream().map(parts::get).toList());
            });
    Map<Integer, Tensor> shares = new HashMap<>();
    for (int i = 0; i < carried(); i++) {
      shares.put(inputs.get(i), back.carry(i));
    }
    for (int i = 0; i < summed.size(); i++) {
      shares.put(inputs.get(summed.get(i)), back.carry(carried() + i));
    }
    for (int i = 0; i < stacked.size(); i++) {
      shares.put(inputs.get(stacked.get(i)), back.output(i));
    }
    shares.keySet().removeIf(position -> !wanted[position]);
    return shares;
  }

  private int carried() {
    return (int) inputs.stream().filter(input -> input < scan.carries()).count();
  }

  /**
   * Carries have a cotangent if they depend on what is wanted and what has a cotangent depends on
   * them; what depends on what is asked of the body once more for each carry that joins.
   */
  private void choose(Map<Integer, Tensor> cotangents, boolean... wanted) {
    int carries = scan.carries();
    boolean[] moved = Dependence.carried(scan.body(), carries, wanted);
    boolean[] live = new boolean[scan.body().outputs().size()];
    cotangents.keySet().forEach(position -> live[position] = true);
    boolean more = true;
    while (more) {
      more = false;
      for (int i = 0; i < carries; i++) {
        if (moved[i] && !live[i]) {
          boolean[] one = new boolean[moved.length];
          one[i] = true;
          boolean[] reached = Dependence.outputs(scan.body(), one);
          live[i] = IntStream.range(0, live.length).anyMatch(o -> live[o] && reached[o]);
          more |= live[i];
        }
      }
    }
    for (int i = 0; i < live.length; i++) {
      if (live[i] && (i >= carries || moved[i])) {
        seeds.add(i);
      }
    }
    for (int i = 0; i < moved.length; i++) {
      if (moved[i] && (i >= carries || live[i])) {
        inputs.add(i);
      }
    }
  }

  /** Makes the kept nodes of a step stacked outputs of the scan: where each is in its results. */
  private Map<Integer, Integer> keep(Graph step, List<Integer> nodes) {
    int given = scan.body().outputs().size();
    List<Node> all = new ArrayList<>(step.nodes());
    List<Integer> outputs = new ArrayList<>(step.outputs().subList(0, given));
    List<String> names = new ArrayList<>(scan.body().outputNames());
    Map<Integer, Integer> places = new LinkedHashMap<>();
    for (int node : nodes) {
      int known = outputs.subList(scan.carries(), outputs.size()).indexOf(node);
      if (known < 0) {
        known = outputs.size() - scan.carries();
        outputs.add(stackable(all, node));
        names.add(unused(names));
      }
      places.put(node, scan.carries() + known);
    }
    if (outputs.size() > given) {
      int takes = scan.body().inputTypes().size();
      of.extend(index, scan.with(Structures.part(step, all, takes, outputs, names)));
    }
    return places;
  }

  /** A node whose values can be stacked: bounded rows are filled up, and taken off again. */
  private static int stackable(List<Node> nodes, int node) {
    TensorType type = nodes.get(node).type();
    if (!type.isBounded()) {
      return node;
    }
    nodes.add(new Node(nodes.size(), new Operation.Fill(0), List.of(node), type.unbounded()));
    return nodes.size() - 1;
  }

  private static Tensor taken(Graph step, int node, Tensor value) {
    return step.nodes().get(node).type().isBounded() ? value.bounded() : value;
  }

  private static String unused(List<String> names) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "kept" + i)
        .filter(each -> !names.contains(each))
        .findFirst()
        .orElseThrow();
  }

  /** What the reversed scan is stacked over, by node of a step: kept values, the scan's inputs. */
  private Map<Integer, Integer> places(
      Graph step, Saving saving, Map<Integer, Integer> kept, List<Tensor> slices) {
    Map<Integer, Integer> places = new LinkedHashMap<>();
    kept.forEach(
        (node, result) -> {
          places.put(node, slices.size());
          slices.add(of.result(index, result));
        });
    for (Node node : step.nodes()) {
      if (node.operation() instanceof Operation.Input input
          && saving.taken(node.index())
          && input.position() >= scan.carries()
          && input.position() < scan.carries() + scan.stacked()) {
        places.put(node.index(), slices.size());
        slices.add(operands.get(input.position()));
      }
    }
    return places;
  }

  private void constants(Graph step, Map<Integer, Tensor> values) {
    for (Node node : step.nodes()) {
      if (node.operation() instanceof Operation.Input input
          && input.position() >= scan.carries() + scan.stacked()
          && input.position() < scan.body().inputTypes().size()) {
        values.put(node.index(), operands.get(input.position()));
      }
    }
  }

  /** Cotangents of next carries are those of the carries of the step after. */
  private void seeded(Graph step, Map<Integer, Tensor> values, List<Tensor> carry, List<Tensor> x) {
    int first = scan.body().inputTypes().size();
    int outputs = (int) seeds.stream().filter(seed -> seed >= scan.carries()).count();
    for (Node node : step.nodes()) {
      if (node.operation() instanceof Operation.Input input && input.position() >= first) {
        int at = input.position() - first;
        int seed = seeds.get(at);
        values.put(
            node.index(),
            seed < scan.carries()
                ? carry.get(inputs.indexOf(seed))
                : x.get(x.size() - outputs + at - (seeds.size() - outputs)));
      }
    }
  }

  private Tensor zero(int operand) {
    return tracer.constant(operands.get(operand).type(), 0);
  }

  private static boolean zero(Graph graph, int output) {
    Node node = graph.nodes().get(graph.outputs().get(output));
    return node.operation() instanceof Operation.Constant constant
        && constant.values().stream().allMatch(value -> value == 0);
  }
}
