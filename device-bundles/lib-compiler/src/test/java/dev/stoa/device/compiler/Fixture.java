package dev.stoa.device.compiler;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.function.Function;

/** A compiler's session for tests. */
final class Fixture implements AutoCloseable {
  final GraphCompiler device = GraphCompiler.of("test");
  final DeviceSession session;

  Fixture() {
    this(DeviceContext.singleThread());
  }

  Fixture(DeviceContext context) {
    session = device.open(context);
  }

  DeviceBuffer buffer(float[] values, int... extents) {
    DeviceBuffer buffer = session.allocate(TensorType.of(DataType.FLOAT32, extents));
    buffer.write(values);
    return buffer;
  }

  DeviceBuffer buffer(int[] values, int... extents) {
    DeviceBuffer buffer = session.allocate(TensorType.of(DataType.INT32, extents));
    buffer.write(values);
    return buffer;
  }

  /** The one output of a graph, run over buffers; the graph is made by a function of its tracer. */
  DeviceBuffer run(Function<Tracer, Tensor> body, DeviceBuffer... inputs) {
    Graph graph = Graph.trace("test", g -> g.output("y", body.apply(g)));
    try (Executable executable = session.compile(graph)) {
      DeviceBuffer result = session.allocate(graph.outputType(0));
      executable.run(inputs, new DeviceBuffer[] {result});
      return result;
    }
  }

  static float[] floats(DeviceBuffer buffer) {
    float[] values = new float[buffer.type().shape().size()];
    buffer.read(values);
    return values;
  }

  static double[] doubles(DeviceBuffer buffer) {
    double[] values = new double[buffer.type().shape().size()];
    buffer.read(values);
    return values;
  }

  static int[] ints(DeviceBuffer buffer) {
    int[] values = new int[buffer.type().shape().size()];
    buffer.read(values);
    return values;
  }

  static boolean[] bools(DeviceBuffer buffer) {
    boolean[] values = new boolean[buffer.type().shape().size()];
    buffer.read(values);
    return values;
  }

  @Override
  public void close() {
    session.close();
  }
}
