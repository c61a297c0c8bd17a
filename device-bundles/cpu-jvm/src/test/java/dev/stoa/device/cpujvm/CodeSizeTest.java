package dev.stoa.device.cpujvm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.conformance.Conformance;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.cpujvm.loops.Kernels;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import java.util.stream.IntStream;
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

  /** Code on vectors can be made a class only where there is the module of vectors. */
  static IntStream lanes() {
    return Machine.present().tiles().vectors() ? IntStream.of(4, 8, 16, 0) : IntStream.of(0);
  }

  /** The narrower the vector, the more often a body is written out for 16 sums. */
  @ParameterizedTest
  @MethodSource("lanes")
  void noGeneratedMethodIsTooLongForTheCompiler(int lanes) {
    Tiles tiles = new PlainTiles();
    Kernels kernels = new Kernels(lanes, false);
    CpuJvmDevice device =
        new CpuJvmDevice(new Machine(tiles, tiles, new TileRehearsals(tiles), kernels));
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      session.compile(longLoop()).close();
      Conformance.cases().forEach(each -> session.compile(each.graph()).close());
    }
    assertTrue(kernels.largest() > 500, "the largest has only " + kernels.largest());
    assertTrue(kernels.largest() <= MOST, "the largest has " + kernels.largest());
  }
}
