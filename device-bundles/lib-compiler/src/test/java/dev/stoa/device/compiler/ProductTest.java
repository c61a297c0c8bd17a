package dev.stoa.device.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
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
    "63, 300, 160",
    "21, 70, 256",
    "18, 40, 512"
  })
  void everyWayOfAProductHasThePlainLoopsBits(int m, int k, int n) {
    check(1, m, k, n);
  }

  /**
   * Several at a time and those left over, by one vector and two; rows that are no whole vectors,
   * less than one, and more than a panel; with a matrix in between, and one more than fits.
   */
  @ParameterizedTest
  @CsvSource({
    "9, 1, 24, 16",
    "6, 1, 16, 24",
    "4, 1, 3, 32",
    "5, 1, 7, 41",
    "3, 1, 40, 64",
    "2, 1, 5, 65",
    "5, 1, 20, 7",
    "3, 24, 16, 24",
    "3, 24, 24, 16",
    "2, 5, 130, 79"
  })
  void manySmallProductsHaveThePlainLoopsBits(int count, int m, int k, int n) {
    check(count, m, k, n);
  }

  private static void check(int count, int m, int k, int n) {
    float[] a = numbers(count * m * k, 0);
    float[] b = numbers(count * k * n, 1);
    for (int transposes = 0; transposes < 4; transposes++) {
      boolean left = (transposes & 1) != 0;
      boolean right = (transposes & 2) != 0;
      Graph graph =
          Graph.trace(
              "product",
              t -> {
                Tensor x = left ? t.input("a", count, k, m) : t.input("a", count, m, k);
                Tensor y = right ? t.input("b", count, n, k) : t.input("b", count, k, n);
                t.output("c", x.dot(y, left, right));
              });
      float[] plain = product(Machine.plain(), graph, a, b);
      assertArrayEquals(plain, product(Machine.atOnce(), graph, a, b), 0);
      for (int e = 0; e < plain.length; e++) {
        int i = e / n % m;
        int j = e % n;
        int x = e / (m * n) * m * k;
        int y = e / (m * n) * k * n;
        double sum = 0;
        double size = 0;
        for (int p = 0; p < k; p++) {
          double term = (double) a[x + (left ? p * m + i : i * k + p)];
          term *= b[y + (right ? j * k + p : p * n + j)];
          sum += term;
          size += Math.abs(term);
        }
        // One rounding for each addition, each at most half a unit of the sum so far.
        assertEquals(sum, plain[e], (k + 1) * 0x1p-24 * size);
      }
    }
  }
}
