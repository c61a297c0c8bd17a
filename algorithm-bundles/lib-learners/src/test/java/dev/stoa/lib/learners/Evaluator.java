package dev.stoa.lib.learners;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Runs a graph once on the reference device, with arrays by name. */
public final class Evaluator {
  private Evaluator() {}

  /** Results by output name, as {@code double[]}. */
  public static Map<String, double[]> run(Graph graph, Map<String, ?> arguments) {
    try (DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread())) {
      DeviceBuffer[] inputs = new DeviceBuffer[graph.inputNames().size()];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = session.allocate(graph.inputTypes().get(i));
        write(inputs[i], arguments.get(graph.inputNames().get(i)));
      }
      DeviceBuffer[] outputs = new DeviceBuffer[graph.outputNames().size()];
      DeviceBuffer[] results = new DeviceBuffer[outputs.length];
      for (int i = 0; i < outputs.length; i++) {
        Integer donor = graph.donations().get(i);
        outputs[i] = donor == null ? session.allocate(graph.outputType(i)) : null;
        results[i] = donor == null ? outputs[i] : inputs[donor];
      }
      session.compile(graph).run(inputs, outputs);
      Map<String, double[]> values = new HashMap<>();
      for (int i = 0; i < results.length; i++) {
        values.put(graph.outputNames().get(i), read(results[i]));
      }
      return values;
    }
  }

  private static void write(DeviceBuffer buffer, Object values) {
    if (values instanceof float[] floats) {
      buffer.write(floats);
    } else if (values instanceof double[] doubles) {
      buffer.write(doubles);
    } else {
      buffer.write((int[]) values);
    }
  }

  private static double[] read(DeviceBuffer buffer) {
    int size = buffer.type().shape().size();
    double[] values = new double[size];
    if (buffer.type().dataType() == DataType.FLOAT64) {
      buffer.read(values);
    } else if (buffer.type().dataType() == DataType.FLOAT32) {
      float[] floats = new float[size];
      buffer.read(floats);
      Arrays.setAll(values, i -> floats[i]);
    } else {
      int[] ints = new int[size];
      buffer.read(ints);
      Arrays.setAll(values, i -> ints[i]);
    }
    return values;
  }
}
