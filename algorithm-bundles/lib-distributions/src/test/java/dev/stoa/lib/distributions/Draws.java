package dev.stoa.lib.distributions;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.conformance.FunctionCheck;
import dev.stoa.device.DeviceSession;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.math.Special;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;

/** Samples at a fixed seed, and how far they are from what they should be distributed by. */
final class Draws {
  static final int MANY = 20_000;

  /**
   * Of {@link #MANY} independent draws the share up to a point, or of one value, is further than d
   * from its probability, anywhere, with a probability of at most {@code 2 exp(-2 n d^2)}
   * (Dvoretzky, Kiefer, Wolfowitz; Massart): 1e-9 for d = .0232.
   */
  static final double BOUND = .0232;

  private Draws() {}

  /** {@link #MANY} rows with these numbers in each. */
  static Tensor rows(Tracer tracer, double... row) {
    float[] values = new float[row.length];
    for (int i = 0; i < row.length; i++) {
      values[i] = (float) row[i];
    }
    return tracer.constant(values).convert(DataType.FLOAT64).broadcast(Shape.of(MANY, row.length));
  }

  /** The actions of a distribution that the tracer gives, row-major. */
  static double[] draw(
      DeviceSession session, int counter, BiFunction<Tracer, Tensor, Distribution> distribution) {
    TensorType pair = TensorType.of(DataType.INT32, 2);
    FunctionCheck check =
        new FunctionCheck(
            session,
            List.of(pair, pair),
            (t, x) -> distribution.apply(t, x[0]).sample(t, x[0], x[1], 7));
    return check.values(new double[] {5, 0}, new double[] {counter, 0});
  }

  /** Every so many numbers, from one on. */
  static double[] column(double[] all, int columns, int column) {
    double[] values = new double[all.length / columns];
    Arrays.setAll(values, i -> all[i * columns + column]);
    return values;
  }

  /** Checks a continuous distribution everywhere. */
  static void follow(double[] values, DoubleUnaryOperator cdf) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double n = sorted.length;
    double greatest = 0;
    for (int i = 0; i < n; i++) {
      double exact = cdf.applyAsDouble(sorted[i]);
      greatest = Math.max(greatest, Math.max((i + 1) / n - exact, exact - i / n));
    }
    assertTrue(greatest < BOUND, "distance from the cdf " + greatest);
  }

  /** Checks the share of one value. */
  static void share(double[] values, double value, double probability) {
    double share =
        Arrays.stream(values).filter(each -> each == value).count() / (double) values.length;
    assertTrue(Math.abs(share - probability) < BOUND, "share " + share + " of " + value);
  }

  static double normal(double x) {
    return .5 * (1 + Special.erf(x / Math.sqrt(2)));
  }
}
