package dev.stoa.nd4j.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTest {
  @Test
  void platformsAreNamedAsTheNativesAre() {
    assertEquals("linux-x86_64", Processor.platform("Linux", "amd64"));
    assertEquals("linux-arm64", Processor.platform("Linux", "aarch64"));
    assertEquals("macosx-x86_64", Processor.platform("Mac OS X", "x86_64"));
    assertEquals("macosx-arm64", Processor.platform("Mac OS X", "aarch64"));
    assertEquals("windows-x86_64", Processor.platform("Windows 11", "amd64"));
    assertEquals("linux-riscv64", Processor.platform("Linux", "riscv64"));
  }

  @Test
  void linuxListsVendorModelAndFeatures() {
    Processor processor =
        Processor.ofLinux(
            "linux-x86_64",
            List.of(
                "vendor_id\t: GenuineIntel",
                "cpu family\t: 6",
                "model\t\t: 85",
                "flags\t\t: sse2 avx avx2 fma avx512f",
                "",
                "vendor_id\t: GenuineIntel",
                "model\t\t: 86"));
    assertTrue(processor.hasAvx2());
    assertTrue(
        processor.fingerprint().startsWith("linux-x86_64/GenuineIntel-6-85+avx+avx2+fma+avx512f"),
        processor.fingerprint());
  }

  @Test
  void aProcessorWithoutAvx2IsKnown() {
    Processor old =
        Processor.ofLinux("linux-x86_64", List.of("vendor_id : AuthenticAMD", "flags : sse2 avx"));
    assertFalse(old.hasAvx2());
  }

  @Test
  void whereTheSystemListsNoFeaturesTheNativesAreTried() {
    assertTrue(Processor.ofLinux("linux-x86_64", List.of()).features().contains(""));
    assertTrue(new Processor("windows-x86_64", java.util.Set.of(), "").hasAvx2());
  }
}
