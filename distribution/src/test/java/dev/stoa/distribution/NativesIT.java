package dev.stoa.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The natives of ND4J as files: shared, repaired, missing; cpu-jvm serves on. */
class NativesIT {
  private static final String LIBRARY = "libnd4jcpu.so";

  /** Unpacked once for all tests here: what they damage must not be that of other tests. */
  @TempDir static Path shared;

  @TempDir Path folder;

  private static final List<String> TRAIN =
      List.of("train", "-a", "ppo", "-e", "CartPole-v1", "-n", "512", "--json");

  private CommandLine train(Path data, String... more) {
    String[] all = Stream.concat(TRAIN.stream(), Stream.of(more)).toArray(String[]::new);
    return CommandLine.stoa(all).with("STOA_DATA", data.toString()).in(folder);
  }

  private JsonObject device(Path data, Path home) {
    CommandLine.Result doctor =
        CommandLine.stoa("doctor", "--json").with("STOA_DATA", data.toString()).of(home).run();
    assertEquals(0, doctor.exit(), doctor.all());
    for (JsonElement each :
        JsonParser.parseString(doctor.out()).getAsJsonObject().getAsJsonArray("devices")) {
      if (each.getAsJsonObject().get("name").getAsString().equals("cpu-nd4j")) {
        return each.getAsJsonObject();
      }
    }
    throw new AssertionError("no cpu-nd4j: " + doctor.all());
  }

  private void assumeNatives() {
    JsonObject device = device(shared, StoaContainer.home());
    assumeTrue(device.get("ready").getAsBoolean(), device.toString());
  }

  private static Optional<Path> library(Path data) throws IOException {
    Path natives = data.resolve("native");
    if (!Files.isDirectory(natives)) {
      return Optional.empty();
    }
    try (Stream<Path> sets = Files.list(natives)) {
      return sets.filter(each -> !each.toString().endsWith(".partial"))
          .map(each -> each.resolve(LIBRARY))
          .filter(Files::exists)
          .findFirst();
    }
  }

  private static Object fileKey(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  @Test
  void twoProcessesAtOnceUnpackTheNativesOnceAndBothCompute() throws Exception {
    assumeNatives();
    Path data = folder.resolve("data");
    CommandLine.Running one = train(data, "--device", "cpu-nd4j", "--out", "one").start();
    CommandLine.Running two = train(data, "--device", "cpu-nd4j", "--out", "two").start();
    long deadline = System.nanoTime() + CommandLine.LIMIT.toNanos();
    while (library(data).isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    Path library = library(data).orElseThrow();
    Object first = fileKey(library);
    for (CommandLine.Running each : List.of(one, two)) {
      CommandLine.Result result = each.result();
      assertEquals(0, result.exit(), result.all());
      assertEquals("", result.err());
    }
    assertEquals(first, fileKey(library), "the file that was there first");
    assertEquals(Files.size(library(shared).orElseThrow()), Files.size(library));
    try (Stream<Path> left = Files.list(data.resolve("native"))) {
      assertEquals(
          List.of(library.getParent(), Path.of(library.getParent() + ".lock")),
          left.sorted().toList());
    }
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("one/checkpoint/policy.safetensors")),
        Files.readAllBytes(folder.resolve("two/checkpoint/policy.safetensors")));
  }

  @Test
  void aDamagedLibraryIsReplacedAtTheNextStart() throws IOException {
    assumeNatives();
    Path library = library(shared).orElseThrow();
    long middle = Files.size(library) / 2;
    try (RandomAccessFile file = new RandomAccessFile(library.toFile(), "rw")) {
      file.seek(middle);
      int whole = file.read();
      file.seek(middle);
      file.write(whole ^ 1);
      file.close();
      assertTrue(device(shared, StoaContainer.home()).get("ready").getAsBoolean());
      try (RandomAccessFile repaired = new RandomAccessFile(library.toFile(), "r")) {
        repaired.seek(middle);
        assertEquals(whole, repaired.read());
      }
    }
  }

  @Test
  void aDamagedBundleIsNamedAndTheOtherDeviceServes() throws IOException {
    Path home = installation();
    assumeTrue(
        change(home, inside -> flip(inside.getPath("natives/nd4j-native.jar"))),
        "this build carries no natives");
    unusable(
        home, "natives/nd4j-native.jar in the bundle dev.stoa.nd4j is damaged", "Install it anew");
  }

