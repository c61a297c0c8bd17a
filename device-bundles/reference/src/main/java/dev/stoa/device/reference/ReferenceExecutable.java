package dev.stoa.device.reference;

import dev.stoa.device.Arguments;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Transforms;
import java.util.Arrays;
import java.util.List;

/**
 * Evaluates the graph, then copies the outputs. One with a capacity is evaluated as the graph of
 * just as many rows as the run has, which is made anew when that number changes.
 */
final class ReferenceExecutable implements Executable {
  private final Graph graph;
  private Evaluation evaluation;
  private int length;
  private final ReferenceSession.Holding holding;

  ReferenceExecutable(Graph graph, ReferenceSession session) {
    this.graph = graph;
    this.length = graph.capacity().orElse(-1);
    this.evaluation = new Evaluation(length < 0 ? graph : Transforms.atLength(graph, length));
    this.holding = session.new Holding(evaluation.bytes());
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public void run(DeviceBuffer[] inputs, DeviceBuffer[] outputs) {
    if (graph.capacity().isPresent()) {
      throw Arguments.lengthMissing(graph);
    }
    compute(inputs, outputs);
  }

  @Override
  public void run(DeviceBuffer[] inputs, DeviceBuffer[] outputs, int length) {
    Arguments.checkLength(graph, length);
    if (length != this.length) {
      this.length = length;
      evaluation = new Evaluation(Transforms.atLength(graph, length));
    }
    compute(inputs, outputs);
  }

  private void compute(DeviceBuffer[] inputs, DeviceBuffer[] outputs) {
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
