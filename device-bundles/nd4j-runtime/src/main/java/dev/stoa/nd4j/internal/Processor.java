package dev.stoa.nd4j.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is known of the processor. OpenBLAS chooses its kernels, and thereby the bits of its
 * results, by vendor, family, model and features.
 *
 * @param platform operating system and architecture, as JavaCPP names them
 * @param features instruction sets, where the operating system lists them; otherwise empty
 * @param model vendor, family and model, where the operating system lists them; otherwise empty
 */
record Processor(String platform, Set<String> features, String model) {
  private static final List<String> TOLD = List.of("avx", "avx2", "fma", "avx512f", "avx512_bf16");

  /** The processor that this process runs on. */
  static Processor here() {
    String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    Path list = Path.of("/proc/cpuinfo");
    if (Files.isReadable(list)) {
      try {
        return ofLinux(platform, Files.readAllLines(list));
      } catch (IOException e) {
        // A kernel that hides the list: the natives themselves will tell.
        return new Processor(platform, Set.of(), "");
      }
    }
    String windows = System.getenv("PROCESSOR_IDENTIFIER");
    return new Processor(platform, Set.of(), windows == null ? "" : windows.replace(' ', '-'));
  }

  static Processor ofLinux(String platform, List<String> lines) {
    Map<String, String> first = new TreeMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        first.putIfAbsent(line.substring(0, colon).trim(), line.substring(colon + 1).trim());
      }
    }
    String features = first.getOrDefault("flags", first.getOrDefault("Features", ""));
    String model =
        first.containsKey("vendor_id")
            ? first.get("vendor_id") + "-" + first.get("cpu family") + "-" + first.get("model")
            : first.getOrDefault("CPU implementer", "") + "-" + first.getOrDefault("CPU part", "");
    return new Processor(platform, Set.of(features.split(" +")), model);
  }

  static String platform(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    String arch = osArch.toLowerCase(Locale.ROOT);
    String system = os.startsWith("mac") ? "macosx" : os.startsWith("win") ? "windows" : os;
    String machine =
        switch (arch) {
          case "amd64", "x86-64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm64";
          default -> arch;
        };
    return system + "-" + machine;
  }

  /** Whether natives for AVX2 run here; true where the operating system does not list features. */
  boolean hasAvx2() {
    return features.isEmpty() || features.contains("avx2") && features.contains("fma");
  }

  /** What the choice of kernels depends on. */
  String fingerprint() {
    StringBuilder text = new StringBuilder(platform);
    if (!model.isEmpty()) {
      text.append('/').append(model);
    }
    TOLD.stream().filter(features::contains).forEach(each -> text.append('+').append(each));
    String forced = System.getenv("OPENBLAS_CORETYPE");
    return forced == null ? text.toString() : text + "/" + forced;
  }
}
