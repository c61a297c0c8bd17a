package dev.stoa.lib.optimisers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Test;

/** One parameter of two elements, its gradient an input. */
class OptimiserTest {
  private static final TensorType PAIR = TensorType.of(DataType.FLOAT64, 2);

  private final DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());
  private Executable executable;
  private DeviceBuffer[] inputs;
  private DeviceBuffer norm;

  @AfterEach
  void close() {
    session.close();
  }

  private void compile(GradientTransform transform) {
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

  private double[] update(double learningRate, double... gradient) {
    inputs[0].write(gradient);
    inputs[1].write(new double[] {learningRate});
    DeviceBuffer[] outputs = new DeviceBuffer[inputs.length - 2];
    outputs[0] = norm;
    executable.run(inputs, outputs);
    return contents(3);
  }

  private double[] contents(int input) {
    double[] values = new double[inputs[input].type().shape().size()];
    inputs[input].read(values);
    return values;
  }

  private double norm() {
    double[] value = new double[1];
    norm.read(value);
    return value[0];
  }

  @Test
  void aGradientLongerThanTheBoundIsScaledToIt() {
    compile(new ClipByGlobalNorm(1));
    // The norm of (3, 4) is 5; the factor 1 / (5 + 1e-6).
    assertArrayEquals(new double[] {-3 / 5.000001, -4 / 5.000001}, update(1, 3, 4), 1e-12);
    assertEquals(5, norm(), 1e-12);
  }

  @Test
  void aGradientShorterThanTheBoundIsLeftAlone() {
    compile(new ClipByGlobalNorm(10));
    assertArrayEquals(new double[] {-3, -4}, update(1, 3, 4), 0);
  }

  @Test
  void adamMovesAsComputedByHand() {
    compile(new Adam(.5, .5, 1));
    // Both decays 1/2, epsilon 1. First gradient 2: m = 1, v = 2, corrections 1/2: 2 / (root 4 +
    // 1).
    assertEquals(-2.0 / 3, update(1, 2, 0)[0], 1e-12);
    // Then gradient 1: m = 1, v = 3/2, corrections 3/4: (4/3) / (root 2 + 1), with a tenth of the
    // rate.
    assertEquals(-2.0 / 3 - .1 * 4 / 3 / (Math.sqrt(2) + 1), update(.1, 1, 0)[0], 1e-12);
    // An element whose gradient was always zero has not moved.
    assertEquals(0, contents(3)[1]);
  }

  @Test
  void adamsFirstStepIsTheLearningRateWhateverTheGradientsSize() {
    compile(new Adam(1e-12));
    assertArrayEquals(new double[] {-.25, .25}, update(.25, 1e-3, -1e3), 1e-8);
  }

  @Test
  void chainedTransformsActInOrder() {
    compile(GradientTransform.chain(new ClipByGlobalNorm(1), new Adam(.5, .5, 1)));
    // (30, 40) is clipped to about (.6, .8); a first step of Adam is g / (|g| + 1).
    assertArrayEquals(new double[] {-.6 / 1.6, -.8 / 1.8}, update(1, 30, 40), 1e-6);
  }

  @Test
  void aGradientOrLossThatIsNotFiniteChangesNothing() {
    compile(GradientTransform.chain(new ClipByGlobalNorm(1), new Adam(1e-5)));
    update(.1, 1, 2);
    double[][] before = new double[inputs.length][];
    for (int i = 3; i < inputs.length; i++) {
      before[i] = contents(i);
    }
    update(.1, Double.NaN, 1);
    assertTrue(Double.isNaN(norm()));
    update(.1, Double.POSITIVE_INFINITY, 1);
    assertEquals(Double.POSITIVE_INFINITY, norm());
    inputs[2].write(new double[] {Double.NEGATIVE_INFINITY});
    update(.1, 1, 1);
    assertEquals(Math.sqrt(2), norm(), 1e-12);
    for (int i = 3; i < inputs.length; i++) {
      assertArrayEquals(before[i], contents(i));
    }
  }

  @Test
  void decaysOutsideTheirRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Adam(1, .9, 1e-8));
    assertThrows(IllegalArgumentException.class, () -> new ClipByGlobalNorm(0));
  }
}
