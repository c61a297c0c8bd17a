package dev.stoa.conformance;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;

/**
 * A traced function on a device, for the tests of networks, losses and densities: its values, and
 * its derivatives held against differences. Arrays hold float64 numbers whatever the element type.
 *
 * @param device where it runs; one that computes in float64, if derivatives are to be checked
 * @param inputs types of the function's arguments
 * @param function what is traced
 */
public record FunctionCheck(DeviceSession device, List<TensorType> inputs, Function function) {
  private static final double STEP = 1e-5;

  /** A function from tensors to a tensor. */
  @FunctionalInterface
  public interface Function {
    /**
     * Traces one application.
     *
     * @param tracer of the graph
     * @param x arguments
     */
    Tensor of(Tracer tracer, Tensor... x);
  }

  /** Takes a copy. */
  public FunctionCheck {
    inputs = List.copyOf(inputs);
  }

  /** A function of float64 tensors of these shapes. */
  public static FunctionCheck of(DeviceSession device, Function function, int[]... shapes) {
    List<TensorType> inputs = new ArrayList<>();
    for (int[] shape : shapes) {
      inputs.add(TensorType.of(DataType.FLOAT64, shape));
    }
    return new FunctionCheck(device, inputs, function);
  }

  /** The function's elements at one point, row-major. */
  public double[] values(double[]... point) {
    Graph graph =
        Graph.trace("function", tracer -> tracer.output("y", function.of(tracer, trace(tracer))));
    return run(graph, point)[0];
  }

  /**
   * Checks the derivatives of all elements by all real inputs against central differences.
   *
   * @param tolerance greatest distance from the difference, as a share of one plus its size
   * @throws AssertionError naming the first input and element that differs
   */
  public void derivatives(double tolerance, double[]... point) {
    Graph graph = Graph.trace("derivatives", this::derivatives);
    double[][] found = run(graph, point);
    int output = 1;
    for (int i = 0; i < point.length; i++) {
      if (inputs.get(i).dataType().isFloating()) {
        double[][] moved = point.clone();
        for (int e = 0; e < point[i].length; e++) {
          moved[i] = point[i].clone();
          moved[i][e] = point[i][e] + STEP;
          double above = run(graph, moved)[0][0];
          moved[i][e] = point[i][e] - STEP;
          double difference = (above - run(graph, moved)[0][0]) / (2 * STEP);
          double distance = Math.abs(found[output][e] - difference);
          // Written so that not-a-number fails.
          if (!(distance <= tolerance * (1 + Math.abs(difference)))) {
            throw new AssertionError(
                "derivative by element "
                    + e
                    + " of input "
                    + i
                    + " is "
                    + found[output][e]
                    + ", the difference "
                    + difference);
          }
        }
        output++;
      }
    }
  }

  /** A sum with other weights for all elements, so that none can stand for another. */
  private void derivatives(Tracer tracer) {
    Tensor[] x = trace(tracer);
    Tensor value = function.of(tracer, x);
    int n = value.shape().size();
    Tensor weights =
        tracer.iota(Shape.of(n), 0).convert(value.dataType()).mul(0.3).add(0.7).sin().add(2);
    Tensor sum = value.reshape(n).mul(weights).sum();
    tracer.output("sum", sum);
    List<Tensor> real = new ArrayList<>();
    for (Tensor each : x) {
      if (each.dataType().isFloating()) {
        real.add(each);
      }
    }
    List<Tensor> gradients = tracer.gradient(sum, real.toArray(new Tensor[0]));
    for (int i = 0; i < gradients.size(); i++) {
      tracer.output("gradient" + i, gradients.get(i));
    }
  }

  private Tensor[] trace(Tracer tracer) {
    Tensor[] x = new Tensor[inputs.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = tracer.input("x" + i, inputs.get(i));
    }
    return x;
  }

  private double[][] run(Graph graph, double[]... point) {
    DeviceBuffer[] in = new DeviceBuffer[inputs.size()];
    DeviceBuffer[] out = new DeviceBuffer[graph.outputs().size()];
    try (Executable executable = device.compile(graph)) {
      for (int i = 0; i < in.length; i++) {
        in[i] = device.allocate(inputs.get(i));
        Buffers.write(in[i], point[i]);
      }
      for (int i = 0; i < out.length; i++) {
        out[i] = device.allocate(graph.outputType(i));
      }
      executable.run(in, out);
      double[][] results = new double[out.length][];
      for (int i = 0; i < out.length; i++) {
        results[i] = Buffers.read(out[i]);
      }
      return results;
    } finally {
      Buffers.close(in);
      Buffers.close(out);
    }
  }
}
