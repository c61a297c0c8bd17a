package dev.stoa.conformance;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.math.Special;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * Errors of float32 functions over arguments of all kinds, in units in the last place of the
 * result: the oracles are {@link StrictMath} in float64 and, for the error function, the float64
 * one, whose own table is among the tests.
 */
final class AccuracyRules {
  private static final int COUNT = Extent.of(1 << 16, 1 << 20);

  private AccuracyRules() {}

  static List<Rule> all() {
    return List.of(
        rule("exp", Tensor::exp, StrictMath::exp, 2),
        rule("log", Tensor::log, StrictMath::log, 2),
        rule("tanh", Tensor::tanh, StrictMath::tanh, 8),
        rule("sin", Tensor::sin, StrictMath::sin, 2),
        rule("cos", Tensor::cos, StrictMath::cos, 2),
        rule("expm1", Tensor::expm1, StrictMath::expm1, 2),
        rule("log1p", Tensor::log1p, StrictMath::log1p, 2),
        rule("erf", Tensor::erf, Special::erf, 2),
        rule("rsqrt", Tensor::rsqrt, x -> 1 / StrictMath.sqrt(x), 2),
        rule("sqrt", Tensor::sqrt, StrictMath::sqrt, 0.5001),
        rule("floor", Tensor::floor, StrictMath::floor, 0),
        rule("sign", Tensor::sign, StrictMath::signum, 0));
  }

  private static Rule rule(
      String name, UnaryOperator<Tensor> function, DoubleUnaryOperator exact, double limit) {
    return new Rule(
        "Float32 " + name + " errs by at most " + limit + " units in the last place",
        device -> check(device, name, function, exact, limit));
  }

  private static void check(
      Device device,
      String name,
      UnaryOperator<Tensor> function,
      DoubleUnaryOperator exact,
      double limit) {
    float[] x = Numbers.ofAllKinds(COUNT);
    float[] y;
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      y = HostRules.apply(session, function, x);
    }
    for (int i = 0; i < COUNT; i++) {
      double wanted = exact.applyAsDouble(x[i]);
      float rounded = (float) wanted;
      boolean near = Math.abs(y[i] - wanted) <= limit * Math.ulp(rounded);
      boolean same = Float.compare(y[i], rounded) == 0;
      if (!(Float.isFinite(rounded) && wanted != 0 ? near : same)) {
        throw new AssertionError(name + " of " + x[i] + " is " + y[i] + ", not " + wanted);
      }
    }
  }
}
