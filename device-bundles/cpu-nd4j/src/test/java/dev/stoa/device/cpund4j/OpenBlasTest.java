package dev.stoa.device.cpund4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceException;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Transforms;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenBlasTest {
  /** So many rows are computed in two blocks of 480. */
  private static final int ROWS = 900;

  private static final int INNER = 40;
  private static final int COLUMNS = 24;

  private CpuNd4jDevice device;

  @BeforeEach
  void open() {
    device = Fixture.device(product -> true);
  }

  private static Graph product(DataType type, boolean left, boolean right) {
    return Graph.trace(
        "product",
        t -> {
          Tensor a =
              t.input(
                  "a", left ? TensorType.of(type, INNER, ROWS) : TensorType.of(type, ROWS, INNER));
          Tensor b =
              t.input(
                  "b",
                  right
                      ? TensorType.of(type, COLUMNS, INNER)
                      : TensorType.of(type, INNER, COLUMNS));
          t.output("y", a.dot(b, left, right));
        });
  }

  /** Row i of the left matrix has i % 7 everywhere, column j of the right one j - 3. */
  @ParameterizedTest
  @CsvSource({
    "FLOAT32, false, false",
    "FLOAT32, true, false",
    "FLOAT32, false, true",
    "FLOAT32, true, true",
    "FLOAT64, false, false",
    "FLOAT64, true, true"
  })
  void productsOfWholeNumbersAreExactHoweverTheMatricesLie(
      DataType type, boolean left, boolean right) {
    Graph graph = product(type, left, right);
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      DeviceBuffer a = session.allocate(graph.inputTypes().get(0));
      DeviceBuffer b = session.allocate(graph.inputTypes().get(1));
      DeviceBuffer y = session.allocate(graph.outputType(0));
      write(a, i -> (left ? i % ROWS : i / INNER) % 7);
      write(b, j -> (right ? j / INNER : j % COLUMNS) - 3);
      session.compile(graph).run(new DeviceBuffer[] {a, b}, new DeviceBuffer[] {y});
      double[] got = read(y);
      for (int e = 0; e < got.length; e++) {
        assertEquals(INNER * (e / COLUMNS % 7) * (e % COLUMNS - 3), got[e], "element " + e);
      }
    }
  }

  private static void write(DeviceBuffer buffer, IntUnaryOperator element) {
    int size = buffer.type().shape().size();
    double[] elements = IntStream.range(0, size).mapToDouble(element::applyAsInt).toArray();
    if (buffer.type().dataType() == DataType.FLOAT64) {
      buffer.write(elements);
    } else {
      float[] floats = new float[size];
      for (int i = 0; i < size; i++) {
        floats[i] = (float) elements[i];
      }
      buffer.write(floats);
    }
  }

  private static double[] read(DeviceBuffer buffer) {
    double[] elements = new double[buffer.type().shape().size()];
    if (buffer.type().dataType() == DataType.FLOAT64) {
      buffer.read(elements);
      return elements;
    }
    float[] floats = new float[elements.length];
    buffer.read(floats);
    Arrays.setAll(elements, i -> floats[i]);
    return elements;
  }

  private static float[] waves(int size, double shift) {
    float[] waves = new float[size];
    for (int i = 0; i < size; i++) {
      waves[i] = (float) Math.sin(i + shift);
    }
    return waves;
  }

  private static float[] run(DeviceSession session, Graph graph, int times) {
    DeviceBuffer[] in = new DeviceBuffer[graph.inputTypes().size()];
    for (int p = 0; p < in.length; p++) {
      in[p] = session.allocate(graph.inputTypes().get(p));
      in[p].write(waves(in[p].type().shape().size(), p));
    }
    DeviceBuffer y = session.allocate(graph.outputType(0));
    try (Executable executable = session.compile(graph)) {
      for (int i = 0; i < times; i++) {
        executable.run(in, new DeviceBuffer[] {y});
      }
    }
    float[] result = new float[y.type().shape().size()];
    y.read(result);
    return result;
  }

  private static DeviceContext threads(int threads) {
    return new DeviceContext() {
      @Override
      public int threads() {
        return threads;
      }

      @Override
      public void parallel(int count, IntConsumer piece) {
        IntStream.range(0, count).parallel().forEach(piece);
      }
    };
  }

  @Test
  void bitsAreEqualAtEachCallInEachSessionAndOnOneThreadAndThree() {
    Graph graph = product(DataType.FLOAT32, false, false);
    float[] first;
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      first = run(session, graph, 1);
      assertArrayEquals(first, run(session, graph, 300), 0);
    }
    try (DeviceSession session = device.open(threads(3))) {
      assertArrayEquals(first, run(session, graph, 50), 0);
    }
  }

  /** The device's arrays begin at multiples of 64 bytes; what begins elsewhere has equal bits. */
  @Test
  void bitsDoNotDependOnAddresses() {
    int n = 65;
    float[][] results = new float[4][n * n];
    for (int shift = 0; shift < results.length; shift++) {
      try (FloatPointer a = new FloatPointer(n * n + 16L);
          FloatPointer b = new FloatPointer(n * n + 16L);
          FloatPointer c = new FloatPointer(n * n + 16L)) {
        a.position(shift).put(waves(n * n, 0), 0, n * n);
        b.position(2L * shift).put(waves(n * n, 1), 0, n * n);
        c.position(3L * shift);
        openblas_nolapack.cblas_sgemm(101, 111, 111, n, n, n, 1, a, n, b, n, 0, c, n);
        c.get(results[shift], 0, n * n);
      }
      assertArrayEquals(results[0], results[shift], 0, "shifted by " + shift);
    }
  }

  /** Blocks beyond the length are left out; of the last one all rows are computed. */
  @ParameterizedTest
  @CsvSource({"1", "479", "480", "481", "900"})
  void rowsThatExistHaveTheBitsOfAllRows(int length) {
    Graph bounded =
        Graph.trace(
            "bounded",
            t -> {
              Tensor x = t.bounded("x", ROWS, INNER);
              Tensor y = x.dot(t.input("w", INNER, COLUMNS));
              t.output("g", x.dot(y.tanh(), true, false));
            });
    Graph masked = Transforms.masked(bounded);
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      DeviceBuffer x = session.allocate(TensorType.of(DataType.FLOAT32, ROWS, INNER));
      DeviceBuffer w = session.allocate(bounded.inputTypes().get(1));
      DeviceBuffer rows = session.allocate(TensorType.of(DataType.INT32));
      float[] elements = waves(ROWS * INNER, 0);
      Arrays.fill(elements, length * INNER, elements.length, Float.NaN);
      x.write(elements);
      w.write(waves(INNER * COLUMNS, 1));
      rows.write(new int[] {length});
      DeviceBuffer skipped = session.allocate(bounded.outputType(0));
      DeviceBuffer all = session.allocate(bounded.outputType(0));
      session.compile(bounded).run(new DeviceBuffer[] {x, w}, new DeviceBuffer[] {skipped}, length);
      session.compile(masked).run(new DeviceBuffer[] {x, w, rows}, new DeviceBuffer[] {all});
      double[] got = read(skipped);
      assertFalse(Double.isNaN(Arrays.stream(got).sum()));
      assertArrayEquals(read(all), got, 0);
    }
  }

  /** 1,000 times: compile, run, close. */
  @Test
  void nativeMemoryIsGivenBackByEachExecutable() {
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      DeviceBuffer x = session.allocate(TensorType.of(DataType.FLOAT32, 2, 2));
      DeviceBuffer y = session.allocate(TensorType.of(DataType.FLOAT32, 2, 2));
      x.write(new float[] {1, 2, 3, 4});
      for (int i = 1; i <= 1_000; i++) {
        int factor = i;
        Graph graph =
            Graph.trace(
                "cycle" + i,
                t -> {
                  Tensor a = t.input("x", 2, 2);
                  t.output("y", a.dot(a).mul(factor));
                });
        try (Executable executable = session.compile(graph)) {
          assertTrue(device.nativeBytes() > 0);
          executable.run(new DeviceBuffer[] {x}, new DeviceBuffer[] {y});
        }
        assertEquals(0, device.nativeBytes());
      }
      // [[1 2], [3 4]] squared is [[7 10], [15 22]].
      assertArrayEquals(new double[] {7_000, 10_000, 15_000, 22_000}, read(y));
      session.compile(product(DataType.FLOAT32, false, false));
    }
    assertEquals(0, device.nativeBytes(), "after the session's end");
    assertEquals(0, device.allocatedBytes());
  }

  /** 100 float32 and 64 bytes to begin at a multiple of 64. */
  @Test
  void moreNativeMemoryThanThereIsIsRefusedAndWhatIsClosedCanBeHadAgain() {
    Memory memory = new Memory(() -> 1_000);
    NativeArray first = memory.allocate(DataType.FLOAT32, 100);
    NativeArray second = memory.allocate(DataType.FLOAT32, 100);
    assertEquals(928, memory.held());
    String message =
        assertThrows(DeviceException.class, () -> memory.allocate(DataType.FLOAT64, 100))
            .getMessage();
    assertTrue(message.contains("cpu-nd4j") && message.contains("928 of 1000 bytes"), message);
    first.close();
    first.close();
    assertEquals(464, memory.held());
    memory.allocate(DataType.FLOAT32, 100).close();
    second.close();
    assertEquals(0, memory.held());
  }

  @Test
  void memoryThatTheSystemDoesNotHaveIsRefused() {
    Memory memory = new Memory(() -> Long.MAX_VALUE, bytes -> new Pointer());
    assertThrows(DeviceException.class, () -> memory.allocate(DataType.FLOAT32, 100));
    assertEquals(0, memory.held());
  }
}
