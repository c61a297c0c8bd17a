package dev.stoa.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built command line, as a user runs it. */
class ProcessIT {
  @TempDir Path folder;

  private CommandLine.Result ran(String... arguments) {
    CommandLine.Result result = CommandLine.stoa(arguments).in(folder).run();
    assertEquals(0, result.exit(), result.all());
    return result;
  }

  private byte[] policy(String run) throws IOException {
    return Files.readAllBytes(folder.resolve(run).resolve("checkpoint/policy.safetensors"));
  }

  @Test
  void fourRunsAtOnceFromOneReadOnlyInstallation() throws Exception {
    Path installation = folder.resolve("installation");
    copy(StoaContainer.home(), installation);
    try {
      readOnly(installation, false);
      List<CommandLine.Running> running = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        running.add(
            CommandLine.stoa("train", "-a", "ppo", "-e", "CartPole-v1", "-n", "2048", "--json")
                .of(installation)
                .in(folder)
                .start());
      }
      for (CommandLine.Running each : running) {
        CommandLine.Result result = each.result();
        assertEquals(0, result.exit(), result.all());
        assertEquals("", result.err());
      }
      for (int i = 2; i <= 4; i++) {
        assertArrayEquals(
            policy("runs/ppo-CartPole-v1-1-1"), policy("runs/ppo-CartPole-v1-1-" + i));
      }
    } finally {
      readOnly(installation, true);
    }
  }

  @Test
  void trainingPrintsOneObjectPerReportAndNothingElse() {
    CommandLine.Result result =
        ran("train", "-a", "ppo", "-e", "CartPole-v1", "-n", "1024", "--json", "--out", "run");
    List<JsonObject> objects =
        result.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    // 1,024 steps are four rollouts of 8 x 32: a report each, and one for the end.
    assertEquals(5, objects.size(), result.all());
    assertEquals(1024, objects.get(3).get("step").getAsLong());
    assertEquals("", result.err());
  }

  @Test
  void evaluationHasTheAgreedKeys() {
    ran("train", "--algo", "ppo", "--env", "CartPole-v1", "-n", "512", "--out", "run");
    JsonObject result =
        JsonParser.parseString(ran("eval", "run", "--episodes", "5", "--json").out())
            .getAsJsonObject();
    assertEquals(
        Set.of("episodes", "mean", "standardError", "min", "max", "deterministic"),
        result.keySet());
    assertEquals(5, result.get("episodes").getAsInt());
    assertTrue(result.get("deterministic").getAsBoolean());
    JsonObject sampled =
        JsonParser.parseString(
                ran("eval", "run", "--episodes", "5", "--stochastic", "--json").out())
            .getAsJsonObject();
    assertFalse(sampled.get("deterministic").getAsBoolean());
  }

  @Test
  void aKilledRunGoesOnFromItsCheckpointToTheSameBytes() throws Exception {
    ran("train", "-a", "ppo", "-e", "CartPole-v1", "-n", "40960", "--out", "undisturbed");
    CommandLine.Running running =
        CommandLine.stoa(
                "train",
                "-a",
                "ppo",
                "-e",
                "CartPole-v1",
                "-n",
                "40960",
                "--json",
                "--out",
                "killed")
            .in(folder)
            .start();
    running.awaitOut("\"step\":5120,");
    running.kill();
    running.result();
    ran("resume", "killed");
    assertArrayEquals(policy("undisturbed"), policy("killed"));
    assertEquals(
        Files.readAllLines(folder.resolve("undisturbed/metrics.jsonl")),
        Files.readAllLines(folder.resolve("killed/metrics.jsonl")));
  }

  @Test
  void aSignalParksTheRunAndResumeGoesOnToTheSameBytes() throws Exception {
    ran("train", "-a", "ppo", "-e", "CartPole-v1", "-n", "40960", "--out", "undisturbed");
    CommandLine.Running running =
        CommandLine.stoa(
                "train",
                "-a",
                "ppo",
                "-e",
                "CartPole-v1",
                "-n",
                "40960",
                "--json",
                "--out",
                "parked")
            .in(folder)
            .start();
    running.awaitOut("\"step\":5120,");
    running.terminate();
    CommandLine.Result result = running.result();
    assertEquals(143, result.exit(), result.all());
    assertTrue(result.err().contains("resume"), result.all());
    ran("resume", "parked");
    assertArrayEquals(policy("undisturbed"), policy("parked"));
  }

  @Test
  void theDemoEndsWithEqualHashes() {
    CommandLine.Result result = ran("demo", "--steps", "10240");
    assertTrue(result.out().stripTrailing().endsWith("equal"), result.all());
  }

  @Test
  void versionHelpAndDoctorAnswer() {
    assertTrue(ran("--version").out().contains("0.1.0"));
    assertTrue(ran("help").out().contains("train"));
    JsonObject doctor = JsonParser.parseString(ran("doctor", "--json").out()).getAsJsonObject();
    assertTrue(doctor.has("devices"), doctor.toString());
  }

  static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(each).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
              throws IOException {
            // A link, not a copy: the natives alone are a hundred megabytes.
            Files.createLink(to.resolve(from.relativize(each).toString()), each);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Folders alone: the files are links whose mode is that of the built installation. */
  private static void readOnly(Path root, boolean writable) throws IOException {
    try (var paths = Files.walk(root)) {
      for (Path path : paths.filter(Files::isDirectory).toList()) {
        assertTrue(path.toFile().setWritable(writable), path.toString());
      }
    }
  }
}