  @Test
  void aBuildWithoutNativesSaysSoAndTheOtherDeviceServes() throws IOException {
    Path home = installation();
    change(
        home,
        inside -> {
          Files.writeString(
              inside.getPath("natives/natives.properties"),
              "version=1.0.0-M2.1\nopenblas=0.3.19-1.5.7\nplatform=\nclassifier=\n");
          Files.writeString(inside.getPath("natives/digests.txt"), "");
          for (String jar : List.of("javacpp.jar", "openblas.jar", "nd4j-native.jar")) {
            Files.deleteIfExists(inside.getPath("natives", jar));
          }
        });
    unusable(home, "this build carries no ND4J natives for ", "use cpu-jvm");
  }

  @Test
  void aBundleThatIsNoJarIsNamedAndTheOtherDeviceServes() throws IOException {
    Path home = installation();
    Path jar = runtime(home);
    byte[] start = new byte[1 << 20];
    try (var in = Files.newInputStream(jar)) {
      assertTrue(in.readNBytes(start, 0, start.length) > 0);
    }
    Files.delete(jar);
    Files.write(jar, start);
    CommandLine.Result doctor = CommandLine.stoa("doctor").of(home).run();
    assertEquals(0, doctor.exit(), doctor.all());
    assertTrue(doctor.err().contains(jar.getFileName() + " cannot be installed"), doctor.all());
    assertFalse(doctor.all().contains("\tat "), doctor.all());
    CommandLine.Result train = train(folder.resolve("data"), "--device", "cpu-nd4j").of(home).run();
    assertEquals(2, train.exit(), train.all());
    assertTrue(train.err().contains("cpu-nd4j"), train.all());
    CommandLine.Result other = train(folder.resolve("data")).of(home).run();
    assertEquals(0, other.exit(), other.all());
  }

  /** Doctor and description name the reason, a training on the device is refused with it. */
  private void unusable(Path home, String... named) throws IOException {
    Path data = folder.resolve("data");
    JsonObject device = device(data, home);
    assertFalse(device.get("ready").getAsBoolean());
    CommandLine.Result described =
        CommandLine.stoa("describe", "cpu-nd4j").with("STOA_DATA", data.toString()).of(home).run();
    assertEquals(0, described.exit(), described.all());
    CommandLine.Result refused = train(data, "--device", "cpu-nd4j").of(home).run();
    assertEquals(2, refused.exit(), refused.all());
    assertEquals(1, refused.err().lines().count(), refused.all());
    assertFalse(Files.exists(folder.resolve("runs")), "a run directory was left");
    for (String each : named) {
      assertTrue(device.get("reason").getAsString().contains(each), device.toString());
      assertTrue(described.out().contains(each), described.all());
      assertTrue(refused.err().contains(each), refused.all());
    }
    CommandLine.Result other = train(data).of(home).run();
    assertEquals(0, other.exit(), other.all());
    assertNull(library(data).orElse(null), "a library was left");
  }

  private Path installation() throws IOException {
    Path home = folder.resolve("installation");
    ProcessIT.copy(StoaContainer.home(), home);
    return home;
  }

  private static Path runtime(Path home) throws IOException {
    try (Stream<Path> jars = Files.list(home.resolve("bundles/20"))) {
      return jars.filter(each -> each.getFileName().toString().startsWith("dev.stoa.nd4j-"))
          .findFirst()
          .orElseThrow();
    }
  }

  @FunctionalInterface
  private interface Change {
    void apply(FileSystem inside) throws IOException;
  }

  /** Changes the runtime's bundle of an installation; false when it carries no natives. */
  private static boolean change(Path home, Change change) throws IOException {
    Path jar = runtime(home);
    Path copy = Files.copy(jar, jar.resolveSibling("copy"));
    // The installation's files are links to the built ones.
    Files.delete(jar);
    Files.move(copy, jar);
    try (FileSystem inside = FileSystems.newFileSystem(jar)) {
      boolean carries = Files.exists(inside.getPath("natives/nd4j-native.jar"));
      change.apply(inside);
      return carries;
    }
  }

  private static void flip(Path file) throws IOException {
    if (Files.exists(file)) {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    }
  }
}
