package dev.stoa.device.compiler;

import static dev.stoa.device.compiler.Fixture.bools;
import static dev.stoa.device.compiler.Fixture.doubles;
import static dev.stoa.device.compiler.Fixture.floats;
import static dev.stoa.device.compiler.Fixture.ints;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.random.Philox;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperationsTest {
  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  private Fixture at;

  @BeforeEach
  void open() {
    at = new Fixture();
  }

  @AfterEach
  void close() {
    if (at != null) {
      at.close();
    }
  }

  private float[] unary(UnaryOperator<Tensor> f, float... x) {
    return floats(at.run(g -> f.apply(g.input("x", x.length)), at.buffer(x, x.length)));
  }

  @Test
  void elementwiseArithmeticFollowsIeee754() {
    DeviceBuffer a = at.buffer(new float[] {1, -3, 0, INF, 5}, 5);
    DeviceBuffer b = at.buffer(new float[] {4, 2, 0, INF, NAN}, 5);
    assertArrayEquals(
        new float[] {5, -1, 0, INF, NAN},
        floats(at.run(g -> g.input("a", 5).add(g.input("b", 5)), a, b)));
    assertArrayEquals(
        new float[] {-3, -5, 0, NAN, NAN},
        floats(at.run(g -> g.input("a", 5).sub(g.input("b", 5)), a, b)));
    assertArrayEquals(
        new float[] {4, -6, 0, INF, NAN},
        floats(at.run(g -> g.input("a", 5).mul(g.input("b", 5)), a, b)));
    assertArrayEquals(
        new float[] {0.25f, -1.5f, NAN, NAN, NAN},
        floats(at.run(g -> g.input("a", 5).div(g.input("b", 5)), a, b)));
  }

  @Test
  void minimumAndMaximumGiveNotANumberIfEitherOperandIs() {
    DeviceBuffer a = at.buffer(new float[] {1, NAN, 3, -0f}, 4);
    DeviceBuffer b = at.buffer(new float[] {2, 2, NAN, 0f}, 4);
    assertArrayEquals(
        new float[] {1, NAN, NAN, -0f},
        floats(at.run(g -> g.input("a", 4).min(g.input("b", 4)), a, b)));
    assertArrayEquals(
        new float[] {2, NAN, NAN, 0f},
        floats(at.run(g -> g.input("a", 4).max(g.input("b", 4)), a, b)));
  }

  @Test
  void signKeepsNotANumber() {
    assertArrayEquals(new float[] {-1, 0, 1, NAN}, unary(Tensor::sign, -7, 0, 0.5f, NAN));
  }

  @Test
  void unaryFunctionsTakeTheirKnownValues() {
    assertArrayEquals(new float[] {2, 0, NAN}, unary(Tensor::sqrt, 4, 0, -1));
    assertArrayEquals(new float[] {-2, 1, -1}, unary(Tensor::floor, -1.5f, 1.9f, -1));
    assertArrayEquals(new float[] {1.5f, 2}, unary(Tensor::abs, -1.5f, 2));
    assertArrayEquals(new float[] {1, (float) Math.E}, unary(Tensor::exp, 0, 1), 3e-7f);
    assertArrayEquals(new float[] {0, 1}, unary(Tensor::log, 1, (float) Math.E), 3e-7f);
    // tanh 1 = (e^2 - 1) / (e^2 + 1).
    assertArrayEquals(new float[] {0, 0.76159416f, 1}, unary(Tensor::tanh, 0, 1, 30), 5e-7f);
    assertArrayEquals(new float[] {0, 1}, unary(Tensor::sin, 0, (float) (Math.PI / 2)), 3e-7f);
    assertArrayEquals(new float[] {1, 0.5f}, unary(Tensor::cos, 0, (float) (Math.PI / 3)), 3e-7f);
  }

  @Test
  void comparisonsWithNotANumberAreFalseAndUnequalIsTrue() {
    DeviceBuffer a = at.buffer(new float[] {1, 2, NAN}, 3);
    DeviceBuffer b = at.buffer(new float[] {2, 2, NAN}, 3);
    assertArrayEquals(
        new boolean[] {true, false, false},
        bools(at.run(g -> g.input("a", 3).lt(g.input("b", 3)), a, b)));
    assertArrayEquals(
        new boolean[] {true, true, false},
        bools(at.run(g -> g.input("a", 3).le(g.input("b", 3)), a, b)));
    assertArrayEquals(
        new boolean[] {false, true, false},
        bools(at.run(g -> g.input("a", 3).eq(g.input("b", 3)), a, b)));
    assertArrayEquals(
        new boolean[] {true, false, true},
        bools(at.run(g -> g.input("a", 3).ne(g.input("b", 3)), a, b)));
  }

  @Test
  void logicAndSelectChooseByElement() {
    DeviceBuffer x = at.buffer(new float[] {1, -2, INF, NAN}, 4);
    // finite and positive: 1 only.
    assertArrayEquals(
        new float[] {1, 0, 0, 0},
        floats(
            at.run(
                g -> {
                  Tensor v = g.input("x", 4);
                  Tensor zero = g.constant(v.type(), 0);
                  return v.isFinite().and(v.gt(0)).select(v, zero);
                },
                x)));
    assertArrayEquals(
        new boolean[] {false, true, true, true},
        bools(
            at.run(
                g -> {
                  Tensor v = g.input("x", 4);
                  return v.isFinite().not().or(v.lt(0));
                },
                x)));
  }

  @Test
  void conversionToInt32CutsTowardsZeroAndSaturates() {
    DeviceBuffer x = at.buffer(new float[] {1.9f, -1.9f, NAN, 1e20f, -INF, 0}, 6);
    assertArrayEquals(
        new int[] {1, -1, 0, Integer.MAX_VALUE, Integer.MIN_VALUE, 0},
        ints(at.run(g -> g.input("x", 6).convert(DataType.INT32), x)));
    assertArrayEquals(
        new boolean[] {true, true, true, true, true, false},
        bools(at.run(g -> g.input("x", 6).convert(DataType.BOOL), x)));
    assertArrayEquals(
        new double[] {1.9f, -1.9f, Double.NaN, 1e20f, Double.NEGATIVE_INFINITY, 0},
        doubles(at.run(g -> g.input("x", 6).convert(DataType.FLOAT64), x)));
  }

  @Test
  void int32ArithmeticWrapsAndDividesTowardsZero() {
    DeviceBuffer a = at.buffer(new int[] {Integer.MAX_VALUE, -7, 65_536}, 3);
    DeviceBuffer b = at.buffer(new int[] {1, 2, 65_537}, 3);
    TensorType type = TensorType.of(DataType.INT32, 3);
    assertArrayEquals(
        new int[] {Integer.MIN_VALUE, -5, 131_073},
        ints(at.run(g -> g.input("a", type).add(g.input("b", type)), a, b)));
    // 65,536 x 65,537 = 2^32 + 2^16.
    assertArrayEquals(
        new int[] {Integer.MAX_VALUE, -14, 65_536},
        ints(at.run(g -> g.input("a", type).mul(g.input("b", type)), a, b)));
    assertArrayEquals(
        new int[] {Integer.MAX_VALUE, -3, 0},
        ints(at.run(g -> g.input("a", type).div(g.input("b", type)), a, b)));
  }

  @Test
  void productsMultiplyRowsByColumnsWithEitherOperandTransposed() {
    // [[1 2 3] [4 5 6]] x [[1 0] [2 1] [0 3]] = [[5 11] [14 23]].
    float[] product = {5, 11, 14, 23};
    DeviceBuffer a = at.buffer(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    DeviceBuffer b = at.buffer(new float[] {1, 0, 2, 1, 0, 3}, 3, 2);
    DeviceBuffer aT = at.buffer(new float[] {1, 4, 2, 5, 3, 6}, 3, 2);
    DeviceBuffer bT = at.buffer(new float[] {1, 2, 0, 0, 1, 3}, 2, 3);
    assertArrayEquals(
        product, floats(at.run(g -> g.input("a", 2, 3).dot(g.input("b", 3, 2)), a, b)));
    assertArrayEquals(
        product,
        floats(at.run(g -> g.input("a", 3, 2).dot(g.input("b", 3, 2), true, false), aT, b)));
    assertArrayEquals(
        product,
        floats(at.run(g -> g.input("a", 2, 3).dot(g.input("b", 2, 3), false, true), a, bT)));
    assertArrayEquals(
        product,
        floats(at.run(g -> g.input("a", 3, 2).dot(g.input("b", 2, 3), true, true), aT, bT)));
  }

  @Test
  void batchedProductsMultiplyEachPairOfMatrices() {
    // Two pairs: [1 2] x [3 4]^T = 11, [5 6] x [7 8]^T = 83; in float64.
    DeviceBuffer a = at.buffer(new float[] {1, 2, 5, 6}, 2, 1, 2);
    DeviceBuffer b = at.buffer(new float[] {3, 4, 7, 8}, 2, 2, 1);
    assertArrayEquals(
        new float[] {11, 83},
        floats(at.run(g -> g.input("a", 2, 1, 2).dot(g.input("b", 2, 2, 1)), a, b)));
    assertArrayEquals(
        new double[] {11, 83},
        doubles(
            at.run(
                g ->
                    g.input("a", 2, 1, 2)
                        .convert(DataType.FLOAT64)
                        .dot(g.input("b", 2, 2, 1).convert(DataType.FLOAT64)),
                a,
                b)));
  }

  @Test
  void aProductOverNothingIsZero() {
    DeviceBuffer a = at.buffer(new float[0], 2, 0);
    DeviceBuffer b = at.buffer(new float[0], 0, 3);
    assertArrayEquals(
        new float[6], floats(at.run(g -> g.input("a", 2, 0).dot(g.input("b", 0, 3)), a, b)));
  }

  @Test
  void reductionsRunOverAnyAxes() {
    // [[[1 2] [3 4]] [[5 6] [7 8]]]
    DeviceBuffer x = at.buffer(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
    assertArrayEquals(new float[] {36}, floats(at.run(g -> g.input("x", 2, 2, 2).sum(), x)));
    assertArrayEquals(
        new float[] {6, 8, 10, 12}, floats(at.run(g -> g.input("x", 2, 2, 2).sum(0), x)));
    assertArrayEquals(
        new float[] {4, 6, 12, 14}, floats(at.run(g -> g.input("x", 2, 2, 2).sum(1), x)));
    assertArrayEquals(
        new float[] {3, 7, 11, 15}, floats(at.run(g -> g.input("x", 2, 2, 2).sum(2), x)));
    // Axes 0 and 2: 1 + 2 + 5 + 6 and 3 + 4 + 7 + 8.
    assertArrayEquals(
        new float[] {14, 22}, floats(at.run(g -> g.input("x", 2, 2, 2).sum(0, 2), x)));
    assertArrayEquals(
        new float[] {5, 6, 7, 8}, floats(at.run(g -> g.input("x", 2, 2, 2).maximum(0), x)));
    assertArrayEquals(
        new float[] {1, 5}, floats(at.run(g -> g.input("x", 2, 2, 2).minimum(1, 2), x)));
    assertArrayEquals(
        new float[] {24, 1680}, floats(at.run(g -> g.input("x", 2, 2, 2).product(1, 2), x)));
  }

  @Test
  void sumsOfManyRowsAndColumnsAreExactForSmallWholeNumbers() {
    // Element (r, c) is r % 5: each column sums to 100 x (0 + 1 + 2 + 3 + 4) = 1000, each row to
    // 300 (r % 5).
    int rows = 500;
    int columns = 300;
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / columns % 5;
    }
    DeviceBuffer x = at.buffer(values, rows, columns);
    float[] down = floats(at.run(g -> g.input("x", rows, columns).sum(0), x));
    for (float each : down) {
      assertEquals(1000, each);
    }
    float[] across = floats(at.run(g -> g.input("x", rows, columns).sum(1), x));
    for (int r = 0; r < rows; r++) {
      assertEquals(300 * (r % 5), across[r]);
    }
    assertArrayEquals(
        new float[] {300_000}, floats(at.run(g -> g.input("x", rows, columns).sum(), x)));
  }

  @Test
  void reductionsOfNothingGiveTheirNeutralElement() {
    DeviceBuffer x = at.buffer(new float[0], 2, 0);
    assertArrayEquals(new float[] {0, 0}, floats(at.run(g -> g.input("x", 2, 0).sum(1), x)));
    assertArrayEquals(
        new float[] {-INF, -INF}, floats(at.run(g -> g.input("x", 2, 0).maximum(1), x)));
    assertArrayEquals(
        new float[] {INF, INF}, floats(at.run(g -> g.input("x", 2, 0).minimum(1), x)));
    assertArrayEquals(new float[] {1, 1}, floats(at.run(g -> g.input("x", 2, 0).product(1), x)));
  }

  @Test
  void theGreatestOfANotANumberIsNotANumber() {
    DeviceBuffer x = at.buffer(new float[] {1, NAN, 3, 4, 5, 6}, 2, 3);
    assertArrayEquals(new float[] {NAN, 6}, floats(at.run(g -> g.input("x", 2, 3).maximum(1), x)));
  }

  @Test
  void argMaxNamesTheFirstOfEquals() {
    DeviceBuffer x = at.buffer(new float[] {1, 7, 7, 3, 2, 3}, 2, 3);
    assertArrayEquals(new int[] {1, 0}, ints(at.run(g -> g.input("x", 2, 3).argMax(1), x)));
    assertArrayEquals(new int[] {1, 0, 0}, ints(at.run(g -> g.input("x", 2, 3).argMax(0), x)));
  }

  @Test
  void movementsKeepTheElements() {
    DeviceBuffer x = at.buffer(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertArrayEquals(
        new float[] {1, 4, 2, 5, 3, 6}, floats(at.run(g -> g.input("x", 2, 3).transpose(), x)));
    assertArrayEquals(
        new float[] {2, 3, 5, 6}, floats(at.run(g -> g.input("x", 2, 3).slice(1, 1, 3), x)));
    assertArrayEquals(
        new float[] {0, 0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6},
        floats(at.run(g -> g.pad(g.input("x", 2, 3), List.of(1, 1), List.of(0, 0)), x)));
    assertArrayEquals(
        new float[] {1, 2, 3, 1, 2, 4, 5, 6, 4, 5},
        floats(
            at.run(
                g -> {
                  Tensor v = g.input("x", 2, 3);
                  return g.concatenate(1, v, v.slice(1, 0, 2));
                },
                x)));
    assertArrayEquals(
        new float[] {1, 2, 3, 4, 5, 6}, floats(at.run(g -> g.input("x", 2, 3).reshape(3, 2), x)));
  }

  @Test
  void broadcastStretchesRowsColumnsAndScalars() {
    DeviceBuffer row = at.buffer(new float[] {1, 2}, 2);
    assertArrayEquals(
        new float[] {1, 2, 1, 2, 1, 2},
        floats(at.run(g -> g.input("x", 2).broadcast(Shape.of(3, 2)), row)));
    DeviceBuffer column = at.buffer(new float[] {1, 2}, 2, 1);
    assertArrayEquals(
        new float[] {1, 1, 1, 2, 2, 2},
        floats(at.run(g -> g.input("x", 2, 1).broadcast(Shape.of(2, 3)), column)));
    DeviceBuffer scalar = at.buffer(new float[] {7});
    assertArrayEquals(
        new float[] {7, 7, 7, 7},
        floats(at.run(g -> g.input("x").broadcast(Shape.of(2, 2)), scalar)));
  }

  @Test
  void longRowsOfOneElementAreFilledToTheirEnd() {
    // 2 rows of 21 elements: more than one doubling, and not a power of two.
    DeviceBuffer column = at.buffer(new float[] {3, 4}, 2, 1);
    float[] expected = new float[42];
    Arrays.fill(expected, 0, 21, 3);
    Arrays.fill(expected, 21, 42, 4);
    assertArrayEquals(
        expected, floats(at.run(g -> g.input("x", 2, 1).broadcast(Shape.of(2, 21)), column)));
  }

  @Test
  void gatherClampsIndicesAndScatterDropsThem() {
    DeviceBuffer x = at.buffer(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    DeviceBuffer i = at.buffer(new int[] {2, -1, 0, 9}, 4);
    TensorType indices = TensorType.of(DataType.INT32, 4);
    assertArrayEquals(
        new float[] {5, 6, 1, 2, 1, 2, 5, 6},
        floats(at.run(g -> g.input("x", 3, 2).gather(g.input("i", indices)), x, i)));
    DeviceBuffer rows = at.buffer(new float[] {10, 20, 30, 40, 50, 60, 70, 80}, 4, 2);
    assertArrayEquals(
        new float[] {51, 62, 3, 4, 15, 26},
        floats(
            at.run(
                g -> g.input("x", 3, 2).scatterAdd(g.input("i", indices), g.input("rows", 4, 2)),
                x,
                i,
                rows)));
  }

  @Test
  void scatterAddsDuplicateIndicesInIndexOrder() {
    // In float32: (1e8 + 1) - 1e8 = 0 because 1e8 + 1 rounds back; another order would give 1.
    DeviceBuffer x = at.buffer(new float[] {0}, 1);
    DeviceBuffer i = at.buffer(new int[] {0, 0, 0}, 3);
    DeviceBuffer rows = at.buffer(new float[] {1e8f, 1, -1e8f}, 3);
    assertArrayEquals(
        new float[] {0},
        floats(
            at.run(
                g ->
                    g.input("x", 1)
                        .scatterAdd(
                            g.input("i", TensorType.of(DataType.INT32, 3)), g.input("rows", 3)),
                x,
                i,
                rows)));
  }

  @Test
  void iotaCountsAlongItsAxis() {
    assertArrayEquals(new int[] {0, 0, 0, 1, 1, 1}, ints(at.run(g -> g.iota(Shape.of(2, 3), 0))));
    assertArrayEquals(new int[] {0, 1, 2, 0, 1, 2}, ints(at.run(g -> g.iota(Shape.of(2, 3), 1))));
  }

  @Test
  void randomBitsAreThoseOfTheHost() {
    long seed = 0x1234_5678_9ABC_DEF0L;
    long index = 0x0000_0007_0000_0003L;
    DeviceBuffer key = at.buffer(new int[] {(int) seed, (int) (seed >>> 32)}, 2);
    DeviceBuffer counter = at.buffer(new int[] {(int) index, (int) (index >>> 32)}, 2);
    TensorType pair = TensorType.of(DataType.INT32, 2);
    int[] expected = new int[12];
    for (int lane = 0; lane < 3; lane++) {
      Philox.block(seed, index, 42, lane, expected, 4 * lane);
    }
    int[] actual =
        ints(
            at.run(
                g -> g.randomBits(g.input("key", pair), g.input("counter", pair), 42, 2, 5),
                key,
                counter));
    assertArrayEquals(Arrays.copyOf(expected, 10), actual);
  }

  @Test
  void largeTensorsAreComputedToTheBitsOfTheLanguage() {
    // Java's operators are those of IEEE 754 (Java Language Specification, 15.17 and 15.18); all
    // patterns of
    // 17 high bits occur, so not-a-number, infinities, zeros and subnormal numbers do too.
    int n = 1 << 17;
    float[] a = new float[n];
    float[] b = new float[n];
    float[][] expected = new float[6][n];
    for (int i = 0; i < n; i++) {
      a[i] = Float.intBitsToFloat(i << 15);
      b[i] = Float.intBitsToFloat(i * 0x9E3779B1);
      expected[0][i] = a[i] + b[i];
      expected[1][i] = a[i] - b[i];
      expected[2][i] = a[i] * b[i];
      expected[3][i] = a[i] / b[i];
      expected[4][i] = -a[i];
      expected[5][i] = Math.abs(a[i]);
    }
    DeviceBuffer x = at.buffer(a, n);
    DeviceBuffer y = at.buffer(b, n);
    assertArrayEquals(expected[0], floats(at.run(g -> g.input("x", n).add(g.input("y", n)), x, y)));
    assertArrayEquals(expected[1], floats(at.run(g -> g.input("x", n).sub(g.input("y", n)), x, y)));
    assertArrayEquals(expected[2], floats(at.run(g -> g.input("x", n).mul(g.input("y", n)), x, y)));
    assertArrayEquals(expected[3], floats(at.run(g -> g.input("x", n).div(g.input("y", n)), x, y)));
    assertArrayEquals(expected[4], floats(at.run(g -> g.input("x", n).neg(), x)));
    assertArrayEquals(expected[5], floats(at.run(g -> g.input("x", n).abs(), x)));
    assertArrayEquals(new double[] {1e9 + 0.25, -1e9 - 0.25}, largeFloat64(1e9, 0.25));
  }

  private double[] largeFloat64(double x, double y) {
    int n = 1 << 16;
    TensorType type = TensorType.of(DataType.FLOAT64, n);
    double[] values = new double[n];
    Arrays.fill(values, x);
    DeviceBuffer buffer = at.session.allocate(type);
    buffer.write(values);
    double[] sum = doubles(at.run(g -> g.input("x", type).add(y), buffer));
    double[] negated = doubles(at.run(g -> g.input("x", type).add(y).neg(), buffer));
    return new double[] {sum[n - 1], negated[n - 1]};
  }
}
