package dev.stoa.nd4j.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.nd4j.Nd4jStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Nd4jRuntimeComponentTest {
  private static final Natives AVX2 =
      new Natives("1.0", "0.3", "linux-x86_64", "linux-x86_64-avx2", Map.of());

  @TempDir Path data;

  private Nd4jStatus load(Natives natives, String platform, Set<String> features) {
    return new Nd4jRuntimeComponent(data, natives, new Processor(platform, features, "")).load();
  }

  @Test
  void aBuildWithoutNativesSaysSo() {
    Nd4jStatus status =
        load(new Natives("1.0", "0.3", "", "", Map.of()), "linux-riscv64", Set.of());
    assertFalse(status.ready());
    assertEquals(
        "this build carries no ND4J natives for linux-riscv64; use cpu-jvm", status.reason());
  }

  @Test
  void nativesOfAnotherPlatformAreRefusedWithBothNamed() {
    Nd4jStatus status = load(AVX2, "macosx-arm64", Set.of());
    assertFalse(status.ready());
    assertTrue(
        status.reason().contains("linux-x86_64, this machine is macosx-arm64"), status.reason());
  }

  @Test
  void aProcessorWithoutAvx2IsToldWhatToDo() {
    Nd4jStatus status = load(AVX2, "linux-x86_64", Set.of("sse2"));
    assertFalse(status.ready());
    assertTrue(status.reason().contains("-Dnd4j.natives=linux-x86_64"), status.reason());
  }

  @Test
  void aFolderThatCannotBeWrittenIsAReasonAndNoException() throws IOException {
    Files.writeString(data.resolve("native"), "a file is in the way");
    Nd4jStatus status = load(AVX2, "linux-x86_64", Set.of("avx2", "fma"));
    assertFalse(status.ready());
    assertTrue(status.reason().startsWith("the ND4J natives cannot be unpacked"), status.reason());
    assertTrue(status.reason().endsWith("; or use cpu-jvm"), status.reason());
    // What was in the way may go: the next call tries again, and finds the next thing missing.
    Files.delete(data.resolve("native"));
    Natives none = new Natives("1.0", "0.3", "linux-x86_64", "linux-x86_64", Map.of());
    Nd4jRuntimeComponent runtime =
        new Nd4jRuntimeComponent(data, none, new Processor("linux-x86_64", Set.of(), ""));
    runtime.load();
    runtime.forgetThread();
  }

  @Test
  void theBuildWroteDownWhichNativesItCarries() {
    Natives natives = Natives.ofThisBundle();
    assertFalse(natives.version().contains("$"), natives.toString());
    assertTrue(natives.classifier().startsWith(natives.platform()), natives.toString());
  }
}
