package dev.stoa.tensor;

import java.util.OptionalInt;

/** Finds the one capacity of a graph's bounded tensors. */
final class Capacity {
  private final Graph graph;
  private int found = -1;

  Capacity(Graph graph) {
    this.graph = graph;
  }

  /**
   * The capacity; empty when nothing is bounded.
   *
   * @throws IllegalArgumentException when there are two
   */
  OptionalInt of() {
    graph.inputTypes().forEach(this::type);
    for (Node node : graph.nodes()) {
      node.types().forEach(this::type);
      if (node.operation() instanceof Operation.Length length) {
        found(length.capacity());
      } else if (node.operation() instanceof Operation.Structured structured) {
        structured.graphs().values().forEach(inner -> inner.capacity().ifPresent(this::found));
        if (structured instanceof Scan scan && scan.bounded()) {
          found(scan.length());
        }
      }
    }
    return found < 0 ? OptionalInt.empty() : OptionalInt.of(found);
  }

  private void type(TensorType type) {
    if (type.isBounded()) {
      found(type.shape().extent(0));
    }
  }

  private void found(int capacity) {
    if (found >= 0 && found != capacity) {
      throw new IllegalArgumentException(
          "graph " + graph.name() + ": bounded by " + found + " and by " + capacity);
    }
    found = capacity;
  }
}
