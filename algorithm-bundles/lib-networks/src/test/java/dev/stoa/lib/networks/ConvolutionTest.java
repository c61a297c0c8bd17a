package dev.stoa.lib.networks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.conformance.FunctionCheck;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.reference.ReferenceDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConvolutionTest {
  private static final Initialiser ANY = new Initialiser.Constant(0);

  private final DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());

  @AfterEach
  void close() {
    session.close();
  }

  private FunctionCheck check(Convolution convolution, TestWeights weights, int... shape) {
    return weights.check(
        session, (t, w, x) -> convolution.apply(t, w, x[0]), TestWeights.real(shape));
  }

  /** The image 1 2 3, 4 5 6, 7 8 9 with the kernel 1 10, 100 1000: digits tell the pixels. */
  private double[] digits(int stride, int padding) {
    Convolution convolution = new Convolution("c", 1, 1, 2, stride, padding, ANY);
    TestWeights weights =
        new TestWeights(convolution.parameters())
            .with("c/weight", 1, 10, 100, 1000)
            .with("c/bias", .5);
    return check(convolution, weights, 1, 3, 3, 1)
        .values(weights.point(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9}));
  }

  @Test
  void everyWindowIsMultipliedWithTheKernel() {
    assertArrayEquals(new double[] {5421.5, 6532.5, 8754.5, 9865.5}, digits(1, 0));
  }

  @Test
  void windowsAreAStrideApartAndReachIntoAMarginOfZeros() {
    // Windows from rows and columns -1 and 1 on: (0 0, 0 1), (0 0, 2 3), (0 4, 0 7), (5 6, 8 9).
    assertArrayEquals(new double[] {1000.5, 3200.5, 7040.5, 9865.5}, digits(2, 1));
    assertEquals(2, new Convolution("c", 1, 1, 2, 2, 1, ANY).windows(3));
    // The three layers for Atari of Mnih et al. 2015: 84 -> 20 -> 9 -> 7.
    assertEquals(20, new Convolution("c", 4, 32, 8, 4, 0, ANY).windows(84));
    assertEquals(9, new Convolution("c", 32, 64, 4, 2, 0, ANY).windows(20));
    assertEquals(7, new Convolution("c", 64, 64, 3, 1, 0, ANY).windows(9));
  }

  @Test
  void channelsAndImagesFollowTheDefinition() {
    Convolution convolution = new Convolution("c", 3, 2, 2, 2, 1, ANY);
    TestWeights weights = new TestWeights(convolution.parameters());
    double[] w = weights.values.get("c/weight");
    double[] bias = weights.values.get("c/bias");
    double[] images = TestWeights.random(2 * 3 * 4 * 3, 40);
    double[] expected = new double[2 * 2 * 3 * 2];
    int at = 0;
    for (int image = 0; image < 2; image++) {
      for (int row = 0; row < 2; row++) {
        for (int column = 0; column < 3; column++) {
          for (int out = 0; out < 2; out++) {
            double sum = bias[out];
            for (int i = 0; i < 2; i++) {
              for (int j = 0; j < 2; j++) {
                int y = 2 * row + i - 1;
                int x = 2 * column + j - 1;
                for (int in = 0; y >= 0 && y < 3 && x >= 0 && x < 4 && in < 3; in++) {
                  double pixel = images[((image * 3 + y) * 4 + x) * 3 + in];
                  sum += pixel * w[((i * 2 + j) * 3 + in) * 2 + out];
                }
              }
            }
            expected[at++] = sum;
          }
        }
      }
    }
    double[] y = check(convolution, weights, 2, 3, 4, 3).values(weights.point(images));
    assertArrayEquals(expected, y, 1e-14);
  }

  @Test
  void derivativesAreTheLimitsOfDifferences() {
    Convolution convolution = new Convolution("c", 2, 2, 3, 2, 1, ANY);
    TestWeights weights = new TestWeights(convolution.parameters());
    check(convolution, weights, 1, 4, 5, 2)
        .derivatives(1e-6, weights.point(TestWeights.random(40, 41)));
  }

  @Test
  void poolingTakesTheGreatestOrTheMeanOfEachWindow() {
    double[] image = {1, -1, 9, -9, 2, -2, 5, -5, 4, -4, 3, -3};
    // Two channels, two rows of three pixels: 1 9 2, 5 4 3 and its negative. Windows 1 9 5 4 and
    // 9 2 4 3.
    FunctionCheck greatest =
        FunctionCheck.of(session, (t, x) -> Pooling.maximum(t, x[0], 2, 1), new int[] {1, 2, 3, 2});
    assertArrayEquals(new double[] {9, -1, 9, -2}, greatest.values(image));
    FunctionCheck mean =
        FunctionCheck.of(session, (t, x) -> Pooling.mean(t, x[0], 2, 1), new int[] {1, 2, 3, 2});
    assertArrayEquals(new double[] {4.75, -4.75, 4.5, -4.5}, mean.values(image));
    greatest.derivatives(1e-6, TestWeights.random(12, 42));
  }

  @Test
  void windowsGreaterThanTheImageAreRefused() {
    Convolution convolution = new Convolution("c", 1, 1, 4, 1, 0, ANY);
    TestWeights weights = new TestWeights(convolution.parameters());
    assertThrows(
        IllegalArgumentException.class,
        () -> check(convolution, weights, 1, 3, 3, 1).values(weights.point(new double[9])));
    assertThrows(
        IllegalArgumentException.class,
        () -> check(convolution, weights, 1, 4, 4, 2).values(weights.point(new double[32])));
    assertThrows(IllegalArgumentException.class, () -> new Convolution("c", 1, 1, 4, 0, 0, ANY));
  }
}
