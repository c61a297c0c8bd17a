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
import dev.stoa.tensor.LoopResult;
import dev.stoa.tensor.ScanResult;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.random.RandomStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopTest {
  /** A recurrent layer with its gradient, and a loop on what it gives. */
  private static Graph loops() {
    return Graph.trace(
        "loops",
        t -> {
          Tensor x = t.input("x", 5, 3);
          Tensor w = t.input("w", 3, 3);
          ScanResult scan =
              t.scan(
                  5,
                  List.of(w.sum(0)),
                  List.of(x),
                  (s, carry, in) -> {
                    Tensor row = carry.get(0).reshape(1, 3).dot(w).reshape(3);
                    return Step.of(row.add(in.get(0)).tanh(), row);
                  });
          LoopResult loop =
              t.whileLoop(
                  7,
                  List.of(scan.carry(0)),
                  (s, carry) -> carry.get(0).sum().lt(100),
                  (s, carry) -> List.of(carry.get(0).add(w.square().sum())));
          t.output("end", loop.carry(0));
          t.output("gradient", t.gradient(scan.output(0).sum(), w).get(0));
        });
  }

  /**
   * Until vector code is compiled, its vectors are objects: after some thousand runs nothing is
   * allocated. The compiler itself may allocate on this thread when it gives up compiled code: a
   * few bytes.
   */
  @Test
  void aRunAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    GraphCompiler device = GraphCompiler.of("test");
    try (DeviceSession session = device.open(DeviceContext.singleThread());
        Executable executable = session.compile(loops())) {
      DeviceBuffer[] in = new DeviceBuffer[2];
      DeviceBuffer[] out = new DeviceBuffer[2];
      for (int i = 0; i < 2; i++) {
        in[i] = session.allocate(executable.graph().inputTypes().get(i));
        out[i] = session.allocate(executable.graph().outputType(i));
      }
      in[1].write(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1});
      long perRun = Long.MAX_VALUE;
      for (int batch = 0; batch < 60 && perRun >= 8; batch++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int run = 0; run < 1_000; run++) {
          executable.run(in, out);
        }
        perRun = (threads.getCurrentThreadAllocatedBytes() - before) / 1_000;
      }
      assertTrue(perRun < 8, perRun + " bytes per run");
    }
    assertEquals(0, device.allocatedBytes());
  }

  /**
   * Of a scan of 10 rows of 8: 4 bytes for each of 8 elements of a slice and of the body's sum, and
   * for 16 lanes that loops share; the carry stands in the output. Of a second scan with the same
   * body 8 elements of a slice and of the first's carry more.
   */
  @Test
  void theGraphInsideTwoLoopsIsMadeReadyOnce() {
    assertEquals(4 * (8 + 8 + 16), bytes(1));
    assertEquals(4 * (8 + 8 + 16 + 8 + 8), bytes(2));
  }

  private static long bytes(int scans) {
    Graph graph =
        Graph.trace(
            "scans",
            t -> {
              Tensor sum = t.input("c", 8);
              Tensor x = t.input("x", 10, 8);
              for (int i = 0; i < scans; i++) {
                sum =
                    t.scan(
                            10,
                            List.of(sum),
                            List.of(x),
                            (s, carry, in) -> Step.carry(carry.get(0).add(in.get(0))))
                        .carry(0);
              }
              t.output("y", sum);
            });
    GraphCompiler device = GraphCompiler.of("test");
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      session.compile(graph);
      return device.allocatedBytes();
    }
  }

  /**
   * Rows of every length up to three vectors: what is left over of a row is a vector that reads
   * beyond it, and, in the last row, beyond the array. Integers, truth values and numbers in place.
   */
  @ParameterizedTest
  @ValueSource(ints = {15, 16, 17, 18, 20, 23, 24, 31, 32, 33, 40, 47, 48})
  void restsOfRowsHaveThePlainLoopsBits(int n) {
    int rows = 5;
    Graph graph =
        Graph.trace(
            "rows",
            t -> {
              Tensor x = t.input("x", rows, n);
              Tensor i = t.input("i", TensorType.of(DataType.INT32, rows, n));
              Tensor b = t.input("b", TensorType.of(DataType.BOOL, rows, n));
              Tensor bias = t.input("bias", n);
              Tensor y = b.select(x.add(bias), x.mul(i.convert(DataType.FLOAT32)));
              Tensor greatest = y.maximum(1);
              Tensor e = y.sub(greatest.reshape(rows, 1)).exp();
              t.output("e", e);
              t.output("greatest", greatest);
              t.output("least", y.minimum(1));
              t.output("sum", e.sum(1));
              t.output("columns", e.sum(0));
              t.output("product", e.product(1));
              t.output("less", x.lt(bias));
              t.output("doubled", i.add(i));
              t.update(x, y.neg());
            });
    RandomStream random = new RandomStream(3, 1, n);
    float[] x = new float[rows * n];
    int[] i = new int[rows * n];
    boolean[] b = new boolean[rows * n];
    for (int k = 0; k < x.length; k++) {
      x[k] = k == 7 ? Float.NaN : k == n ? -0f : k == n + 1 ? 0f : random.nextGaussian();
      i[k] = random.nextInt(7) - 3;
      b[k] = random.nextInt(2) == 0;
    }
    float[] bias = new float[n];
    bias[n - 1] = 0.5f;
    List<Object> inputs = List.of(x, i, b, bias);
    assertEquals(results(Machine.plain(), graph, inputs), results(Machine.atOnce(), graph, inputs));
  }

  /** Many elements and functions: sums of rows, elements alone, in place, and rests of rows. */
  @Test
  void piecesOfALoopOnThreadsHaveTheBitsOfOneThread() {
    int rows = 1_111;
    int n = 187;
    Graph graph =
        Graph.trace(
            "pieces",
            t -> {
              Tensor x = t.input("x", rows, n);
              Tensor i = t.input("i", TensorType.of(DataType.INT32, rows, n));
              Tensor b = t.input("b", TensorType.of(DataType.BOOL, rows, n));
              Tensor bias = t.input("bias", n);
              Tensor y = b.select(x, x.mul(i.convert(DataType.FLOAT32))).tanh().exp().log();
              Tensor rowBiased = y.add(bias).tanh();
              t.output("sum", rowBiased.sum(1));
              t.output("greatest", rowBiased.maximum(1));
              t.output("less", y.lt(0.1));
              t.update(x, y);
            });
    RandomStream random = new RandomStream(3, 1, n);
    float[] x = new float[rows * n];
    int[] i = new int[rows * n];
    boolean[] b = new boolean[rows * n];
    for (int k = 0; k < x.length; k++) {
      x[k] = random.nextGaussian();
      i[k] = random.nextInt(7) - 3;
      b[k] = random.nextInt(2) == 0;
    }
    List<Object> inputs = List.of(x, i, b, new float[n]);
    List<String> expected = results(Machine.plain(), graph, inputs);
    Threads threads = new Threads();
    for (Machine machine : List.of(Machine.plain(), Machine.atOnce())) {
      assertEquals(expected, results(machine, threads, graph, inputs));
    }
    assertTrue(threads.pieces.get() > 4, threads.pieces + " pieces");
  }

  /** A thread for each piece. */
  private static final class Threads implements DeviceContext {
    private final AtomicInteger pieces = new AtomicInteger();

    @Override
    public int threads() {
      return 3;
    }

    @Override
    public void parallel(int count, IntConsumer piece) {
      pieces.addAndGet(count);
      IntStream.range(0, count)
          .mapToObj(each -> CompletableFuture.runAsync(() -> piece.accept(each)))
          .toList()
          .forEach(CompletableFuture::join);
    }
  }

  private static List<String> results(Machine machine, Graph graph, List<Object> inputs) {
    return results(machine, DeviceContext.singleThread(), graph, inputs);
  }

  private static List<String> results(
      Machine machine, DeviceContext context, Graph graph, List<Object> inputs) {
    List<String> results = new ArrayList<>();
    try (DeviceSession session = new GraphCompiler("test", machine).open(context);
        Executable executable = session.compile(graph)) {
      DeviceBuffer[] in = new DeviceBuffer[inputs.size()];
      for (int k = 0; k < in.length; k++) {
        in[k] = session.allocate(graph.inputTypes().get(k));
      }
      in[0].write((float[]) inputs.get(0));
      in[1].write((int[]) inputs.get(1));
      in[2].write((boolean[]) inputs.get(2));
      in[3].write((float[]) inputs.get(3));
      DeviceBuffer[] out = new DeviceBuffer[graph.outputNames().size()];
      for (int k = 0; k < out.length; k++) {
        out[k] = graph.donations().containsKey(k) ? null : session.allocate(graph.outputType(k));
      }
      executable.run(in, out);
      for (int k = 0; k < out.length; k++) {
        results.add(graph.outputNames().get(k) + text(out[k] == null ? in[0] : out[k]));
      }
    }
    return results;
  }

  private static String text(DeviceBuffer buffer) {
    int size = buffer.type().shape().size();
    switch (buffer.type().dataType()) {
      case INT32 -> {
        int[] values = new int[size];
        buffer.read(values);
        return Arrays.toString(values);
      }
      case BOOL -> {
        boolean[] values = new boolean[size];
        buffer.read(values);
        return Arrays.toString(values);
      }
      default -> {
        float[] values = new float[size];
        buffer.read(values);
        // Distinguishes the zeros.
        return Arrays.toString(values);
      }
    }
  }
}
