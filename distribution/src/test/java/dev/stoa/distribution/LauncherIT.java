package dev.stoa.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.distribution.CommandLine.Result;
import dev.stoa.distribution.CommandLine.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/stoa} as a process: its start, its end, and what it says about broken bundles. */
class LauncherIT {
  /** What the virtual machine exits with after SIGTERM: 128 + 15. */
  private static final int TERMINATED = 143;

  @TempDir Path temporary;

  @Test
  void theVersionIsOneLine() {
    Result result = CommandLine.stoa("--version").run();
    assertEquals(0, result.exit(), result.all());
    assertEquals(1, result.out().lines().count(), result.all());
    assertTrue(result.out().startsWith("stoa "), result.all());
    assertEquals("", result.err());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it puts a shell script in place of java")
  void anOldJavaIsRefusedInOneLineWhetherItsVersionIsWrittenDownOrAsked() throws IOException {
    Path java =
        Files.createFile(
            Files.createDirectories(temporary.resolve("bin")).resolve("java"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"1.8.0_302\"' >&2\n");
    refused("1.8.0_302");
    Files.writeString(temporary.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"11.0.2\"\n");
    refused("11.0.2");
  }

  private void refused(String version) {
    Result result = CommandLine.stoa("help").with("JAVA_HOME", temporary.toString()).run();
    assertEquals(2, result.exit(), result.all());
    assertEquals("", result.out());
    assertEquals(1, result.err().lines().count(), result.all());
    assertTrue(result.err().contains("Java " + version + " is too old"), result.all());
    assertTrue(result.err().contains("17"), result.all());
  }

  @Test
  @DisabledOnOs(
      value = OS.WINDOWS,
      disabledReason = "a symbolic link needs a right of its own there")
  void itStartsThroughALinkFromAnotherFolder() throws IOException {
    Path link =
        Files.createSymbolicLink(
            Files.createDirectories(temporary.resolve("bin")).resolve("stoa"),
            StoaContainer.home().resolve("bin/stoa"));
    Result result =
        CommandLine.stoa("--version").of(link.getParent().getParent()).in(temporary).run();
    Files.delete(link);
    assertEquals(0, result.exit(), result.all());
  }

  @Test
  void aDeployFolderThatDoesNotExistIsAMistakeOfTheUser() {
    Path missing = temporary.resolve("missing");
    Result result = CommandLine.stoa("--deploy", missing.toString(), "help").run();
    assertEquals(2, result.exit(), result.all());
    assertEquals(1, result.err().lines().count(), result.all());
    assertTrue(result.err().contains(missing.toString()), result.all());
  }

  @Test
  void whatIsWrongInTheDeployFolderIsSaidInOneLineEachAndTheRestWorks() throws Exception {
    Path text = Files.writeString(temporary.resolve("text.jar"), "no jar");
    FixtureBundles.unresolvable(temporary.resolve("unresolvable.jar"));
    FixtureBundles.broken(temporary.resolve("broken.jar"));
    FixtureBundles.corridor(temporary.resolve("corridor.jar"), "1.0.0");

    Result result =
        CommandLine.stoa("--deploy", temporary.toString(), "list", "environments").run();

    assertEquals(0, result.exit(), result.all());
    assertTrue(result.out().contains("Corridor-v0"), result.all());
    List<String> errors = result.err().lines().toList();
    assertTrue(
        errors.stream().allMatch(line -> line.startsWith("stoa: ")),
        "every line is a message, none of a stack trace: " + result.all());
    said(result, "stoa: error: ", text.toString(), "no jar");
    said(result, "stoa: error: ", "unresolvable.jar", "package org.nowhere.missing");
    said(
        result,
        "stoa: error: ",
        "dev.stoa.fixture.broken 1.0.0",
        "component dev.stoa.fixture.broken.BrokenPart",
        "IllegalStateException: the natives are missing",
        "no such file");
  }

  /** One line of standard error holds all these words. */
  private static void said(Result result, String... words) {
    assertTrue(
        result.err().lines().anyMatch(line -> List.of(words).stream().allMatch(line::contains)),
        () -> "no line with " + List.of(words) + " in " + result.all());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGTERM there")
  void terminationParksTheRunAndAnotherShellSeesItBefore() {
    Path run = temporary.resolve("run");
    Running training =
        CommandLine.stoa(
                "train",
                "-a",
                "ppo",
                "-e",
                "CartPole-v1",
                "-n",
                "1000000000",
                "--device",
                "cpu-jvm",
                "--json",
                "--out",
                run.toString())
            .start();
    training.awaitOut("\n");

    String pid = Long.toString(training.pid());
    Result attached = CommandLine.stoa("attach", pid).reading("stoa:runs\nexit\n").run();
    assertEquals(0, attached.exit(), attached.all());
    assertTrue(attached.out().contains("running"), attached.all());

    training.terminate();
    Result ended = training.result();
    assertEquals(TERMINATED, ended.exit(), ended.all());
    assertTrue(Files.exists(run.resolve("checkpoint/manifest.json")), ended.all());
  }

  @Test
  void theShellReadsCommandsFromAPipe() {
    Result result = CommandLine.stoa().reading("stoa:list algorithms\n").run();
    assertEquals(0, result.exit(), result.all());
    assertTrue(result.out().contains("ppo"), result.all());
    assertEquals("", result.err());
  }
}
