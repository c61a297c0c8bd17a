package dev.stoa.device.compiler;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.conformance.Conformance;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.compiler.loops.Kernels;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** HotSpot never compiles a method of more than 8,000 bytes of byte code. */
class CodeSizeTest {
  private static final int MOST = 6_000;

  /** A loop that would like to be very long: 400 operations on four inputs and a sum. */
  private static Graph longLoop() {
    return Graph.trace(
        "long",
        t -> {
          Tensor a = t.input("a", 32, 64);
          Tensor b = t.input("b", 64);
          Tensor sum = a;
          for (int i = 0; i < 200; i++) {
            sum = sum.mul(a).add(b).tanh();
          }
          t.output("y", sum);
          t.output("rows", sum.sum(1));
        });
  }

  private static final Map<String, UnaryOperator<Tensor>> FUNCTIONS =
      Map.of(
          "exp", Tensor::exp,
          "log", Tensor::log,
          "tanh", Tensor::tanh,
          "sin", Tensor::sin,
          "cos", Tensor::cos,
          "expm1", Tensor::expm1,
          "log1p", Tensor::log1p,
          "erf", Tensor::erf);

  /** Only where there is the module of vectors. */
  @TestFactory
  Stream<DynamicTest> threeFunctionsAndTheirSumAreShortEnoughToStayOnVectors() {
    return FUNCTIONS.entrySet().stream()
        .filter(each -> Machine.present().tiles().vectors())
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(), () -> isShortEnough(each.getKey(), each.getValue())));
  }

  /** On 8 lanes: were the code too long, it would be that of one element instead, 200 bytes. */
  private static void isShortEnough(String name, UnaryOperator<Tensor> function) {
    Kernels kernels = new Kernels(8, false);
    GraphCompiler device = device(kernels);
    Graph graph =
        Graph.trace(
            name,
            t -> {
              Tensor sum = t.input("a", 32, 64);
              for (int i = 0; i < 3; i++) {
                sum = function.apply(sum.mul(0.5).add(1));
              }
              t.output("rows", sum.sum(1));
            });
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      session.compile(graph).close();
    }
    assertTrue(kernels.largest() > 1_500, "the largest has only " + kernels.largest());
  }

  /** Code on vectors can be made a class only where there is the module of vectors. */
  static IntStream lanes() {
    return Machine.present().tiles().vectors() ? IntStream.of(4, 8, 16, 0) : IntStream.of(0);
  }

  /** The narrower the vector, the more often a body is written out for 16 sums. */
  @ParameterizedTest
  @MethodSource("lanes")
  void noGeneratedMethodIsTooLongForTheCompiler(int lanes) {
    Kernels kernels = new Kernels(lanes, false);
    GraphCompiler device = device(kernels);
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      session.compile(longLoop()).close();
      Conformance.cases().forEach(each -> session.compile(each.graph()).close());
    }
    assertTrue(kernels.largest() > 500, "the largest has only " + kernels.largest());
    assertTrue(kernels.largest() <= MOST, "the largest has " + kernels.largest());
  }

  private static GraphCompiler device(Kernels kernels) {
    Tiles tiles = new PlainTiles();
    return new GraphCompiler("test", new Machine(tiles, tiles, new TileRehearsals(tiles), kernels));
  }
}
