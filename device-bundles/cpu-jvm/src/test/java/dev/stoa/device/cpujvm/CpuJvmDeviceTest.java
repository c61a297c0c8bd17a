package dev.stoa.device.cpujvm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.compiler.GraphCompiler;
import org.junit.jupiter.api.Test;

class CpuJvmDeviceTest {
  @Test
  void theFingerprintNamesKernelsAndJava() {
    String fingerprint = new CpuJvmDevice().describe().fingerprint();
    assertTrue(fingerprint.contains(GraphCompiler.kernels()), fingerprint);
    assertTrue(fingerprint.contains("Java " + Runtime.version().feature()), fingerprint);
  }
}
