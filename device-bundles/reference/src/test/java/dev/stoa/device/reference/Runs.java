package dev.stoa.device.reference;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Runs graphs on the reference device; arrays hold float64 numbers whatever the element type. */
public final class Runs {
  private Runs() {}

  /** The elements of every output, truth values as 0 and 1. */
  public static double[][] run(Graph graph, double[]... inputs) {
    try (Program program = new Program(graph)) {
      return program.run(inputs);
    }
  }

  /** The elements of every output of so many rows; of bounded outputs those of all rows. */
  public static double[][] run(int length, Graph graph, double[]... inputs) {
    try (Program program = new Program(graph)) {
      return program.run(OptionalInt.of(length), inputs);
    }
  }

  /** A graph compiled once, to be run often. */
  public static final class Program implements AutoCloseable {
    private final DeviceSession session;
    private final Executable executable;

    /** Compiles a graph on a session of its own. */
    public Program(Graph graph) {
      session = new ReferenceDevice().open(DeviceContext.singleThread());
      executable = session.compile(graph);
    }

    /** The elements of every output, truth values as 0 and 1. */
    public double[][] run(double[]... inputs) {
      return run(OptionalInt.empty(), inputs);
    }

    private double[][] run(OptionalInt length, double[]... inputs) {
      Graph graph = executable.graph();
      DeviceBuffer[] in = new DeviceBuffer[inputs.length];
      for (int i = 0; i < in.length; i++) {
        in[i] = session.allocate(graph.inputTypes().get(i));
        write(in[i], inputs[i]);
      }
      DeviceBuffer[] out = new DeviceBuffer[graph.outputs().size()];
      for (int i = 0; i < out.length; i++) {
        out[i] = graph.donations().containsKey(i) ? null : session.allocate(graph.outputType(i));
      }
      if (length.isPresent()) {
        executable.run(in, out, length.getAsInt());
      } else {
        executable.run(in, out);
      }
      graph.donations().forEach((output, input) -> out[output] = in[input]);
      double[][] results = Arrays.stream(out).map(Runs::read).toArray(double[][]::new);
      Stream.concat(Arrays.stream(in), Arrays.stream(out)).distinct().forEach(DeviceBuffer::close);
      return results;
    }

    @Override
    public void close() {
      executable.close();
      session.close();
    }
  }

  private static void write(DeviceBuffer buffer, double[] elements) {
    switch (buffer.type().dataType()) {
      case FLOAT32 -> {
        float[] array = new float[elements.length];
        for (int i = 0; i < array.length; i++) {
          array[i] = (float) elements[i];
        }
        buffer.write(array);
      }
      case FLOAT64 -> buffer.write(elements);
      case INT32 -> buffer.write(Arrays.stream(elements).mapToInt(x -> (int) x).toArray());
      case BOOL -> {
        boolean[] array = new boolean[elements.length];
        for (int i = 0; i < array.length; i++) {
          array[i] = elements[i] != 0;
        }
        buffer.write(array);
      }
    }
  }

  private static double[] read(DeviceBuffer buffer) {
    TensorType type = buffer.type();
    int size = type.shape().size();
    return switch (type.dataType()) {
      case FLOAT32 -> {
        float[] array = new float[size];
        buffer.read(array);
        yield IntStream.range(0, size).mapToDouble(i -> array[i]).toArray();
      }
      case FLOAT64 -> {
        double[] array = new double[size];
        buffer.read(array);
        yield array;
      }
      case INT32 -> {
        int[] array = new int[size];
        buffer.read(array);
        yield Arrays.stream(array).asDoubleStream().toArray();
      }
      case BOOL -> {
        boolean[] array = new boolean[size];
        buffer.read(array);
        yield IntStream.range(0, size).mapToDouble(i -> array[i] ? 1 : 0).toArray();
      }
    };
  }
}
