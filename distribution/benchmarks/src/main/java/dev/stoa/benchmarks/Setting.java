package dev.stoa.benchmarks;

import java.nio.file.Path;

/** What the build says; system properties that begin with {@code stoa.benchmarks.}. */
final class Setting {
  static final String PREFIX = "stoa.benchmarks.";

  private Setting() {}

  static String of(String name, String otherwise) {
    String value = System.getProperty(PREFIX + name, "");
    return value.isBlank() ? otherwise : value;
  }

  /** Where results, natives and peers go. */
  static Path folder() {
    return Path.of(of("folder", "target/benchmarks")).toAbsolutePath();
  }
}
