package dev.stoa.lib.networks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class MlpTest {
  private static Mlp mlp(Activation activation) {
    Initialiser ones = new Initialiser.Constant(1);
    return new Mlp("net", 2, List.of(2), 1, activation, ones, ones);
  }

  private static float apply(Activation activation) {
    Mlp mlp = mlp(activation);
    Graph graph =
        Graph.trace(
            "mlp",
            tracer -> {
              var input = tracer.input("x", 1, 2);
              tracer.output("y", mlp.apply(tracer, mlp.parameters().inputs(tracer), input));
            });
    float[][] arguments = {{1, 2}, {.5f, -1, .25f, .5f}, {0, -.5f}, {2, 3}, {.125f}};
    try (DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread())) {
      DeviceBuffer[] inputs = new DeviceBuffer[arguments.length];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = session.allocate(graph.inputTypes().get(i));
        inputs[i].write(arguments[i]);
      }
      DeviceBuffer output = session.allocate(graph.outputType(0));
      Executable executable = session.compile(graph);
      executable.run(inputs, new DeviceBuffer[] {output});
      float[] y = new float[1];
      output.read(y);
      return y[0];
    }
  }

  @Test
  void aReluNetworkComputesWhatAHandDoes() {
    // x W0 + b0 = (1*.5 + 2*.25, 1*-1 + 2*.5 - .5) = (1, -.5); relu (1, 0); 1*2 + 0*3 + .125.
    assertEquals(2.125f, apply(Activation.RELU));
  }

  @Test
  void aTanhNetworkComputesWhatAHandDoes() {
    // As above with tanh: tanh 1 = .76159416, tanh -.5 = -.46211716; 2*.76159416 - 3*.46211716 +
    // .125.
    assertEquals(.26183684f, apply(Activation.TANH), 1e-6f);
  }

  @Test
  void parametersAreNamedByLayerInOrder() {
    ParameterTree tree = mlp(Activation.TANH).parameters();
    assertEquals(List.of("net/0/weight", "net/0/bias", "net/1/weight", "net/1/bias"), tree.names());
    assertEquals(Shape.of(2, 1), tree.specs().get(2).shape());
    assertArrayEquals(new float[] {1, 1}, tree.initialise(3, 4).get(2));
  }

  @Test
  void twoParametersOfOneNameAreRefused() {
    ParameterTree tree = mlp(Activation.TANH).parameters();
    assertThrows(IllegalArgumentException.class, () -> tree.plus(tree));
  }

  @Test
  void aMissingParameterIsNamed() {
    Graph.trace(
        "weights",
        tracer -> {
          Weights weights = mlp(Activation.TANH).parameters().inputs(tracer);
          IllegalArgumentException failure =
              assertThrows(IllegalArgumentException.class, () -> weights.get("net/2/weight"));
          assertEquals(
              "no parameter net/2/weight among"
                  + " [net/0/weight, net/0/bias, net/1/weight, net/1/bias]",
              failure.getMessage());
          tracer.output("none", weights.get("net/0/bias"));
        });
  }
}
