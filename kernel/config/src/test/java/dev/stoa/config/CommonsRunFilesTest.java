package dev.stoa.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.Durability;
import dev.stoa.run.Origin;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.RunFiles;
import dev.stoa.run.RunSpec;
import dev.stoa.run.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommonsRunFilesTest {
  @TempDir Path folder;
  private final RunFiles files = new CommonsRunFiles();

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private RunSpec yaml(String text) throws IOException {
    return files.read(file("run.yaml", text));
  }

  private UserException mistake(String text) throws IOException {
    Path run = file("run.yaml", text);
    return assertThrows(UserException.class, () -> files.read(run));
  }

  /** Everything a specification says, places of values left out. */
  private static Map<String, Object> said(RunSpec spec) {
    Map<String, Object> all = new TreeMap<>();
    all.put("algorithm", spec.algorithm());
    all.put("environment", spec.environment());
    all.put("device", spec.device());
    all.put("seed", spec.seed());
    all.put("steps", spec.steps());
    all.put("scheduleSteps", spec.scheduleSteps());
    all.put("threads", spec.threads());
    all.put("changed", spec.changed());
    all.put("origin", spec.origin());
    all.put("durability", spec.durability());
    all.put("directory", spec.directory());
    all.put("name", spec.name());
    spec.parameters().forEach((key, value) -> all.put("parameters." + key, value.value()));
    spec.environmentParameters().forEach((key, value) -> all.put("env." + key, value.value()));
    return all;
  }

  @Test
  void aYamlFileSaysEverythingASpecificationCanSay() throws IOException {
    RunSpec spec =
        yaml(
            """
            algorithm: ppo
            environment: CartPole-v1
            seed: 7
            steps: 200_000
            schedule-steps: 4e5
            device: cpu-jvm
            threads: 2
            checkpoint-steps: 1e3
            checkpoint_seconds: 5
            keep: 2
            keepEvery: 10_000
            out: results/one
            name: first
            parameters:
              learning_rate: 3e-4
              hidden: [64, 64]
              single: [8]
              empty: []
              normalise: true
              note: plain text
            environment_parameters:
              gravity: 9.8
            """);
    assertEquals("ppo", spec.algorithm());
    assertEquals("CartPole-v1", spec.environment());
    assertEquals(7, spec.seed());
    assertEquals(OptionalLong.of(200_000), spec.steps());
    assertEquals(OptionalLong.of(400_000), spec.scheduleSteps());
    assertEquals("cpu-jvm", spec.device());
    assertEquals(OptionalInt.of(2), spec.threads());
    assertEquals(new Durability(1000, 5, 2, 10_000), spec.durability());
    assertEquals(Path.of("results/one"), spec.directory().orElseThrow());
    assertEquals("first", spec.name().orElseThrow());
    assertEquals(3e-4, spec.parameters().get("learningRate").value());
    assertEquals(List.of(64, 64), spec.parameters().get("hidden").value());
    assertEquals(List.of(8), spec.parameters().get("single").value());
    assertEquals(List.of(), spec.parameters().get("empty").value());
    assertEquals(true, spec.parameters().get("normalise").value());
    assertEquals("plain text", spec.parameters().get("note").value());
    assertEquals(9.8, spec.environmentParameters().get("gravity").value());
    assertEquals(
        folder.resolve("run.yaml") + ":15: parameters.learning_rate",
        spec.parameters().get("learningRate").place());
  }

  @Test
  void aPropertiesFileSaysTheSame() throws IOException {
    Path run =
        file(
            "run.properties",
            """
            # a comment
            algorithm = ppo
            environment = CartPole-v1
            steps = 200_000
            parameters.learning-rate = 3e-4
            parameters.hidden = 64,64
            environmentParameters.gravity = ${parameters.learningRate}
            """);
    RunSpec spec = files.read(run);
    assertEquals("ppo", spec.algorithm());
    assertEquals(OptionalLong.of(200_000), spec.steps());
    assertEquals(
        new ParameterValue("3e-4", run + ":5: parameters.learning-rate"),
        spec.parameters().get("learningRate"));
    assertEquals("64,64", spec.parameters().get("hidden").value());
    assertEquals("3e-4", spec.environmentParameters().get("gravity").value());
  }

  @Test
  void anEmptyFileLeavesEveryDefault() throws IOException {
    for (String text : List.of("", "# nothing\n", "---\n", "{}", "parameters: {}\n")) {
      assertEquals(said(RunSpec.of("", "")), said(yaml(text)));
    }
  }

  @Test
  void includedFilesAreOverriddenByTheFileThatIncludesThem() throws IOException {
    Files.createDirectory(folder.resolve("shared"));
    file("shared/base.yaml", "algorithm: ppo\nseed: 3\nparameters: {a: 1, b: 1, c: 1}\n");
    file("more.properties", "parameters.b = 2\nparameters.c = 2\ninclude = shared/base.yaml\n");
    RunSpec spec = yaml("include: [shared/base.yaml, more.properties]\nparameters:\n  c: 3\n");
    assertEquals("ppo", spec.algorithm());
    assertEquals(3, spec.seed());
    assertEquals(1, spec.parameters().get("a").value());
    assertEquals("2", spec.parameters().get("b").value());
    assertEquals(3, spec.parameters().get("c").value());
  }

  @Test
  void filesThatIncludeEachOtherAreRefused() throws IOException {
    file("b.properties", "include = run.yaml\n");
    assertEquals(
        "files include each other: run.yaml -> b.properties -> run.yaml ("
            + folder.resolve("b.properties")
            + ":1: include). Remove one of the includes",
        mistake("include: b.properties\n").line());
  }

  @Test
  void aMissingFileIsNamedWithThePlaceThatNamesIt() throws IOException {
    Path missing = folder.resolve("none.yaml");
    assertEquals(
        "there is no file " + missing + ". Give the path of a .yaml, .yml or .properties file",
        assertThrows(UserException.class, () -> files.read(missing)).line());
    assertEquals(
        "there is no file "
            + missing
            + " ("
            + folder.resolve("run.yaml")
            + ":1: include). Give the path of a .yaml, .yml or .properties file",
        mistake("include: none.yaml\n").line());
  }

  @Test
  void aDirectoryAnUnknownSuffixAndBinaryDataAreRefused() throws IOException {
    assertTrue(
        assertThrows(UserException.class, () -> files.read(folder))
            .line()
            .contains("is a directory"));
    Path odd = file("run.toml", "a = 1");
    assertTrue(
        assertThrows(UserException.class, () -> files.read(odd))
            .line()
            .endsWith("Name it .yaml, .yml or .properties"));
    Path binary = Files.write(folder.resolve("bin.yaml"), new byte[] {(byte) 0xC3, 0x28});
    assertTrue(
        assertThrows(UserException.class, () -> files.read(binary)).line().contains("not UTF-8"));
  }

  @Test
  void brokenYamlIsNamedWithLineAndColumn() throws IOException {
    UserException broken = mistake("algorithm: ppo\nparameters: {a: 1\nseed: 2\n");
    assertTrue(broken.getMessage().startsWith("broken YAML: "), broken.line());
    assertEquals(folder.resolve("run.yaml") + ", line 3, column 5", broken.place());
    assertEquals(1, broken.line().lines().count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "algorithm: !!javax.script.ScriptEngineManager [x]",
        "algorithm: !!java.net.URL ['http://localhost/']",
        "algorithm: !own x",
        "!!java.util.Date {}",
        "parameters: {a: !!java.io.File [x]}"
      })
  void aTagThatWouldMakeAnObjectIsRefused(String text) throws IOException {
    UserException refused = mistake(text);
    assertTrue(refused.line().contains("not allowed"), refused.line());
    assertTrue(refused.place().contains("line 1"), refused.place());
  }

  @Test
  void aKeyGivenTwiceIsRefused() throws IOException {
    assertTrue(mistake("seed: 1\nseed: 2\n").line().contains("duplicate key seed"));
    assertTrue(
        mistake("scheduleSteps: 1\nschedule_steps: 2\n")
            .line()
            .contains("scheduleSteps is given twice in two spellings"));
    assertTrue(
        mistake("parameters: {a_b: 1, aB: 2}\n").line().contains("parameters.aB is given twice"));
    Path twice = file("twice.properties", "seed = 1\nseed = 2\n");
    assertEquals(
        "seed is given twice (" + twice + ":2: seed). Keep one",
        assertThrows(UserException.class, () -> files.read(twice)).line());
  }

  @Test
  void anUnknownKeyNamesTheNearestThree() throws IOException {
    // Edit distances from sed: seed 1; keep and name 3, then others at 4 or less.
    UserException unknown = mistake("algorithm: ppo\nsed: 1\n");
    assertTrue(
        unknown
            .line()
            .startsWith(
                "a run file has no key sed ("
                    + folder.resolve("run.yaml")
                    + ":2: sed). Nearest: seed, "),
        unknown.line());
    assertEquals(3, unknown.remedy().split(",").length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seed: many",
        "seed: 1.5",
        "seed: [1, 2]",
        "steps: 0",
        "steps: -5",
        "scheduleSteps: 0",
        "threads: 0",
        "checkpointSteps: 0",
        "checkpointSeconds: 0.5",
        "keep: -1",
        "keepEvery: -1",
        "threads: 5000000000",
        "algorithm: 3",
        "environment: {a: 1}",
        "device: yes",
        "parameters: 3",
        "parameters: [a, b]",
        "parameters:",
        "seed:",
        "include: 3",
        "- a\n- b",
        "just text",
        "[1]: 2",
        "1: 2",
        "parameters: {1: 2}",
        "parameters: &a {b: *a}",
        "parameters: {a: [[1], {b: 2}]}"
      })
  void aValueOfTheWrongTypeOrRangeIsOneLineWithItsFile(String text) throws IOException {
    UserException wrong = mistake(text);
    assertEquals(1, wrong.line().lines().count());
    assertTrue(wrong.place().startsWith(folder.resolve("run.yaml").toString()), wrong.line());
  }

  @Test
  void environmentSystemConstantsAndKeysAreInterpolated() throws IOException {
    RunSpec spec =
        yaml(
            """
            seed: 5
            out: ${sys:java.io.tmpdir}/seed-${seed}
            name: ${env:STOA_SURELY_UNSET:-fallback}
            parameters:
              a: ${seed}
              b: ${const:java.lang.Integer.MAX_VALUE}
              c: ["${parameters.a}", x]
              d: $${seed}
            """);
    assertEquals(
        Path.of(System.getProperty("java.io.tmpdir") + "/seed-5"), spec.directory().orElseThrow());
    assertEquals("fallback", spec.name().orElseThrow());
    assertEquals(5, spec.parameters().get("a").value());
    assertEquals("2147483647", spec.parameters().get("b").value());
    assertEquals(List.of("5", "x"), spec.parameters().get("c").value());
    assertEquals("${seed}", spec.parameters().get("d").value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "script:javascript:1+1",
        "url:UTF-8:http://localhost/",
        "dns:localhost",
        "file:UTF-8:/etc/hostname",
        "java:version",
        "base64Decoder:YQ==",
        "properties:x.properties::k",
        "localhost:name",
        "date:yyyy",
        "unknown",
        "env:STOA_SURELY_UNSET"
      })
  void everyOtherLookupAndAnUnknownVariableIsRefused(String variable) throws IOException {
    UserException refused = mistake("name: '${" + variable + "}'\n");
    assertEquals("the variable ${" + variable + "} has no value", refused.getMessage());
  }

  @Test
  void anAliasOfAMapIsMerged() throws IOException {
    RunSpec spec = yaml("parameters: &p {a: 1, b: 2}\nenvironmentParameters:\n  <<: *p\n  b: 3\n");
    assertEquals(1, spec.environmentParameters().get("a").value());
    assertEquals(3, spec.environmentParameters().get("b").value());
  }

  @Test
  void variablesThatReferToEachOtherAreRefused() throws IOException {
    assertTrue(
        mistake("name: ${out}\nout: ${name}\n").line().contains("refers to itself"),
        "a cycle of variables");
  }

  @Test
  void whatIsWrittenReadsBackEqual() throws IOException {
    RunSpec spec =
        RunSpec.of("ppo", "CartPole-v1")
            .seed(-3)
            .steps(51_200)
            .scheduleSteps(102_400)
            .device("cpu-jvm")
            .threads(2)
            .durability(new Durability(100, 7, 3, 1000))
            .directory(folder.resolve("my run"))
            .name("true")
            .changed(List.of("learningRate", "huge"))
            .origin(new Origin("runs/${first}", 700))
            .set("learningRate", 3.0E-4)
            .set("tiny", 1.0E-30)
            .set("huge", 123456789012345678L)
            .set("infinite", Double.POSITIVE_INFINITY)
            .set("hidden", List.of(64))
            .set("layers", List.of(64, 32))
            .set("none", List.of())
            .set("normalise", true)
            .set("word", "off")
            .set("number", "007")
            .set("variable", "${env:HOME} and # no comment: 'x'")
            .set("lines", "a\nb")
            .set("environment.gravity", 9.8);
    Path run = folder.resolve("run.yaml");
    files.write(
        run,
        spec,
        List.of("Written by Stoa.", "two\nlines"),
        Map.of("parts", Map.of("algorithm", "ppo 0.1.0"), "exact", true));
    assertEquals(said(spec), said(files.read(run)));
    assertTrue(
        Files.readString(run).startsWith("# Written by Stoa.\n# two\n# lines\nalgorithm: ppo\n"));
    assertTrue(
        Files.readString(run)
            .contains("recorded:\n  exact: true\n  parts:\n    algorithm: ppo 0.1.0\n"));
  }

  @Test
  void writingTwiceGivesEqualBytesAndLeavesNoOtherFile() throws IOException {
    RunSpec spec = RunSpec.of("ppo", "CartPole-v1").set("b", 1).set("a", 2);
    Path run = folder.resolve("run.yaml");
    files.write(run, spec, List.of(), Map.of("z", 1, "y", List.of(1, 2)));
    byte[] first = Files.readAllBytes(run);
    files.write(run, spec, List.of(), Map.of("y", List.of(1, 2), "z", 1));
    assertEquals(new String(first), Files.readString(run));
    try (var entries = Files.list(folder)) {
      assertEquals(List.of(run), entries.toList());
    }
    assertFalse(Files.readString(run).contains("threads"));
  }
}
