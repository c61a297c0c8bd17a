package dev.stoa.device.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingTest {
  private static final int STEPS = 1_500;

  @Test
  void aNetworkLearns() {
    try (Training training = new Training()) {
      training.run(1);
      float before = training.loss();
      training.run(300);
      assertTrue(training.loss() < before - 0.01, before + " fell to " + training.loss());
    }
  }

  /** The compiler's work and the width of its vectors change no bit. */
  @ParameterizedTest
  @ValueSource(strings = {"-Xint", "-XX:MaxVectorSize=16", "-XX:TieredStopAtLevel=1"})
  void anotherModeOfTheVirtualMachineGivesTheSameBits(String mode)
      throws IOException, InterruptedException {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                mode,
                "-cp",
                System.getProperty("java.class.path"),
                Training.class.getName(),
                String.valueOf(STEPS))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String expected;
    try (Training training = new Training()) {
      training.run(STEPS);
      expected = training.digest();
    }
    String got = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    assertTrue(other.waitFor(60, TimeUnit.SECONDS));
    assertEquals(expected, got);
  }

  /**
   * Once the virtual machine's compiler has done its work, vectors live in registers. How long that
   * takes is up to it; a kernel whose vectors it cannot keep in registers would never get there.
   * The compiler itself may allocate on this thread when it gives up compiled code: a few bytes.
   */
  @Test
  void aRunAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Training training = new Training()) {
      long perRun = Long.MAX_VALUE;
      for (int batch = 0; batch < 2_000 && perRun >= 8; batch++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        training.run(1_000);
        perRun = (threads.getCurrentThreadAllocatedBytes() - before) / 1_000;
      }
      assertTrue(perRun < 8, perRun + " bytes per run");
    }
  }

  /** 100 operations on 4 KB each; a chain needs two arrays in turn, and 16 sums' room. */
  @Test
  void memoryOfValuesThatAreNeededNoMoreIsUsedAgain() {
    Graph chain =
        Graph.trace(
            "chain",
            t -> {
              Tensor x = t.input("x", 1024);
              for (int i = 0; i < 50; i++) {
                x = x.add(0.5).tanh();
              }
              t.output("y", x);
            });
    GraphCompiler device = GraphCompiler.of("test");
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      session.compile(chain);
      assertEquals(2 * 4096 + 64, device.allocatedBytes());
    }
  }
}
