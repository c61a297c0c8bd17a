package dev.stoa.lib.distributions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.conformance.FunctionCheck;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Choices among finitely many actions. */
class DiscreteTest {
  private static final double LOG_2 = Math.log(2);
  private static final double LOG_3 = Math.log(3);

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

  private static Tensor actions(Tracer tracer, int columns, float... actions) {
    return tracer.constant(actions, actions.length / columns, columns).convert(DataType.INT32);
  }

  private static Categorical masked(Tracer tracer, Tensor logits) {
    // Of four actions the last two are allowed.
    Tensor index = tracer.iota(logits.shape(), 1);
    return Categorical.masked(tracer, logits, index.gt(1));
  }

  @Test
  void maskedActionsHaveNoProbabilityAndCountForNothing() {
    // Logits 0 and log 3 are left: 1/4 and 3/4.
    double[] logits = {50, -50, 0, LOG_3};
    double entropy = .25 * Math.log(4) + .75 * Math.log(4 / 3.);
    assertArrayEquals(
        new double[] {0, 0, .25, .75},
        check((t, x) -> masked(t, x[0]).logProbabilities().exp(), of(1, 4)).values(logits),
        1e-14);
    FunctionCheck entropies = check((t, x) -> masked(t, x[0]).entropy(), of(1, 4));
    assertArrayEquals(new double[] {entropy}, entropies.values(logits), 1e-14);
    assertArrayEquals(
        new double[] {3},
        check((t, x) -> masked(t, x[0]).mode().convert(DataType.FLOAT64), of(1, 4)).values(logits));
    // No derivative passes through a masked logit; those of the others are right.
    entropies.derivatives(1e-6, logits);
    double[] slopes =
        check((t, x) -> t.gradient(masked(t, x[0]).entropy().sum(), x[0]).get(0), of(1, 4))
            .values(logits);
    assertEquals(0, slopes[0]);
    assertEquals(0, slopes[1]);
    double[] drawn = Draws.draw(session, 1, (t, k) -> masked(t, Draws.rows(t, 50, -50, 0, LOG_3)));
    Draws.share(drawn, 3, .75);
    for (double action : drawn) {
      assertTrue(action >= 2);
    }
  }

  @Test
  void aMixtureOfCategoricalsHasTheMixedProbabilities() {
    // A quarter of (1/2, 1/2) and three quarters of (1/4, 3/4): 5/16 and 11/16.
    double[] logs =
        check(
                (t, x) -> Categorical.mixture(t, x[0], x[1]).logProbabilities(),
                of(1, 2),
                of(1, 2, 2))
            .values(new double[] {0, LOG_3}, new double[] {7, 7, 0, LOG_3});
    assertArrayEquals(new double[] {Math.log(5 / 16.), Math.log(11 / 16.)}, logs, 1e-14);
  }

  @Test
  void divergenceOfCategoricalsIsThatOfTheirProbabilities() {
    // (1/2, 1/2) from (1/4, 3/4): log 2 / 2 + log(2/3) / 2. From itself: 0.
    FunctionCheck divergence =
        check(
            (t, x) -> new Categorical(t, x[0]).klDivergence(new Categorical(t, x[1])),
            of(2, 2),
            of(2, 2));
    double[] first = {3, 3, 0, LOG_3};
    double[] second = {0, LOG_3, 1, 1 + LOG_3};
    assertArrayEquals(
        new double[] {LOG_2 / 2 + Math.log(2 / 3.) / 2, 0},
        divergence.values(first, second),
        1e-14);
    divergence.derivatives(1e-6, first, second);
  }

  private static MultiCategorical multi(Tracer tracer, Tensor logits) {
    return new MultiCategorical(tracer, logits, List.of(2, 3));
  }

  /** (1/4, 3/4) and (1/6, 2/6, 3/6). */
  private static final double[] CHOICES = {0, LOG_3, 0, LOG_2, LOG_3};

  @Test
  void severalChoicesAddUp() {
    double[] both = {0, LOG_3, 0, LOG_2, LOG_3, 0, LOG_3, 0, LOG_2, LOG_3};
    FunctionCheck density =
        check((t, x) -> multi(t, x[0]).logProbability(actions(t, 2, 1, 2, 0, 1)), of(2, 5));
    assertArrayEquals(
        new double[] {Math.log(3 / 4. * 3 / 6), Math.log(1 / 4. * 2 / 6)},
        density.values(both),
        1e-14);
    density.derivatives(1e-6, both);
    double first = .25 * Math.log(4) + .75 * Math.log(4 / 3.);
    double second = Math.log(6) / 6 + LOG_3 / 3 + LOG_2 / 2;
    assertArrayEquals(
        new double[] {first + second},
        check((t, x) -> multi(t, x[0]).entropy(), of(1, 5)).values(CHOICES),
        1e-14);
    assertArrayEquals(
        new double[] {1, 2},
        check((t, x) -> multi(t, x[0]).mode().convert(DataType.FLOAT64), of(1, 5)).values(CHOICES));
    // From even choices: log 2 and log 3, each less the entropy.
    assertArrayEquals(
        new double[] {LOG_2 - first + LOG_3 - second},
        check((t, x) -> multi(t, x[0]).klDivergence(multi(t, x[0].mul(0))), of(1, 5))
            .values(CHOICES),
        1e-14);
  }

