package dev.stoa.device.reference.cards;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.random.RandomStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the cards share: runs in float64, differences, and a few functions of networks. */
final class Card {
  private static final double STEP = 1e-5;

  private Card() {}

  /** Outputs by name, of inputs by name; integers and truth values as numbers. */
  static Map<String, double[]> run(Graph graph, Map<String, double[]> inputs) {
    try (DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());
        Executable executable = session.compile(graph)) {
      DeviceBuffer[] in = new DeviceBuffer[graph.inputNames().size()];
      for (int i = 0; i < in.length; i++) {
        in[i] = session.allocate(graph.inputTypes().get(i));
        write(in[i], inputs.get(graph.inputNames().get(i)));
      }
      DeviceBuffer[] out = new DeviceBuffer[graph.outputs().size()];
      for (int i = 0; i < out.length; i++) {
        out[i] = session.allocate(graph.outputType(i));
      }
      executable.run(in, out);
      Map<String, double[]> results = new TreeMap<>();
      for (int i = 0; i < out.length; i++) {
        double[] values = new double[out[i].type().shape().size()];
        out[i].read(values);
        results.put(graph.outputNames().get(i), values);
      }
      return results;
    }
  }

  private static void write(DeviceBuffer buffer, double[] values) {
    if (buffer.type().dataType() == DataType.INT32) {
      buffer.write(Arrays.stream(values).mapToInt(value -> (int) value).toArray());
    } else {
      buffer.write(values);
    }
  }

  /** Compares outputs {@code d.NAME} with central differences of the output {@code loss}. */
  static void compare(Graph graph, Map<String, double[]> inputs, List<String> names) {
    Map<String, double[]> results = run(graph, inputs);
    double greatest = 0;
    for (String name : names) {
      double[] values = inputs.get(name);
      for (int e = 0; e < values.length; e++) {
        double kept = values[e];
        values[e] = kept + STEP;
        double above = run(graph, inputs).get("loss")[0];
        values[e] = kept - STEP;
        double below = run(graph, inputs).get("loss")[0];
        values[e] = kept;
        double expected = (above - below) / (2 * STEP);
        greatest = Math.max(greatest, Math.abs(expected));
        assertEquals(
            expected,
            results.get("d." + name)[e],
            1e-7 * (1 + Math.abs(expected)),
            name + ", element " + e);
      }
    }
    // What is compared is not nothing.
    assertTrue(greatest > 1e-3, "the greatest derivative is " + greatest);
  }

  static TensorType real(int... extents) {
    return TensorType.of(DataType.FLOAT64, extents);
  }

  static TensorType whole(int... extents) {
    return TensorType.of(DataType.INT32, extents);
  }

  static double[] random(int purpose, int count, double low, double high) {
    RandomStream stream = new RandomStream(5, purpose, count);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = stream.nextDouble(low, high);
    }
    return values;
  }

  static Tensor sigmoid(Tensor x) {
    return x.mul(0.5).tanh().add(1).mul(0.5);
  }

  /** log(1 + e^x), without overflow. */
  static Tensor softplus(Tensor x) {
    return x.max(0).add(x.abs().neg().exp().log1p());
  }

  /** Over the last axis. */
  static Tensor logSoftmax(Tensor x) {
    int[] column = x.shape().extents();
    column[column.length - 1] = 1;
    Tensor shifted = x.sub(x.maximum(-1).stopGradient().reshape(column));
    return shifted.sub(shifted.exp().sum(-1).log().reshape(column));
  }

  /** Elements {@code [n]} of rows {@code [n, k]} by index int32 {@code [n]}. */
  static Tensor pick(Tensor rows, Tensor index) {
    return rows.takeAlong(1, index.reshape(-1, 1)).reshape(-1);
  }

  /**
   * A gated recurrent unit (Cho et al., 2014): {@code [n, in]} and state {@code [n, h]} give the
   * next state; weights {@code [in, 3 h]} and {@code [h, 3 h]}, bias {@code [3 h]}, by gate reset,
   * update, candidate.
   */
  static Tensor gru(Tensor x, Tensor state, Tensor w, Tensor u, Tensor b) {
    int h = state.shape().extent(1);
    Tensor in = x.dot(w).add(b);
    Tensor back = state.dot(u);
    Tensor reset = sigmoid(in.slice(1, 0, h).add(back.slice(1, 0, h)));
    Tensor update = sigmoid(in.slice(1, h, 2 * h).add(back.slice(1, h, 2 * h)));
    Tensor candidate = in.slice(1, 2 * h, 3 * h).add(reset.mul(back.slice(1, 2 * h, 3 * h))).tanh();
    return candidate.add(update.mul(state.sub(candidate)));
  }

  /** States inputs of these names and types; gives them by name. */
  static Map<String, Tensor> inputs(Tracer t, Map<String, TensorType> types) {
    Map<String, Tensor> inputs = new TreeMap<>();
    types.forEach((name, type) -> inputs.put(name, t.input(name, type)));
    return inputs;
  }

  /** States the loss and its gradients by these inputs. */
  static void outputs(Tracer t, Tensor loss, Map<String, Tensor> inputs, List<String> names) {
    t.output("loss", loss);
    Tensor[] by = names.stream().map(inputs::get).toArray(Tensor[]::new);
    List<Tensor> gradients = t.gradient(loss, by);
    for (int i = 0; i < by.length; i++) {
      t.output("d." + names.get(i), gradients.get(i));
    }
  }
}
