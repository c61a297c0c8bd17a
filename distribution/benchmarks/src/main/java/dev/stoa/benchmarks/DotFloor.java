package dev.stoa.benchmarks;

import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Tensor;

/** The matrix products of a graph and nothing else: what no fusion can save. */
final class DotFloor {
  private DotFloor() {}

  /**
   * A graph of the same products, flags and shapes, each on two inputs of its own.
   *
   * @throws IllegalArgumentException for a graph with loops or named sub-graphs, whose products
   *     would be left out
   */
  static Graph of(Graph whole) {
    return Graph.trace(
        whole.name() + "/products",
        tracer -> {
          for (Node node : whole.nodes()) {
            if (node.operation() instanceof Operation.Structured) {
              throw new IllegalArgumentException(whole.name() + " has products inside " + node);
            }
            if (node.operation() instanceof Operation.Dot dot) {
              String name = "" + node.index();
              Tensor left =
                  tracer.input("left" + name, whole.nodes().get(node.operands().get(0)).type());
              Tensor right =
                  tracer.input("right" + name, whole.nodes().get(node.operands().get(1)).type());
              tracer.output(
                  "product" + name, left.dot(right, dot.transposeLeft(), dot.transposeRight()));
            }
          }
        });
  }
}