  @Test
  void eachOfSeveralChoicesMayBeMasked() {
    // Of four actions with logits 50, -50, 0, log 3 the last two are left; two actions are even.
    double[] drawn =
        Draws.draw(
            session,
            1,
            (t, k) ->
                new MultiCategorical(
                    t,
                    List.of(
                        new Categorical(t, Draws.rows(t, 0, 0)),
                        masked(t, Draws.rows(t, 50, -50, 0, LOG_3)))));
    Draws.share(Draws.column(drawn, 2, 0), 0, .5);
    Draws.share(Draws.column(drawn, 2, 1), 2, .25);
    Draws.share(Draws.column(drawn, 2, 1), 3, .75);
  }

  @Test
  void severalChoicesAreDrawnIndependently() {
    double[] drawn = Draws.draw(session, 1, (t, k) -> multi(t, Draws.rows(t, CHOICES)));
    double[] first = Draws.column(drawn, 2, 0);
    double[] second = Draws.column(drawn, 2, 1);
    double[] pairs = new double[first.length];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = 3 * first[i] + second[i];
    }
    for (int a = 0; a < 2; a++) {
      for (int b = 0; b < 3; b++) {
        Draws.share(pairs, 3 * a + b, (1 + 2 * a) / 4. * (1 + b) / 6.);
      }
    }
    assertFalse(
        Arrays.equals(drawn, Draws.draw(session, 2, (t, k) -> multi(t, Draws.rows(t, CHOICES)))));
  }

  @Test
  void aBernoullisNumbersAreThoseOfItsProbabilities() {
    // Probabilities 3/4 and 1/2, and, far out, 1 and 0 with finite logarithms.
    double[] logits = {LOG_3, 0, 1000, -1000};
    double[] density =
        check((t, x) -> new Bernoulli(x[0]).logProbability(actions(t, 2, 1, 0, 0, 0)), of(2, 2))
            .values(logits);
    assertArrayEquals(new double[] {Math.log(.75 * .5), -1000}, density, 1e-12);
    double[] entropy = check((t, x) -> new Bernoulli(x[0]).entropy(), of(2, 2)).values(logits);
    double expected = .25 * Math.log(4) + .75 * Math.log(4 / 3.) + LOG_2;
    assertArrayEquals(new double[] {expected, 0}, entropy, 1e-12);
    assertArrayEquals(
        new double[] {1, 0, 1, 0},
        check((t, x) -> new Bernoulli(x[0]).mode().convert(DataType.FLOAT64), of(2, 2))
            .values(logits));
  }

  @Test
  void divergenceOfBernoullisIsThatOfTheirProbabilities() {
    // 3/4 from 1/2: log 2 less the entropy; 1/2 from 3/4: log(2/3) / 2 + log 2 / 2.
    FunctionCheck divergence =
        check((t, x) -> new Bernoulli(x[0]).klDivergence(new Bernoulli(x[1])), of(2, 1), of(2, 1));
    double entropy = .25 * Math.log(4) + .75 * Math.log(4 / 3.);
    assertArrayEquals(
        new double[] {LOG_2 - entropy, Math.log(2 / 3.) / 2 + LOG_2 / 2},
        divergence.values(new double[] {LOG_3, 0}, new double[] {0, LOG_3}),
        1e-14);
    divergence.derivatives(1e-6, new double[] {LOG_3, 0}, new double[] {0, LOG_3});
  }

  @Test
  void bernoulliDerivativesAreTheLimitsOfDifferences() {
    double[] logits = {LOG_3, 0, -2, 1};
    check((t, x) -> new Bernoulli(x[0]).logProbability(actions(t, 2, 1, 0, 1, 1)), of(2, 2))
        .derivatives(1e-6, logits);
    check((t, x) -> new Bernoulli(x[0]).entropy(), of(2, 2)).derivatives(1e-6, logits);
  }

  @Test
  void onesAreDrawnWithTheirProbability() {
    double[] drawn = Draws.draw(session, 1, (t, k) -> new Bernoulli(Draws.rows(t, LOG_3, -LOG_3)));
    double[] first = Draws.column(drawn, 2, 0);
    double[] second = Draws.column(drawn, 2, 1);
    Draws.share(first, 1, .75);
    Draws.share(second, 1, .25);
    double[] both = new double[first.length];
    for (int i = 0; i < both.length; i++) {
      both[i] = first[i] * second[i];
    }
    Draws.share(both, 1, 3 / 16.);
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            check(
                    (t, x) ->
                        new MultiCategorical(
                                t, List.of(new Categorical(t, x[0]), new Categorical(t, x[1])))
                            .entropy(),
                    of(1, 2),
                    of(2, 2))
                .values(new double[2], new double[4]));
    assertThrows(
        IllegalArgumentException.class,
        () -> check((t, x) -> multi(t, x[0]).entropy(), of(1, 4)).values(new double[4]));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            check((t, x) -> new Bernoulli(x[0]).logProbability(actions(t, 2, 1, 0)), of(2, 2))
                .values(new double[4]));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            check(
                    (t, x) -> Categorical.masked(t, x[0], x[0].slice(1, 0, 1).gt(0)).entropy(),
                    of(2, 2))
                .values(new double[4]));
  }
}
