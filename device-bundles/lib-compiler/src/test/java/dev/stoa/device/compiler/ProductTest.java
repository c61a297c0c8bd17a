package dev.stoa.device.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.random.RandomStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way of a product: the bits of plain loops, and the sums of float64. */
class ProductTest {
  private static float[] numbers(int count, int index) {
    RandomStream random = new RandomStream(5, 1, index);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextGaussian();
    }
    return numbers;
  }

  private static float[] product(Machine machine, Graph graph, float[] a, float[] b) {
    GraphCompiler device = new GraphCompiler("test", machine);
    try (DeviceSession session = device.open(DeviceContext.singleThread());
        Executable executable = session.compile(graph)) {
      DeviceBuffer[] in = {
        session.allocate(graph.inputTypes().get(0)), session.allocate(graph.inputTypes().get(1))
      };
      in[0].write(a);
      in[1].write(b);
      DeviceBuffer out = session.allocate(graph.outputType(0));
      executable.run(in, new DeviceBuffer[] {out});
      float[] c = new float[graph.outputType(0).shape().size()];
      out.read(c);
      return c;
    }
  }

  /** Narrow, wide, ragged, tall; few rows over many columns; each with its transposes. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 64, 64",
    "3, 40, 16",
    "64, 64, 2",
    "64, 64, 1",
    "5, 16, 4",
    "70, 3, 64",
    "7, 33, 65",
    "2, 100, 31",
    "1, 17, 512",
    "8, 19, 512",
    "5, 6, 1024",
    "9, 20, 512",
    "61, 40, 128",
    "130, 9, 200",
    "200, 3000, 17",
    "6, 128, 64",
    "6, 129, 64",
    "63, 300, 160"
  })
  void everyWayOfAProductHasThePlainLoopsBits(int m, int k, int n) {
    float[] a = numbers(m * k, 0);
    float[] b = numbers(k * n, 1);
    for (int transposes = 0; transposes < 4; transposes++) {
      boolean left = (transposes & 1) != 0;
      boolean right = (transposes & 2) != 0;
      Graph graph =
          Graph.trace(
              "product",
              t ->
                  t.output(
                      "c",
                      (left ? t.input("a", k, m) : t.input("a", m, k))
                          .dot(right ? t.input("b", n, k) : t.input("b", k, n), left, right)));
      float[] plain = product(Machine.plain(), graph, a, b);
      assertArrayEquals(plain, product(Machine.atOnce(), graph, a, b), 0);
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          double size = 0;
          for (int p = 0; p < k; p++) {
            double x = a[left ? p * m + i : i * k + p];
            double y = b[right ? j * k + p : p * n + j];
            sum += x * y;
            size += Math.abs(x * y);
          }
          // One rounding for each addition, each at most half a unit of the sum so far.
          assertEquals(sum, plain[i * n + j], (k + 1) * 0x1p-24 * size);
        }
      }
    }
  }
}
