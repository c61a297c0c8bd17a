package dev.stoa.nd4j.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stoa.nd4j.Nd4jStatus;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenBlasTest {
  private static Optional<String> kernels(String platform, String... features) {
    return OpenBlas.kernels(new Processor(platform, Set.of(features), "GenuineIntel-6-207"));
  }

  @Test
  void kernelsFollowFromFeaturesAndNotFromNamesOfProcessors() {
    assertEquals(
        Optional.of("SkylakeX"),
        kernels("linux-x86_64", "fma", "avx2", "avx512f", "avx512bw", "avx512dq", "avx512vl"));
    // A Knights Landing has AVX-512 without the parts that those kernels use.
    assertEquals(
        Optional.of("Haswell"), kernels("linux-x86_64", "fma", "avx2", "avx512f", "avx512cd"));
    assertEquals(Optional.of("Haswell"), kernels("linux-x86_64", "fma", "avx2"));
    assertEquals(Optional.empty(), kernels("linux-x86_64", "avx"));
    assertEquals(Optional.empty(), kernels("linux-x86_64"));
    assertEquals(Optional.empty(), kernels("linux-arm64", "asimd"));
  }

  @Test
  void theLibraryUsesTheKernelsThatWereChosenAndTheFingerprintNamesThem() {
    Processor here = Processor.here();
    Nd4jStatus status =
        new Nd4jRuntimeComponent(Path.of(System.getProperty("stoa.test.data"))).load();
    assumeTrue(status.ready(), status.reason());
    String wanted =
        Optional.ofNullable(System.getenv(OpenBlas.VARIABLE))
            .or(() -> OpenBlas.kernels(here))
            .orElse("");
    assumeTrue(!wanted.isEmpty(), "OpenBLAS chooses by itself here");
    assertEquals(wanted.toLowerCase(Locale.ROOT), OpenBlas.core());
    assertTrue(
        status.fingerprint().contains("openblas-0.3.19-1.5.7/" + OpenBlas.core() + " "),
        status.fingerprint());
  }
}
