package dev.stoa.device.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.Transforms;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What kernels that skip rows give is what the masked graph gives, bit for bit. */
class BoundedTest {
  private static final int CAPACITY = 130;
  private static final List<Integer> LENGTHS = List.of(130, 0, 1, 7, 8, 15, 16, 17, 64, 129, 130);

  private static void compare(BiConsumer<Tracer, Tensor> body, int... row) {
    compare(CAPACITY, body, row);
  }

  private static void compare(int capacity, BiConsumer<Tracer, Tensor> body, int... row) {
    Graph graph =
        Graph.trace(
            "bounded",
            t -> body.accept(t, t.input("x", TensorType.bounded(DataType.FLOAT32, capacity, row))));
    GraphCompiler device = GraphCompiler.atOnce("test");
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      Executable skipping = session.compile(graph);
      Executable masked = session.compile(Transforms.masked(graph));
      for (int length : LENGTHS.stream().filter(each -> each <= capacity).toList()) {
        DeviceBuffer[] in = inputs(session, graph, length);
        DeviceBuffer[] some = outputs(session, graph);
        DeviceBuffer[] all = outputs(session, graph);
        skipping.run(in, some, length);
        DeviceBuffer[] more = Arrays.copyOf(in, in.length + 1);
        more[in.length] = session.allocate(TensorType.of(DataType.INT32));
        more[in.length].write(new int[] {length});
        masked.run(more, all);
        for (int i = 0; i < all.length; i++) {
          String what = graph.outputNames().get(i) + " of " + length + " rows";
          compare(what, length, read(all[i]), read(some[i]), graph.outputType(i));
        }
      }
    }
    assertEquals(0, device.allocatedBytes());
  }

  private static void compare(
      String what, int length, float[] masked, float[] skipped, TensorType type) {
    int rows = type.isBounded() ? length * (masked.length / type.shape().extent(0)) : masked.length;
    for (int e = 0; e < rows; e++) {
      int wanted = Float.floatToRawIntBits(masked[e]);
      assertEquals(
          wanted,
          Float.floatToRawIntBits(skipped[e]),
          what + ", element " + e + ": " + skipped[e] + ", masked " + masked[e]);
    }
  }

  private static DeviceBuffer[] inputs(DeviceSession session, Graph graph, int length) {
    SplittableRandom random = new SplittableRandom(3);
    DeviceBuffer[] buffers = new DeviceBuffer[graph.inputTypes().size()];
    for (int i = 0; i < buffers.length; i++) {
      TensorType type = graph.inputTypes().get(i);
      buffers[i] = session.allocate(type);
      float[] values = new float[type.shape().size()];
      for (int e = 0; e < values.length; e++) {
        values[e] = (float) random.nextDouble(-1, 1);
      }
      if (type.isBounded()) {
        int row = values.length / type.shape().extent(0);
        Arrays.fill(values, length * row, values.length, Float.NaN);
      }
      buffers[i].write(values);
    }
    return buffers;
  }

  private static DeviceBuffer[] outputs(DeviceSession session, Graph graph) {
    DeviceBuffer[] buffers = new DeviceBuffer[graph.outputs().size()];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = session.allocate(graph.outputType(i));
    }
    return buffers;
  }

  private static float[] read(DeviceBuffer buffer) {
    float[] values = new float[buffer.type().shape().size()];
    buffer.read(values);
    return values;
  }

  @Test
  void loopsAndReductionsEndAtTheLength() {
    for (int width : new int[] {1, 3, 16, 33}) {
      compare(
          (t, x) -> {
            t.output("tanh", x.tanh().add(x.sum(1).reshape(-1, 1)));
            t.output("sum", x.exp().sum(0));
            t.output("all", x.square().sum());
            t.output("most", x.maximum(0).add(x.minimum(0)));
            t.output("product", x.product(0));
            t.output("within", x.sum(1));
            t.output("mean", x.mean());
            // A sum of negative zeros and rows that do not exist.
            t.output("zeros", x.mul(0).abs().neg().sum(0));
          },
          width);
    }
    compare(
        (t, x) -> {
          t.output("numbers", x.exp().sum());
          t.output("apart", x.sum(0));
        });
    compare(
        (t, x) -> {
          t.output("apart", x.exp().sum(0, 2));
          t.output("least apart", x.minimum(0, 2));
          t.output("turned", x.transpose().exp().sum(0, 1));
          t.output("rows apart", x.sum(1));
        },
        3,
        5);
  }

  /** Of few columns and many, of few rows and matrices that fill vectors or not. */
  @Test
  void productsEndAtTheLengthInEveryWay() {
    for (int inner : new int[] {1, 3, 17, 64}) {
      for (int columns : new int[] {1, 4, 5, 16, 64, 130}) {
        compare(
            (t, x) -> {
              Tensor w = t.input("w", inner, columns);
              Tensor y = x.dot(w);
              t.output("rows", y);
              t.output("back", y.dot(w, false, true));
              t.output("over", x.dot(y, true, false));
              t.output("turned", y.dot(x, true, false));
              Tensor each = x.reshape(-1, 1, inner);
              t.output("each", each.dot(y.reshape(-1, 1, columns), true, false));
            },
            inner);
      }
    }
  }

  /** Of up to eight rows and so many columns that rows of the right matrix are streamed. */
  @Test
  void productsOfFewRowsEndAtTheLength() {
    compare(
        8,
        (t, x) -> {
          t.output("rows", x.dot(t.input("w", 16, 512)));
          t.output("over", x.dot(x.tanh(), true, false));
        },
        16);
  }

  @Test
  void scansMakeAsManySteps() {
    compare(
        (t, x) -> {
          Tensor w = t.input("w", 7, 7);
          Tensor last =
              t.scan(
                      CAPACITY,
                      List.of(w.sum(0)),
                      List.of(x),
                      (s, carry, in) -> {
                        Tensor next = carry.get(0).reshape(1, 7).dot(w).reshape(7);
                        return Step.carry(next.add(in.get(0)).tanh());
                      })
                  .carry(0);
          t.output("last", last);
          t.output("gradient", t.gradient(last.sum(), w).get(0));
          t.output("by rows", t.gradient(last.sum(), x).get(0));
          // Rows within each of three steps.
          Tensor scale =
              t.scan(
                      3,
                      List.of(w.sum(0)),
                      List.of(),
                      (s, carry, none) -> Step.carry(x.mul(carry.get(0)).tanh().sum(0)))
                  .carry(0);
          t.output("thrice", scale);
          t.output("by scale", t.gradient(scale.sum(), w).get(0));
        },
        7);
  }

  private static Graph training() {
    return Graph.trace(
        "training",
        t -> {
          Tensor x = t.bounded("x", 1024, 32);
          Tensor w = t.input("w", 32, 64);
          Tensor v = t.input("v", 64, 1);
          Tensor loss = x.dot(w).tanh().dot(v).square().mean();
          List<Tensor> gradients = t.gradient(loss, w, v);
          t.update(w, w.sub(gradients.get(0).mul(1e-3)));
          t.update(v, v.sub(gradients.get(1).mul(1e-3)));
          t.output("loss", loss);
        });
  }

  @Test
  void aRunOfAnyLengthAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (DeviceSession session = GraphCompiler.of("test").open(DeviceContext.singleThread());
        Executable executable = session.compile(training())) {
      DeviceBuffer[] in = new DeviceBuffer[3];
      for (int i = 0; i < 3; i++) {
        in[i] = session.allocate(executable.graph().inputTypes().get(i));
      }
      DeviceBuffer[] out = {null, null, session.allocate(executable.graph().outputType(2))};
      long perRun = Long.MAX_VALUE;
      for (int batch = 0; batch < 60 && perRun >= 8; batch++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int run = 0; run < 1_000; run++) {
          executable.run(in, out, run % 40);
        }
        perRun = (threads.getCurrentThreadAllocatedBytes() - before) / 1_000;
      }
      assertTrue(perRun < 8, perRun + " bytes per run");
    }
  }
}
