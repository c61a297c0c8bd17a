package dev.stoa.conformance;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.math.Elementary;
import dev.stoa.tensor.math.Special;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Float32 results with the host's very bits: what holds for two devices holds between them. Sums
 * along an axis are float32 loops in the order of the indices.
 */
final class HostRules {
  private static final int COUNT = 2053;

  /** A prime, so that all patterns of low bits occur. */
  private static final int STRIDE = 20_011;

  private interface Single {
    float of(float x);
  }

  private record Function(String name, UnaryOperator<Tensor> traced, Single host) {}

  private HostRules() {}

  private static List<Function> functions() {
    return List.of(
        new Function("exp", Tensor::exp, Elementary::exp),
        new Function("log", Tensor::log, Elementary::log),
        new Function("tanh", Tensor::tanh, Elementary::tanh),
        new Function("sin", Tensor::sin, Elementary::sin),
        new Function("cos", Tensor::cos, Elementary::cos),
        new Function("rsqrt", Tensor::rsqrt, Special::rsqrt),
        new Function("expm1", Tensor::expm1, Special::expm1),
        new Function("log1p", Tensor::log1p, Special::log1p),
        new Function("erf", Tensor::erf, Special::erf),
        new Function("floor", Tensor::floor, x -> (float) Math.floor(x)),
        new Function("sign", Tensor::sign, Math::signum),
        new Function("lgamma", Tensor::lgamma, Special::lgamma),
        new Function("digamma", Tensor::digamma, Special::digamma),
        new Function("power", x -> x.pow(1.7), x -> Special.pow(x, 1.7f)));
  }

  static void functions(Device device) {
    double[] x = Numbers.random(COUNT, -9, 9, 41);
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      for (Function function : functions()) {
        Graph graph =
            Graph.trace(
                function.name(), t -> t.output("y", function.traced().apply(t.input("x", COUNT))));
        double[] y = Numbers.of(COUNT, i -> function.host().of((float) x[i]));
        new Case(function.name(), graph, List.of(x), List.of(y), 0).check(session);
      }
    }
  }

  /** A vector of a few common arguments beside rare ones. */
  static void mixed(Device device) {
    float[] x = Numbers.ofAllKinds(Extent.of(1 << 12, 1 << 20));
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      for (Function function : functions()) {
        compare(function, x, apply(session, function.traced(), x));
      }
    }
  }

  /** What a device gives for a function of each number. */
  static float[] apply(DeviceSession session, UnaryOperator<Tensor> function, float[] x) {
    Graph graph =
        Graph.trace("function", t -> t.output("y", function.apply(t.input("x", x.length))));
    DeviceBuffer[] in = {session.allocate(graph.inputTypes().get(0))};
    DeviceBuffer[] out = {session.allocate(graph.outputType(0))};
    float[] y = new float[x.length];
    try (Executable executable = session.compile(graph)) {
      in[0].write(x);
      executable.run(in, out);
      out[0].read(y);
    } finally {
      Buffers.close(in);
      Buffers.close(out);
    }
    return y;
  }

  /** For each function every so many-th of all 2^32 arguments, or all of them. */
  static List<Rule> allArguments() {
    String which = Extent.full() ? "all 2^32 arguments" : "arguments of all kinds";
    return functions().stream()
        .map(
            function ->
                new Rule(
                    "Of " + which + " " + function.name() + " has the host's bits",
                    device -> allArguments(device, function)))
        .toList();
  }

  /** Zeros, subnormal numbers, infinities and not-a-numbers are among the arguments. */
  private static void allArguments(Device device, Function function) {
    int stride = Extent.of(STRIDE, 1);
    int chunk = Extent.of(1 << 16, 1 << 20);
    float[] x = new float[chunk];
    float[] y = new float[chunk];
    Graph graph =
        Graph.trace(
            function.name(), t -> t.output("y", function.traced().apply(t.input("x", chunk))));
    try (DeviceSession session = device.open(DeviceContext.singleThread());
        Executable executable = session.compile(graph)) {
      DeviceBuffer in = session.allocate(graph.inputTypes().get(0));
      DeviceBuffer out = session.allocate(graph.outputType(0));
      for (long first = 0; first < 1L << 32; first += (long) chunk * stride) {
        for (int i = 0; i < chunk; i++) {
          x[i] = Float.intBitsToFloat((int) (first + (long) i * stride));
        }
        in.write(x);
        executable.run(new DeviceBuffer[] {in}, new DeviceBuffer[] {out});
        out.read(y);
        compare(function, x, y);
      }
    }
  }

  private static void compare(Function function, float[] x, float[] y) {
    IntStream.range(0, x.length)
        .parallel()
        .filter(i -> Float.compare(function.host().of(x[i]), y[i]) != 0)
        .min()
        .ifPresent(
            i -> {
              throw new AssertionError(
                  function.name()
                      + " of "
                      + Float.toHexString(x[i])
                      + " is "
                      + Float.toHexString(y[i])
                      + ", on the host "
                      + Float.toHexString(function.host().of(x[i])));
            });
  }

  static void sequences(Device device) {
    double[] a = Numbers.random(COUNT * 3, -1, 1, 42);
    double[] b = Numbers.random(COUNT * 3, -1, 1, 43);
    float[] sums = new float[COUNT * 3];
    float[] products = new float[COUNT * 3];
    float[] y = new float[COUNT * 3];
    for (int i = 0; i < y.length; i++) {
      float first = (float) a[i];
      boolean start = i < 3;
      sums[i] = start ? first : sums[i - 3] + first;
      products[i] = start ? first : products[i - 3] * first;
      y[i] = first * (start ? 0.5f : y[i - 3]) + (float) b[i];
    }
    TensorType type = TensorType.of(DataType.FLOAT32, COUNT, 3);
    Graph graph =
        Graph.trace(
            "sequences",
            t -> {
              Tensor left = t.input("a", type);
              t.output("sums", left.cumulativeSum(0));
              t.output("products", left.cumulativeProduct(0));
              Tensor half = t.constant(TensorType.of(DataType.FLOAT32, 3), 0.5);
              t.output("y", t.linearRecurrence(0, left, t.input("b", type), half));
            });
    Case all =
        new Case(
            "sequences",
            graph,
            List.of(a, b),
            List.of(
                Numbers.of(y.length, i -> sums[i]),
                Numbers.of(y.length, i -> products[i]),
                Numbers.of(y.length, i -> y[i])),
            0);
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      all.check(session);
    }
  }
}
