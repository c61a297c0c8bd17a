package dev.stoa.device.cpund4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceException;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.compiler.GraphCompiler;
import dev.stoa.nd4j.Nd4jStatus;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CpuNd4jDeviceTest {
  @Test
  void theFingerprintNamesKernelsVersionNativesProcessorAndJava() {
    String fingerprint = Fixture.device().describe().fingerprint();
    assertTrue(fingerprint.startsWith("cpu-nd4j " + GraphCompiler.kernels()), fingerprint);
    assertTrue(fingerprint.contains("nd4j-1.0.0-M2.1"), fingerprint);
    assertTrue(fingerprint.contains("openblas-0.3.19"), fingerprint);
    assertTrue(fingerprint.endsWith("java-" + Runtime.version().feature()), fingerprint);
  }

  @Test
  void aDeviceWithoutNativesSaysWhyAndOpensNothing() {
    CpuNd4jDevice without = new CpuNd4jDevice(() -> Nd4jStatus.unavailable("no natives for plan9"));
    DeviceInfo info = without.describe();
    assertEquals(new DeviceInfo("cpu-nd4j", false, "no natives for plan9", "", 0), info);
    String message =
        assertThrows(DeviceException.class, () -> without.open(DeviceContext.singleThread()))
            .getMessage();
    assertTrue(message.contains("no natives for plan9"), message);
  }

  /** Left, right and result of 768 x 768 float32. */
  @Test
  void aLargeProductIsComputedInNativeMemoryAndASmallOneIsNot() {
    CpuNd4jDevice device = Fixture.device();
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      session.compile(square(64));
      assertEquals(0, device.nativeBytes());
      DeviceBuffer ones = session.allocate(TensorType.of(DataType.FLOAT32, 768, 768));
      DeviceBuffer result = session.allocate(ones.type());
      float[] elements = new float[768 * 768];
      Arrays.fill(elements, 1);
      ones.write(elements);
      session
          .compile(square(768))
          .run(new DeviceBuffer[] {ones, ones}, new DeviceBuffer[] {result});
      assertEquals(3 * (4 * 768 * 768 + 64), device.nativeBytes());
      result.read(elements);
      float[] expected = new float[768 * 768];
      Arrays.fill(expected, 768);
      assertArrayEquals(expected, elements);
    }
    assertEquals(0, device.nativeBytes());
  }

  private static Graph square(int n) {
    return Graph.trace("square", t -> t.output("y", t.input("a", n, n).dot(t.input("b", n, n))));
  }
}
