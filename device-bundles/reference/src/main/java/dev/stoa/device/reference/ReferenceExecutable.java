package dev.stoa.device.reference;

import dev.stoa.device.Arguments;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import java.util.Arrays;
import java.util.List;

/** Evaluates the graph, then copies the outputs. */
final class ReferenceExecutable implements Executable {
  private final Graph graph;
  private final Evaluation evaluation;
  private final ReferenceSession.Holding holding;

  ReferenceExecutable(Graph graph, ReferenceSession session) {
    this.graph = graph;
    this.evaluation = new Evaluation(graph);
    this.holding = session.new Holding(evaluation.bytes());
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
    List<double[]> results =
        evaluation.run(Arrays.stream(inputs).map(input -> own(input).values).toList());
    for (int i = 0; i < outputs.length; i++) {
      Integer donated = graph.donations().get(i);
      ReferenceBuffer target = own(donated == null ? outputs[i] : inputs[donated]);
      commit(results.get(i), target);
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
