package dev.stoa.device;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Transforms;
import java.util.function.Function;

/**
 * A graph with a capacity on a device that does not skip rows: it runs the {@linkplain
 * Transforms#masked masked} graph, whose length it holds in a buffer of its own.
 */
public final class MaskedExecutable implements Executable {
  private final Graph graph;
  private final Executable masked;
  private final DeviceBuffer length;
  private final DeviceBuffer[] inputs;
  private final int[] rows = new int[1];

  /**
   * Makes a graph executable.
   *
   * @param graph with a capacity
   * @param session of the device, for the length's buffer
   * @param compile makes a graph without a capacity executable
   */
  public MaskedExecutable(Graph graph, DeviceSession session, Function<Graph, Executable> compile) {
    this.graph = graph;
    this.masked = compile.apply(Transforms.masked(graph));
    this.length = session.allocate(TensorType.of(DataType.INT32));
    this.inputs = new DeviceBuffer[graph.inputTypes().size() + 1];
    this.inputs[inputs.length - 1] = length;
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public void run(DeviceBuffer[] inputs, DeviceBuffer[] outputs) {
    throw Arguments.lengthMissing(graph);
  }

  @Override
  public void run(DeviceBuffer[] inputs, DeviceBuffer[] outputs, int length) {
    Arguments.checkLength(graph, length);
    Arguments.check(graph, inputs, outputs);
    rows[0] = length;
    this.length.write(rows);
    System.arraycopy(inputs, 0, this.inputs, 0, inputs.length);
    masked.run(this.inputs, outputs);
  }

  @Override
  public void close() {
    masked.close();
    length.close();
  }
}
