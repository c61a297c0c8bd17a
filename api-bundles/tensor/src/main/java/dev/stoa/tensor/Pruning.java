package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Dead code: the nodes that given outputs need, renumbered. Of a scan that is needed, unneeded
 * results go, and with them what they alone need of its body, its carries and its operands.
 */
final class Pruning {
  private final List<Node> recorded;
  private final boolean[] needed;
  private final Map<Integer, boolean[]> results = new HashMap<>();
  private final Map<Integer, PrunedScan> scans = new HashMap<>();
  private final List<Node> kept = new ArrayList<>();
  private final int[] renumbered;
  private final List<Integer> outputs;

  Pruning(List<Node> recorded, List<Integer> outputs) {
    this.recorded = recorded;
    this.needed = new boolean[recorded.size()];
    this.renumbered = new int[recorded.size()];
    outputs.forEach(output -> needed[output] = true);
    for (int i = recorded.size() - 1; i >= 0; i--) {
      if (needed[i]) {
        mark(recorded.get(i));
      }
    }
    for (Node node : recorded) {
      if (needed[node.index()]) {
        renumbered[node.index()] = kept.size();
        keep(node);
      }
    }
    this.outputs = outputs.stream().map(output -> renumbered[output]).toList();
  }

  private void mark(Node node) {
    List<Integer> operands = node.operands();
    if (node.operation() instanceof Operation.Result result) {
      int from = operands.get(0);
      results
              .computeIfAbsent(from, index -> new boolean[recorded.get(index).types().size()])[
              result.position()] =
          true;
    } else if (node.operation() instanceof Scan scan) {
      PrunedScan pruned = PrunedScan.of(scan, results.get(node.index()));
      scans.put(node.index(), pruned);
      operands = pruned.operands().stream().map(node.operands()::get).toList();
    }
    operands.forEach(operand -> needed[operand] = true);
  }

  private void keep(Node node) {
    Operation operation = node.operation();
    List<Integer> operands = node.operands();
    List<TensorType> types = node.types();
    if (operation instanceof Scan) {
      PrunedScan pruned = scans.get(node.index());
      operation = pruned.scan();
      operands = pruned.operands().stream().map(operands::get).toList();
      types = pruned.scan().resultTypes();
    } else if (operation instanceof Operation.Result result && scans.containsKey(operands.get(0))) {
      List<Integer> left = scans.get(operands.get(0)).results();
      operation = new Operation.Result(left.indexOf(result.position()));
    }
    List<Integer> moved = operands.stream().map(operand -> renumbered[operand]).toList();
    kept.add(new Node(kept.size(), operation, moved, types));
  }

  /** What is left. */
  List<Node> nodes() {
    return kept;
  }

  /** Where the outputs are now. */
  List<Integer> outputs() {
    return outputs;
  }

  /**
   * A scan without unneeded results.
   *
   * @param scan what is left
   * @param operands positions of the operands left
   * @param results positions of the results left
   */
  private record PrunedScan(Scan scan, List<Integer> operands, List<Integer> results) {
    static PrunedScan of(Scan scan, boolean[] needed) {
      boolean[] results = needed.clone();
      while (true) {
        Graph body = Structures.restrict(scan.body(), positions(results));
        boolean[] inputs = used(body);
        boolean more = false;
        for (int i = 0; i < scan.carries(); i++) {
          more |= inputs[i] && !results[i];
          results[i] |= inputs[i];
          inputs[i] |= results[i];
        }
        if (!more) {
          return of(scan, body, inputs, results);
        }
      }
    }

    private static PrunedScan of(Scan scan, Graph body, boolean[] inputs, boolean[] results) {
      List<Integer> operands = positions(inputs);
      List<Integer> left = positions(results);
      if (operands.size() == inputs.length && left.size() == results.length) {
        return new PrunedScan(scan, operands, left);
      }
      int carries = (int) operands.stream().filter(i -> i < scan.carries()).count();
      int sliced = scan.carries() + scan.stacked();
      int stacked = (int) operands.stream().filter(i -> i < sliced).count() - carries;
      Graph small = Structures.withInputs(body, operands, Map.of());
      Scan pruned =
          new Scan(
              small,
              carries,
              stacked,
              scan.length(),
              scan.reverse(),
              scan.recompute(),
              scan.bounded());
      return new PrunedScan(pruned, operands, left);
    }

    private static List<Integer> positions(boolean[] which) {
      List<Integer> positions = new ArrayList<>();
      for (int i = 0; i < which.length; i++) {
        if (which[i]) {
          positions.add(i);
        }
      }
      return positions;
    }
  }

  /** Which inputs of a graph its outputs need. */
  static boolean[] used(Graph graph) {
    boolean[] used = new boolean[graph.inputTypes().size()];
    Arrays.fill(used, false);
    for (Node node : graph.nodes()) {
      if (node.operation() instanceof Operation.Input input) {
        used[input.position()] = true;
      }
    }
    return used;
  }
}
