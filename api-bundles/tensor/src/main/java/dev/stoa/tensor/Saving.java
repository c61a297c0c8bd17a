package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * Which values of a scan's step its derivative keeps. Not kept is what is at hand anyway, slices of
 * stacked inputs and constants, and what is cheap to make again.
 */
final class Saving {
  private final Graph step;
  private final Scan scan;
  private final boolean[] varies;
  private final boolean[] seen;
  private final List<Integer> kept = new ArrayList<>();

  private Saving(Graph step, Scan scan) {
    this.step = step;
    this.scan = scan;
    this.varies = new boolean[step.nodes().size()];
    this.seen = new boolean[step.nodes().size()];
  }

  /**
   * What the derivative part of a step takes from its other part.
   *
   * @param step takes the body's inputs and so many cotangents; gives the body's outputs, then the
   *     derivatives
   */
  static Saving of(Graph step, Scan scan, int cotangents) {
    Saving saving = new Saving(step, scan);
    List<Node> nodes = step.nodes();
    int takes = step.inputTypes().size() - cotangents;
    int sliced = scan.carries() + scan.stacked();
    boolean[] backward = new boolean[nodes.size()];
    for (Node node : nodes) {
      int at = node.index();
      if (node.operation() instanceof Operation.Input input) {
        backward[at] = input.position() >= takes;
        saving.varies[at] = input.position() < sliced;
      }
      for (int operand : node.operands()) {
        backward[at] |= backward[operand];
        saving.varies[at] |= saving.varies[operand];
      }
    }
    boolean[] needed = new boolean[nodes.size()];
    for (int i = scan.body().outputs().size(); i < step.outputs().size(); i++) {
      needed[step.outputs().get(i)] = true;
    }
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (needed[i] && backward[i]) {
        nodes.get(i).operands().forEach(operand -> needed[operand] = true);
      }
    }
    for (int i = 0; i < needed.length; i++) {
      if (needed[i] && !backward[i]) {
        saving.take(nodes.get(i));
      }
    }
    return saving;
  }

  private void take(Node node) {
    if (seen[node.index()]) {
      return;
    }
    seen[node.index()] = true;
    if (node.operation() instanceof Operation.Input input) {
      if (input.position() < scan.carries()) {
        kept.add(node.index());
      }
    } else if (again(node)) {
      node.operands().forEach(operand -> take(step.nodes().get(operand)));
    } else {
      kept.add(node.index());
    }
  }

  private boolean again(Node node) {
    Operation operation = node.operation();
    return scan.recompute()
        || operation instanceof Operation.Constant
        || operation instanceof Operation.Iota
        || operation instanceof Operation.Broadcast
        || operation instanceof Operation.Reshape
        || operation instanceof Operation.StopGradient
        || !varies[node.index()] && !(operation instanceof Operation.Result);
  }

  /** Nodes of the step whose values are kept. */
  List<Integer> kept() {
    return kept;
  }

  /** Whether a node's value is taken, kept or not. */
  boolean taken(int node) {
    return seen[node];
  }
}
