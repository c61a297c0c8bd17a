package dev.stoa.distribution;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's mistake gets one clear line with place and remedy, exit code 2 and no stack trace. */
class BadInputIT {
  @TempDir Path folder;

  private CommandLine.Result refused(List<String> arguments, String... named) {
    CommandLine.Result result = CommandLine.stoa(arguments.toArray(String[]::new)).in(folder).run();
    List<String> lines = result.err().lines().filter(line -> !line.isBlank()).toList();
    assertAll(
        () -> assertEquals(2, result.exit(), result.all()),
        () -> assertEquals(1, lines.size(), result.all()),
        () -> assertTrue(lines.get(0).startsWith("stoa: "), result.all()),
        () -> assertFalse(result.all().contains("\tat "), result.all()),
        () -> assertFalse(Files.exists(folder.resolve("runs")), "a run directory was left"));
    for (String each : named) {
      assertTrue(lines.get(0).contains(each), "'" + each + "' is not in: " + lines.get(0));
    }
    return result;
  }

  private static List<String> train(String... more) {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of("train", "-a", "ppo", "-e", "CartPole-v1"),
            java.util.stream.Stream.of(more))
        .toList();
  }

  @Test
  void anUnknownAlgorithmIsAnsweredWithWhatIsKnown() {
    refused(List.of("train", "-a", "ppoo", "-e", "CartPole-v1"), "ppoo", "ppo");
  }

  @Test
  void anUnknownEnvironmentIsAnsweredWithTheNearest() {
    refused(List.of("train", "-a", "ppo", "-e", "CartPole"), "CartPole", "CartPole-v1");
  }

  @Test
  void anUnknownKeyIsAnsweredWithTheNearestThree() {
    CommandLine.Result result =
        refused(train("--set", "learningRat=1e-3"), "learningRat", "learningRate", "--set");
    assertEquals(
        3, result.err().split("Nearest: ", 2)[1].split(",").length, "three names: " + result.err());
  }

  @Test
  void anIllTypedValueIsAnsweredWithTheType() {
    refused(train("--set", "epochs=many"), "epochs", "many", "--set");
    refused(train("--set", "discount=2"), "discount", "2");
    refused(train("--set", "minibatchSize=300"), "minibatchSize", "300", "256");
  }

  @Test
  void aNegativeBudgetIsRefused() {
    refused(train("-n", "-5"), "-5");
  }

  @Test
  void anUnknownDeviceIsAnsweredWithWhatIsKnown() {
    refused(train("--device", "gpu"), "gpu", "cpu-jvm");
  }

  @Test
  void aBrokenRunFileIsNamedWithItsLine() throws IOException {
    Path file = Files.writeString(folder.resolve("broken.yaml"), "algorithm: ppo\n  steps: [1\n");
    refused(List.of("train", "--config", file.toString()), "broken.yaml", "line");
  }

  @Test
  void aMissingRunFileIsNamed() {
    refused(List.of("train", "--config", "nowhere.yaml"), "nowhere.yaml");
  }

  @Test
  void anUnknownKeyOfARunFileIsAnsweredWithTheNearest() throws IOException {
    Path file =
        Files.writeString(folder.resolve("run.yaml"), "algorithm: ppo\nenvironmnt: CartPole-v1\n");
    refused(List.of("train", "--config", file.toString()), "environmnt", "environment", "run.yaml");
  }

  @Test
  void aMissingRunDirectoryIsNamed() {
    refused(List.of("resume", "nowhere"), "nowhere");
    refused(List.of("eval", "nowhere"), "nowhere");
    refused(List.of("resume", folder.toString()), "run.yaml");
  }

  @Test
  void aUsedDirectoryIsNeverOverwritten() throws IOException {
    Path used = Files.createDirectory(folder.resolve("used"));
    Files.writeString(used.resolve("mine.txt"), "mine");
    refused(train("--out", used.toString()), "not empty", used.toString());
    assertEquals("mine", Files.readString(used.resolve("mine.txt")));
  }

  @Test
  void anUnknownCommandIsRefused() {
    refused(List.of("trian"), "trian", "train");
  }

  @Test
  void aDamagedCheckpointIsNamedAndLeftAlone() throws IOException {
    CommandLine.Result trained =
        CommandLine.stoa(train("-n", "256", "--out", "run").toArray(String[]::new))
            .in(folder)
            .run();
    assertEquals(0, trained.exit(), trained.all());
    Path state = folder.resolve("run/checkpoint/state.safetensors");
    byte[] bytes = Files.readAllBytes(state);
    bytes[bytes.length - 1] ^= 1;
    Files.write(state, bytes);
    refused(List.of("resume", "run", "-n", "256"), "state.safetensors");
    assertEquals(bytes[bytes.length - 1], Files.readAllBytes(state)[bytes.length - 1]);
  }

  @Test
  void aJarThatIsNoBundleAndAnUnresolvedImportAreNamedAndTheRestGoesOn() throws Exception {
    Path deploy = Files.createDirectory(folder.resolve("deploy"));
    Files.writeString(deploy.resolve("nonsense.jar"), "no jar at all");
    FixtureBundles.unresolvable(deploy.resolve("unresolvable.jar"));
    FixtureBundles.corridor(deploy.resolve("corridor.jar"), "1.0.0");
    CommandLine.Result listed =
        CommandLine.stoa("list", "environments")
            .with("STOA_DEPLOY", deploy.toString())
            .in(folder)
            .run();
    assertEquals(0, listed.exit(), listed.all());
    assertTrue(listed.out().contains("Corridor-v0"), listed.all());
    assertTrue(listed.out().contains("CartPole-v1"), listed.all());
    assertTrue(listed.err().contains("nonsense.jar"), listed.all());
    assertTrue(listed.err().contains("org.nowhere.missing"), listed.all());
    assertFalse(listed.all().contains("\tat "), listed.all());
    CommandLine.Result doctor =
        CommandLine.stoa("doctor").with("STOA_DEPLOY", deploy.toString()).in(folder).run();
    assertEquals(0, doctor.exit(), doctor.all());
    assertTrue(doctor.out().contains("nonsense.jar"), doctor.all());
    assertTrue(doctor.out().contains("org.nowhere.missing"), doctor.all());
    assertFalse(doctor.out().contains("corridor.jar"), doctor.all());
  }

  @Test
  void anEnvironmentThatMisbehavesEndsItsRunWithOneLine() throws Exception {
    Path deploy = Files.createDirectory(folder.resolve("deploy"));
    FixtureBundles.corridor(deploy.resolve("corridor.jar"), "1.0.0");
    for (String fault : List.of("NAN_REWARD", "THROWS")) {
      CommandLine.Result result =
          CommandLine.stoa(
                  "train",
                  "-a",
                  "ppo",
                  "-e",
                  "Corridor-v0",
                  "-n",
                  "10240",
                  "--out",
                  fault,
                  "--set",
                  "environment.fault=" + fault)
              .with("STOA_DEPLOY", deploy.toString())
              .in(folder)
              .run();
      assertEquals(2, result.exit(), result.all());
      assertEquals(1, result.err().lines().count(), result.all());
      assertTrue(result.err().contains("Corridor-v0 1.0.0"), result.all());
      assertFalse(result.all().contains("\tat "), result.all());
      assertTrue(Files.exists(folder.resolve(fault + "/checkpoint/manifest.json")));
    }
  }
}
