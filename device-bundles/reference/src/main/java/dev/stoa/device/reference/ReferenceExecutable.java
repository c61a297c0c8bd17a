package dev.stoa.device.reference;

import dev.stoa.device.Arguments;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;

/** Computes the nodes one after the other, then copies the outputs. */
final class ReferenceExecutable implements Executable {
  private final Graph graph;
  private final double[][] values;
  private final ReferenceSession.Holding holding;

  ReferenceExecutable(Graph graph, ReferenceSession session) {
    this.graph = graph;
    this.values = new double[graph.nodes().size()][];
    long bytes = 0;
    for (Node node : graph.nodes()) {
      values[node.index()] = new double[node.type().shape().size()];
      bytes += 8L * values[node.index()].length;
    }
    this.holding = session.new Holding(bytes);
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public void run(DeviceBuffer[] inputs, DeviceBuffer[] outputs) {
    if (holding.released()) {
      throw new IllegalStateException("the executable of graph " + graph.name() + " is closed");
    }
    Arguments.check(graph, inputs, outputs);
    for (DeviceBuffer input : inputs) {
      own(input);
    }
    for (DeviceBuffer output : outputs) {
      if (output != null) {
        own(output);
      }
    }
    for (Node node : graph.nodes()) {
      if (node.operation() instanceof Operation.Input input) {
        double[] source = own(inputs[input.position()]).values;
        System.arraycopy(source, 0, values[node.index()], 0, source.length);
      } else {
        double[][] operands = node.operands().stream().map(o -> values[o]).toArray(double[][]::new);
        Interpreter.compute(graph, node, operands, values[node.index()]);
      }
    }
    for (int i = 0; i < outputs.length; i++) {
      Integer donated = graph.donations().get(i);
      ReferenceBuffer target = own(donated == null ? outputs[i] : inputs[donated]);
      commit(values[graph.outputs().get(i)], target);
    }
  }

  private ReferenceBuffer own(DeviceBuffer buffer) {
    if (buffer instanceof ReferenceBuffer ours && !ours.closed()) {
      return ours;
    }
    throw new IllegalArgumentException(
        "graph "
            + graph.name()
            + ": a buffer "
            + buffer.type()
            + " that is closed or of another device");
  }

  private static void commit(double[] from, ReferenceBuffer to) {
    boolean single = to.type().dataType() == DataType.FLOAT32;
    for (int i = 0; i < from.length; i++) {
      to.values[i] = single ? (float) from[i] : from[i];
    }
  }

  @Override
  public void close() {
    holding.release();
  }
}
