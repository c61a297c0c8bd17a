package dev.stoa.benchmarks;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.random.RandomStream;
import java.util.function.Predicate;

/** A graph compiled for a device, with a buffer for each input and output. */
final class Program {
  private final Graph graph;
  private final Executable executable;
  private final DeviceBuffer[] inputs;
  private final DeviceBuffer[] outputs;

  Program(DeviceSession session, Graph graph) {
    this.graph = graph;
    executable = session.compile(graph);
    inputs = new DeviceBuffer[graph.inputTypes().size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = session.allocate(graph.inputTypes().get(i));
    }
    outputs = new DeviceBuffer[graph.outputNames().size()];
    for (int i = 0; i < outputs.length; i++) {
      if (!graph.donations().containsKey(i)) {
        outputs[i] = session.allocate(graph.outputType(i));
      }
    }
  }

  /** Fills the float32 inputs whose names fit with normal numbers; the others stay zero. */
  Program fill(Predicate<String> names, double scale) {
    for (int i = 0; i < inputs.length; i++) {
      if (names.test(graph.inputNames().get(i))
          && inputs[i].type().dataType() == DataType.FLOAT32) {
        RandomStream stream = new RandomStream(1, 0x62656e63, i);
        float[] values = new float[inputs[i].type().shape().size()];
        for (int e = 0; e < values.length; e++) {
          values[e] = (float) scale * stream.nextGaussian();
        }
        inputs[i].write(values);
      }
    }
    return this;
  }

  DeviceBuffer input(String name) {
    return inputs[graph.input(name)];
  }

  DeviceBuffer output(String name) {
    return outputs[graph.output(name)];
  }

  void run() {
    executable.run(inputs, outputs);
  }

  void close() {
    executable.close();
  }
}
