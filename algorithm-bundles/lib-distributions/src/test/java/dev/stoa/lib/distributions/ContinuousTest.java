package dev.stoa.lib.distributions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.conformance.FunctionCheck;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.cpujvm.CpuJvmDevice;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Densities over real vectors. */
class ContinuousTest {
  private static final double LOG_2 = Math.log(2);
  private static final double LOG_TWO_PI = Math.log(2 * Math.PI);

  private final DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());

  @AfterEach
  void close() {
    session.close();
  }

  private FunctionCheck check(FunctionCheck.Function function, int[]... shapes) {
    return FunctionCheck.of(session, function, shapes);
  }

  private static int[] of(int... shape) {
    return shape;
  }

  @Test
  void aGaussiansDeviationMayDependOnTheRow() {
    // Standardised (3 - 1) / 2 = 1 and (0 - 1) / (1/2) = -2.
    double[] density =
        check(
                (t, x) -> new DiagonalGaussian(x[0], x[1]).logProbability(x[2]),
                of(2, 1),
                of(2, 1),
                of(2, 1))
            .values(new double[] {1, 1}, new double[] {LOG_2, -LOG_2}, new double[] {3, 0});
    assertArrayEquals(
        new double[] {-.5 - LOG_2 - LOG_TWO_PI / 2, -2 + LOG_2 - LOG_TWO_PI / 2}, density, 1e-14);
    double[] entropy =
        check((t, x) -> new DiagonalGaussian(x[0], x[1]).entropy(), of(2, 1), of(2, 1))
            .values(new double[2], new double[] {LOG_2, -LOG_2});
    double standard = .5 + LOG_TWO_PI / 2;
    assertArrayEquals(new double[] {standard + LOG_2, standard - LOG_2}, entropy, 1e-14);
  }

  @Test
  void divergenceOfGaussiansIsTheClosedForm() {
    // log(s2/s1) + (s1^2 + (m1 - m2)^2) / (2 s2^2) - 1/2 with s1 = 1, s2 = 2, m1 - m2 = 3.
    double expected = LOG_2 + (1 + 9) / 8. - .5;
    for (int[] shape : List.of(of(2), of(1, 2))) {
      FunctionCheck divergence =
          check(
              (t, x) ->
                  new DiagonalGaussian(x[0], x[1]).klDivergence(new DiagonalGaussian(x[2], x[3])),
              of(1, 2),
              shape,
              of(1, 2),
              of(2));
      double[][] point = {{5, 1}, {0, LOG_2}, {2, 1}, {LOG_2, LOG_2}};
      assertArrayEquals(new double[] {expected}, divergence.values(point), 1e-14);
      divergence.derivatives(1e-6, point);
    }
  }

  @Test
  void gaussianSamplesFollowTheirCdf() {
    double[] drawn =
        Draws.draw(
            session,
            1,
            (t, k) -> new DiagonalGaussian(Draws.rows(t, 3, -1), Draws.rows(t, LOG_2, -LOG_2)));
    Draws.follow(Draws.column(drawn, 2, 0), x -> Draws.normal((x - 3) / 2));
    Draws.follow(Draws.column(drawn, 2, 1), x -> Draws.normal((x + 1) * 2));
  }

  @Test
  void reparameterisedSamplesHaveTheDerivativeAtFixedNoise() {
    TensorType real = TensorType.of(DataType.FLOAT64, 2, 3);
    TensorType pair = TensorType.of(DataType.INT32, 2);
    for (boolean squashed : new boolean[] {true, false}) {
      FunctionCheck sample =
          new FunctionCheck(
              session,
              List.of(real, real, pair),
              (t, x) -> {
                DiagonalGaussian base = new DiagonalGaussian(x[0], x[1]);
                Distribution drawn = squashed ? new SquashedGaussian(base) : base;
                assertTrue(drawn.isReparameterised());
                return drawn.sample(t, x[2], x[2], 7);
              });
      sample.derivatives(
          1e-6,
          new double[] {0, 1, 2, -1, .5, 0},
          new double[] {0, .5, -1, 0, 0, 1},
          new double[] {3, 4});
    }
  }

  private static SquashedGaussian squashed(Tensor... x) {
    return new SquashedGaussian(new DiagonalGaussian(x[0], x[1]));
  }

  @Test
  void aSquashedDensityIsTheBasesOverTheSlope() {
    // At u = log(2) tanh is (4 - 1) / (4 + 1) = 3/5, its slope 1 - 9/25 = 16/25; the base's
    // density there, with mean log 2 and deviation 1, is 1 / root(2 pi). At u = 0: slope 1.
    double[][] point = {{LOG_2, LOG_2}, {0, 0}, {.6, 0}};
    FunctionCheck density =
        check((t, x) -> squashed(x).logProbability(x[2]), of(2, 1), of(1), of(2, 1));
    point[1] = new double[] {0};
    double[] expected = {-LOG_TWO_PI / 2 - Math.log(.64), -LOG_TWO_PI / 2 - LOG_2 * LOG_2 / 2};
    assertArrayEquals(expected, density.values(point), 1e-14);
    density.derivatives(1e-6, point);
    FunctionCheck before =
        check((t, x) -> squashed(x).logProbabilityBefore(x[2]), of(2, 1), of(1), of(2, 1));
    point[2] = new double[] {LOG_2, 0};
    assertArrayEquals(expected, before.values(point), 1e-14);
    before.derivatives(1e-6, point);
  }

  @Test
  void aSquashedDensityStaysRightFarOut() {
    // At u = 50 the slope is 4 exp(-100) up to the last digit.
    double[] density =
        check((t, x) -> squashed(x).logProbabilityBefore(x[0]), of(1, 2), of(2))
            .values(new double[] {50, -50}, new double[] {0, 0});
    assertArrayEquals(new double[] {-LOG_TWO_PI - 2 * (2 * LOG_2 - 100)}, density, 1e-11);
    // Actions on the bound count as the greatest float32 below: finite.
    double[] bound =
        check((t, x) -> squashed(x).logProbability(x[0].add(1)), of(1, 1), of(1))
            .values(new double[] {0}, new double[] {0});
    assertTrue(Double.isFinite(bound[0]));
  }

  @Test
  void squashedSamplesFollowTheirCdf() {
    double[] drawn =
        Draws.draw(session, 1, (t, k) -> squashed(Draws.rows(t, .5), Draws.rows(t, -LOG_2)));
    Draws.follow(drawn, a -> Draws.normal((.5 * Math.log((1 + a) / (1 - a)) - .5) * 2));
  }

  @Test
  void whatASquashedGaussianHasNotItSays() {
    FunctionCheck mode = check((t, x) -> squashed(x).mode(), of(1, 1), of(1));
    assertArrayEquals(new double[] {.6}, mode.values(new double[] {LOG_2}, new double[1]), 1e-15);
    // Both are squashed alike: the divergence is the bases', 1/2 for means 1 apart.
    assertArrayEquals(
        new double[] {.5},
        check((t, x) -> squashed(x).klDivergence(squashed(x[0].add(1), x[1])), of(1, 1), of(1))
            .values(new double[1], new double[1]),
        1e-15);
    check(
            (t, x) -> {
              assertFalse(squashed(x).hasEntropy());
              assertThrows(UnsupportedOperationException.class, () -> squashed(x).entropy());
              return x[0];
            },
            of(1, 1),
            of(1))
        .values(new double[1], new double[1]);
  }

  private static GaussianMixture mixture(Tracer tracer, Tensor... x) {
    return new GaussianMixture(tracer, x[0], x[1], x[2]);
  }

  /** A quarter around (0, 0) with deviation 1, three quarters around (4, -2) with 1/2. */
  private static final double[][] MIXTURE = {
    {0, Math.log(3)}, {0, 0, 4, -2}, {0, 0, -LOG_2, -LOG_2}
  };

  @Test
  void aMixturesDensityIsTheWeightedSumOfItsComponents() {
    FunctionCheck density =
        check(
            (t, x) -> mixture(t, x).logProbability(x[3]),
            of(1, 2),
            of(1, 2, 2),
            of(1, 2, 2),
            of(1, 2));
    double[][] point = {MIXTURE[0], MIXTURE[1], MIXTURE[2], {3, -2}};
    // Squares 9 + 4 of the first, (1 / (1/2))^2 = 4 of the second, whose deviations give 4.
    double first = .25 * Math.exp(-6.5) / (2 * Math.PI);
    double second = .75 * 4 * Math.exp(-2) / (2 * Math.PI);
    assertArrayEquals(new double[] {Math.log(first + second)}, density.values(point), 1e-14);
    density.derivatives(1e-6, point);
    assertArrayEquals(
        new double[] {4, -2},
        check((t, x) -> mixture(t, x).mode(), of(1, 2), of(1, 2, 2), of(1, 2, 2)).values(MIXTURE));
  }

  @Test
  void samplesOfAMixtureFollowItsCdf() {
    double[] drawn =
        Draws.draw(
            session,
            1,
            (t, k) ->
                mixture(
                    t,
                    Draws.rows(t, MIXTURE[0]),
                    Draws.rows(t, MIXTURE[1]).reshape(Draws.MANY, 2, 2),
                    Draws.rows(t, MIXTURE[2]).reshape(Draws.MANY, 2, 2)));
    Draws.follow(
        Draws.column(drawn, 2, 0), x -> .25 * Draws.normal(x) + .75 * Draws.normal((x - 4) * 2));
    Draws.follow(
        Draws.column(drawn, 2, 1), x -> .25 * Draws.normal(x) + .75 * Draws.normal((x + 2) * 2));
    // Both components of a row come from the same Gaussian: 3 apart from the other's centre.
    double together = 0;
    for (int i = 0; i < drawn.length; i += 2) {
      together += drawn[i] > 2.5 == drawn[i + 1] < -1 ? 1. / Draws.MANY : 0;
    }
    // The first is right of 2.5 with Phi(-2.5) or Phi(3), the second left of -1 with Phi(-1) or
    // Phi(2).
    double near = (1 - Draws.normal(2.5)) * Draws.normal(-1) + Draws.normal(2.5) * Draws.normal(1);
    double far = Draws.normal(3) * Draws.normal(2) + Draws.normal(-3) * Draws.normal(-2);
    assertEquals(.25 * near + .75 * far, together, Draws.BOUND);
  }

  private static Beta beta(Tensor... x) {
    return new Beta(x[0], x[1]);
  }

  @Test
  void aBetasNumbersAreThoseOfItsPolynomial() {
    // Beta(2, 3): density 12 x (1 - x)^2, at 1/2 that is 3/2; Beta(1, 1) is uniform.
    double[][] point = {{2, 1}, {3, 1}, {.5, .25}};
    FunctionCheck density =
        check((t, x) -> beta(x).logProbability(x[2]), of(2, 1), of(2, 1), of(2, 1));
    assertArrayEquals(new double[] {Math.log(1.5), 0}, density.values(point), 1e-14);
    density.derivatives(1e-6, point);
    // Entropy: digammas of 2, 3, 5 are 1 - c, 3/2 - c, 25/12 - c, and B = 1/12:
    // -log 12 - 1 + c - 2 (3/2 - c) + 3 (25/12 - c) = -log 12 + 9/4.
    FunctionCheck entropy = check((t, x) -> beta(x).entropy(), of(2, 1), of(2, 1));
    double[][] parameters = {point[0], point[1]};
    assertArrayEquals(new double[] {2.25 - Math.log(12), 0}, entropy.values(parameters), 1e-14);
    entropy.derivatives(1e-6, parameters);
    // The peak (2 - 1) / (5 - 2); of the uniform one the mean.
    assertArrayEquals(
        new double[] {1 / 3., .5},
        check((t, x) -> beta(x).mode(), of(2, 1), of(2, 1)).values(parameters),
        1e-15);
  }

  @Test
  void divergenceOfBetasIsTheClosedForm() {
    // From the uniform one: less the entropy. Of the uniform one from Beta(2, 3): the mean of
    // -log(12 x (1 - x)^2) = -log 12 + 1 + 2.
    FunctionCheck divergence =
        check(
            (t, x) -> beta(x).klDivergence(beta(x[2], x[3])),
            of(2, 1),
            of(2, 1),
            of(2, 1),
            of(2, 1));
    double[][] point = {{2, 1}, {3, 1}, {1, 2}, {1, 3}};
    assertArrayEquals(
        new double[] {Math.log(12) - 2.25, 3 - Math.log(12)}, divergence.values(point), 1e-14);
    divergence.derivatives(1e-6, point);
  }

  @Test
  void betaSamplesFollowTheirCdf() {
    double[] drawn =
        Draws.draw(
            session, 1, (t, k) -> beta(Draws.rows(t, 2, .5, 1, 20), Draws.rows(t, 3, .5, 3, 1)));
    // 12 x (1 - x)^2 integrated; the arcsine law; 1 - (1 - x)^3; x^20.
    Draws.follow(Draws.column(drawn, 4, 0), x -> x * x * (6 + x * (-8 + 3 * x)));
    Draws.follow(Draws.column(drawn, 4, 1), x -> 2 / Math.PI * Math.asin(Math.sqrt(x)));
    Draws.follow(Draws.column(drawn, 4, 2), x -> 1 - Math.pow(1 - x, 3));
    Draws.follow(Draws.column(drawn, 4, 3), x -> Math.pow(x, 20));
    for (double each : drawn) {
      assertTrue(each > 0 && each < 1);
    }
  }

  @Test
  void inSinglePrecisionTheEndsOfTheRangeStayFinite() {
    TensorType row = TensorType.of(DataType.FLOAT32, 1, 2);
    try (DeviceSession single = new CpuJvmDevice().open(DeviceContext.singleThread())) {
      // u = (log(2 - 2^-24) + 24 log 2) / 2, and there the slope is (2 - 2^-24) 2^-24.
      double u = (LOG_2 + 24 * LOG_2) / 2;
      double[] atBounds =
          new FunctionCheck(
                  single,
                  List.of(row),
                  (t, x) -> squashed(x[0].mul(0), x[0].mul(0)).logProbability(x[0]))
              .values(new double[] {1, -1});
      assertEquals(-LOG_TWO_PI - u * u + 2 * 23 * LOG_2, atBounds[0], 1e-4);
      // Beta(2, 3) at 0 and 1, that is 2^-24 off: log 12 - 24 log 2 and log 12 - 2 * 24 log 2.
      double[] beta =
          new FunctionCheck(
                  single,
                  List.of(row),
                  (t, x) -> beta(x[0].mul(0).add(2), x[0].mul(0).add(3)).logProbability(x[0]))
              .values(new double[] {0, 1});
      assertEquals(2 * Math.log(12) - 72 * LOG_2, beta[0], 1e-4);
    }
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            check((t, x) -> beta(x).mode(), of(1, 2), of(2)).values(new double[2], new double[2]));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            check((t, x) -> new DiagonalGaussian(x[0], x[1]).mode(), of(2, 1), of(1, 1))
                .values(new double[2], new double[1]));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            check((t, x) -> mixture(t, x).mode(), of(1, 3), of(1, 2, 2), of(1, 2, 2))
                .values(new double[3], new double[4], new double[4]));
  }
}
