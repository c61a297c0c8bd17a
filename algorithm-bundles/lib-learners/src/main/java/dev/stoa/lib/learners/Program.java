package dev.stoa.lib.learners;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An executable with a buffer for each of its inputs and outputs; see {@link CarriedArrays}. */
public final class Program {
  private final Executable executable;
  private final DeviceBuffer[] inputs;
  private final DeviceBuffer[] outputs;
  private final Map<String, DeviceBuffer> inputsByName = new HashMap<>();
  private final Map<String, DeviceBuffer> outputsByName = new HashMap<>();
  private final List<DeviceBuffer> own = new ArrayList<>();
  private final float[] scalar = new float[1];

  Program(DeviceSession session, Graph graph, Map<String, DeviceBuffer> carried) {
    executable = session.compile(graph);
    inputs = new DeviceBuffer[graph.inputNames().size()];
    for (int i = 0; i < inputs.length; i++) {
      String name = graph.inputNames().get(i);
      DeviceBuffer shared = carried.get(name);
      inputs[i] = shared == null ? allocate(session, graph.inputTypes().get(i)) : shared;
      inputsByName.put(name, inputs[i]);
    }
    outputs = new DeviceBuffer[graph.outputNames().size()];
    for (int i = 0; i < outputs.length; i++) {
      if (!graph.donations().containsKey(i)) {
        outputs[i] = allocate(session, graph.outputType(i));
        outputsByName.put(graph.outputNames().get(i), outputs[i]);
      }
    }
  }

  private DeviceBuffer allocate(DeviceSession session, TensorType type) {
    DeviceBuffer buffer = session.allocate(type);
    own.add(buffer);
    return buffer;
  }

  /**
   * The buffer of an input.
   *
   * @throws IllegalArgumentException when there is none of that name
   */
  public DeviceBuffer input(String name) {
    return known(inputsByName, name, "input");
  }

  /**
   * The buffer of an output that updates no input in place; as {@link #input}.
   *
   * @throws IllegalArgumentException when there is none of that name
   */
  public DeviceBuffer output(String name) {
    return known(outputsByName, name, "output");
  }

  private DeviceBuffer known(Map<String, DeviceBuffer> buffers, String name, String kind) {
    DeviceBuffer buffer = buffers.get(name);
    if (buffer == null) {
      throw new IllegalArgumentException(
          "graph " + executable.graph().name() + " has no " + kind + " " + name);
    }
    return buffer;
  }

  /** Writes a float32 scalar input. */
  public void write(String input, double value) {
    scalar[0] = (float) value;
    input(input).write(scalar);
  }

  /** Runs it; allocates nothing on the host. */
  public void run() {
    executable.run(inputs, outputs);
  }

  void close() {
    executable.close();
    own.forEach(DeviceBuffer::close);
  }
}
