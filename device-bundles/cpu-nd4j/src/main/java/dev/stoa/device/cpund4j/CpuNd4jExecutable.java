package dev.stoa.device.cpund4j;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceException;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.TensorType;
import java.util.Arrays;

/**
 * Runs the kernels of a graph in order. Results are computed beside the callers' buffers and copied
 * at the end, all or none. Own code allocates nothing here; ND4J's does, a little per call.
 */
final class CpuNd4jExecutable implements Executable {
  private final Program program;
  private final Graph graph;
  private final CpuNd4jSession session;
  private final Kernel[] kernels;
  private final NativeArray[] values;

  /** Node of each input, by position; -1 for an input that nothing reads. */
  private final int[] inputNodes;

  /** Position of the input that each output updates; -1 for none. */
  private final int[] updated;

  private boolean closed;

  /**
   * An executable of a graph.
   *
   * @param program of the graph, calls replaced
   */
  CpuNd4jExecutable(Graph graph, Program program, CpuNd4jSession session) {
    this.graph = graph;
    this.program = program;
    this.session = session;
    kernels = program.kernels().toArray(Kernel[]::new);
    values = program.values();
    inputNodes = new int[graph.inputTypes().size()];
    Arrays.fill(inputNodes, -1);
    for (Node node : program.graph().nodes()) {
      if (node.operation() instanceof Operation.Input input) {
        inputNodes[input.position()] = node.index();
      }
    }
    updated = new int[graph.outputs().size()];
    for (int i = 0; i < updated.length; i++) {
      updated[i] = graph.donations().getOrDefault(i, -1);
    }
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public void run(DeviceBuffer[] inputs, DeviceBuffer[] outputs) {
    if (closed) {
      throw new IllegalStateException("the executable of graph " + graph.name() + " is closed");
    }
    checkInputs(inputs);
    checkOutputs(inputs, outputs);
    for (int i = 0; i < inputNodes.length; i++) {
      if (inputNodes[i] >= 0) {
        values[inputNodes[i]] = ((CpuNd4jBuffer) inputs[i]).array();
      }
    }
    compute();
    for (int i = 0; i < updated.length; i++) {
      DeviceBuffer target = updated[i] >= 0 ? inputs[updated[i]] : outputs[i];
      ((CpuNd4jBuffer) target).array().copyFrom(values[program.results()[i]]);
    }
  }

  private void compute() {
    int at = 0;
    try {
      for (; at < kernels.length; at++) {
        kernels[at].run(values);
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      throw new DeviceException(
          "device "
              + CpuNd4jDevice.NAME
              + ": fault in "
              + program.kernelNodes().get(at)
              + " of graph "
              + graph.name()
              + ": "
              + program.graph().nodes().get(program.kernelNodes().get(at)),
          e);
    }
  }

  private void checkInputs(DeviceBuffer[] inputs) {
    if (inputs.length != inputNodes.length) {
      throw fault(
          "takes "
              + inputNodes.length
              + " inputs "
              + graph.inputNames()
              + ", got "
              + inputs.length);
    }
    for (int i = 0; i < inputs.length; i++) {
      check("input '", graph.inputNames().get(i), graph.inputTypes().get(i), inputs[i]);
    }
  }

  private void checkOutputs(DeviceBuffer[] inputs, DeviceBuffer[] outputs) {
    if (outputs.length != updated.length) {
      throw fault(
          "gives "
              + updated.length
              + " outputs "
              + graph.outputNames()
              + ", got "
              + outputs.length);
    }
    for (int i = 0; i < outputs.length; i++) {
      String name = graph.outputNames().get(i);
      if (updated[i] < 0) {
        check("output '", name, graph.outputType(i), outputs[i]);
        checkSingle(name, outputs[i], -1, inputs, i, outputs);
      } else if (outputs[i] != null) {
        throw fault("output '" + name + "' is written into its input: its place must be null");
      } else {
        checkSingle(name, inputs[updated[i]], updated[i], inputs, i, outputs);
      }
    }
  }

  /** No buffer that is written may be another input or another output. */
  private void checkSingle(
      String name,
      DeviceBuffer buffer,
      int own,
      DeviceBuffer[] inputs,
      int at,
      DeviceBuffer[] outputs) {
    for (int i = 0; i < inputs.length; i++) {
      if (i != own && inputs[i] == buffer) {
        throw fault(
            "the buffer of output '"
                + name
                + "' is that of input '"
                + graph.inputNames().get(i)
                + "' too");
      }
    }
    for (int i = 0; i < at; i++) {
      if (outputs[i] == buffer) {
        throw fault(
            "the buffer of output '"
                + name
                + "' is that of output '"
                + graph.outputNames().get(i)
                + "' too");
      }
    }
  }

  private void check(String kind, String name, TensorType type, DeviceBuffer buffer) {
    if (buffer == null) {
      throw fault(kind + name + "' is missing");
    }
    if (!(buffer instanceof CpuNd4jBuffer own) || own.session() != session) {
      throw fault(kind + name + "' is a buffer of another session or device");
    }
    if (own.array().isClosed()) {
      throw fault(kind + name + "' is a closed buffer");
    }
    if (!buffer.type().unbounded().equals(type.unbounded())) {
      throw fault(kind + name + "' is " + type + ", the buffer " + buffer.type());
    }
  }

  private IllegalArgumentException fault(String what) {
    return new IllegalArgumentException("graph " + graph.name() + ": " + what);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      program.owned().forEach(NativeArray::close);
      session.forget(this);
    }
  }
}
