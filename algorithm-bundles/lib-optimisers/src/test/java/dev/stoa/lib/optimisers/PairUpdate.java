package dev.stoa.lib.optimisers;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** One parameter of two elements, its gradient an input: a frame for tests of updates. */
abstract class PairUpdate {
  private static final TensorType PAIR = TensorType.of(DataType.FLOAT64, 2);

  private final DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());
  private Executable executable;
  DeviceBuffer[] inputs;
  private DeviceBuffer norm;

  @AfterEach
  void close() {
    session.close();
  }

  void compile(GradientTransform transform) {
    Optimiser optimiser = new Optimiser(transform);
    Graph graph =
        Graph.trace(
            "update",
            tracer -> {
              Tensor gradient = tracer.input("gradient", PAIR);
              Tensor learningRate = tracer.input("learningRate", TensorType.of(DataType.FLOAT64));
              Tensor loss = tracer.input("loss", TensorType.of(DataType.FLOAT64));
              Tensor parameter = tracer.input("parameter", PAIR);
              List<Tensor> slots =
                  Slot.inputs(tracer, optimiser.slots(List.of(new Slot("parameter", PAIR))));
              Optimiser.Updated updated =
                  optimiser.update(
                      tracer, loss, List.of(parameter), List.of(gradient), slots, learningRate);
              tracer.output("norm", updated.gradientNorm());
              updated.donate(tracer, List.of(parameter), slots);
            });
    executable = session.compile(graph);
    inputs = new DeviceBuffer[graph.inputTypes().size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = session.allocate(graph.inputTypes().get(i));
    }
    norm = session.allocate(graph.outputType(0));
  }

  double[] update(double learningRate, double... gradient) {
    inputs[0].write(gradient);
    inputs[1].write(new double[] {learningRate});
    DeviceBuffer[] outputs = new DeviceBuffer[inputs.length - 2];
    outputs[0] = norm;
    executable.run(inputs, outputs);
    return contents(3);
  }

  /** Sets the parameter, which is zero at first. */
  void parameter(double... values) {
    inputs[3].write(values);
  }

  double[] contents(int input) {
    double[] values = new double[inputs[input].type().shape().size()];
    inputs[input].read(values);
    return values;
  }

  double norm() {
    double[] value = new double[1];
    norm.read(value);
    return value[0];
  }
}
