package dev.stoa.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFilesTest {
  private static final State OLD = TestStates.learner(1);
  private static final State NEW = TestStates.learner(2);

  @TempDir Path run;
  private Path checkpoint;

  @BeforeEach
  void nameTheFolder() {
    checkpoint = run.resolve("checkpoint");
  }

  @Test
  void aStateWithChildrenComesBackEqual() {
    CheckpointFiles.write(checkpoint, OLD, Map.of());
    State back = CheckpointFiles.read(checkpoint);
    assertEquals(OLD, back);
    assertEquals(OLD.child("actor").policyNames(), back.child("actor").policyNames());
    assertEquals(1.0, back.scalars().get("one"));
    assertEquals(1L, back.scalars().get("step"));
  }

  @Test
  void equalStatesGiveEqualBytesWhateverTheProvenance() throws IOException {
    Path other = run.resolve("other");
    CheckpointFiles.write(checkpoint, TestStates.learner(5), Map.of("time", 1));
    CheckpointFiles.write(other, TestStates.learner(5), Map.of("time", 2));
    for (String name : CheckpointFiles.CHECKED) {
      assertArrayEquals(
          Files.readAllBytes(checkpoint.resolve(name)), Files.readAllBytes(other.resolve(name)));
    }
    assertFalse(
        Files.mismatch(checkpoint.resolve("manifest.json"), other.resolve("manifest.json")) < 0);
  }

  @Test
  void policyArraysOfTheWholeTreeStandByPathInTheirOwnFile() throws IOException {
    CheckpointFiles.write(checkpoint, OLD, Map.of());
    Map<String, PublishedFormat.Raw> policy =
        PublishedFormat.read(checkpoint.resolve(CheckpointFiles.POLICY));
    Map<String, PublishedFormat.Raw> rest =
        PublishedFormat.read(checkpoint.resolve(CheckpointFiles.STATE));

    assertEquals(
        List.of("actor/0/bias", "actor/0/weight", "normaliser/mean"), List.copyOf(policy.keySet()));
    assertEquals("[2,3]", policy.get("actor/0/weight").shape());
    assertEquals(2f, policy.get("actor/0/weight").buffer().getFloat(4));
    assertEquals(
        Set.of(
            "actor/optimiser/moment/0",
            "types/bool",
            "types/byte",
            "types/int",
            "types/long",
            "types/float",
            "types/double",
            "types/scalar",
            "types/empty"),
        rest.keySet());
  }

  @Test
  void theProvenanceReadsBack() {
    Map<String, Object> origin =
        Map.of("seed", 9007199254740993L, "rate", 3e-4, "exact", true, "hidden", List.of(64L, 32L));
    CheckpointFiles.write(checkpoint, OLD, origin);
    // 2^53 + 1, which no double has.
    assertEquals(origin, CheckpointFiles.provenance(checkpoint));
  }

  @Test
  void theManifestHoldsSizesChecksumsAndProvenance() throws IOException {
    CheckpointFiles.write(
        checkpoint, OLD, Map.of("seed", 7L, "bundles", Map.of("ppo", "1.0"), "rate", 3e-4));
    JsonObject manifest =
        JsonParser.parseString(Files.readString(checkpoint.resolve("manifest.json")))
            .getAsJsonObject();
    JsonObject policy = manifest.getAsJsonObject("files").getAsJsonObject("policy.safetensors");
    Path file = checkpoint.resolve("policy.safetensors");
    assertEquals(Files.size(file), policy.get("bytes").getAsLong());
    assertEquals(CheckpointFiles.sha256(file), policy.get("sha256").getAsString());
    assertEquals(
        "{\"bundles\":{\"ppo\":\"1.0\"},\"rate\":0.0003,\"seed\":7}",
        manifest.get("provenance").toString());
  }

  // The examples of FIPS 180-2, appendix B: the digests of "" and "abc".
  @Test
  void theChecksumIsThatOfTheStandard() throws IOException {
    Path file = run.resolve("abc");
    Files.writeString(file, "abc");
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        CheckpointFiles.sha256(file));
    Files.writeString(file, "");
    assertEquals(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        CheckpointFiles.sha256(file));
  }

  @Test
  void anInterruptNeitherBreaksWritingAndReadingNorIsItLost() {
    Thread.currentThread().interrupt();
    CheckpointFiles.write(checkpoint, OLD, Map.of());
    assertTrue(Thread.currentThread().isInterrupted());
    State back = CheckpointFiles.read(checkpoint);
    assertTrue(Thread.interrupted());
    assertEquals(OLD, back);
  }

  @Test
  void aReaderBesideAWriterSeesWholeCheckpointsInOrder() {
    CheckpointFiles.write(checkpoint, TestStates.learner(0), Map.of());
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              for (int step = 1; step <= 60; step++) {
                CheckpointFiles.write(checkpoint, TestStates.learner(step), Map.of());
              }
            });
    long seen = 0;
    while (!writer.isDone()) {
      State state = CheckpointFiles.read(checkpoint);
      assertEquals(TestStates.learner(state.integer("step")), state);
      assertTrue(state.integer("step") >= seen);
      seen = state.integer("step");
    }
    writer.join();
    assertEquals(60, CheckpointFiles.read(checkpoint).integer("step"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"policy.safetensors", "state.safetensors", "state.json"})
  void aFlippedByteIsFoundAndItsFileNamed(String name) throws IOException {
    CheckpointFiles.write(checkpoint, OLD, Map.of());
    Path file = checkpoint.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertRefused(file + " is damaged: its SHA-256 is");
  }

  @ParameterizedTest
  @ValueSource(strings = {"policy.safetensors", "state.safetensors", "state.json"})
  void aTruncatedFileIsFoundAndNamed(String name) throws IOException {
    CheckpointFiles.write(checkpoint, OLD, Map.of());
    Path file = checkpoint.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused(
        file
            + " is truncated: it has "
            + (bytes.length - 1)
            + " bytes, manifest.json says "
            + bytes.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"policy.safetensors", "state.safetensors", "state.json", "manifest.json"})
  void aMissingFileIsNamedWithTheRemedy(String name) throws IOException {
    CheckpointFiles.write(checkpoint, OLD, Map.of());
    Files.delete(checkpoint.resolve(name));
    assertRefused(checkpoint.resolve(name) + " is missing; restore the checkpoint folder");
  }

  @Test
  void aTruncatedManifestIsNamed() throws IOException {
    CheckpointFiles.write(checkpoint, OLD, Map.of());
    Files.writeString(checkpoint.resolve("manifest.json"), "{\"format\":1");
    assertRefused(checkpoint.resolve("manifest.json") + " is no valid JSON");
  }

  @Test
  void aNewerFormatIsRefusedWithTheRemedy() throws IOException {
    CheckpointFiles.write(checkpoint, OLD, Map.of());
    Path manifest = checkpoint.resolve("manifest.json");
    String text = Files.readString(manifest);
    assertNotEquals(text, text.replace("\"format\":1", "\"format\":2"));
    Files.writeString(manifest, text.replace("\"format\":1", "\"format\":2"));
    assertRefused(manifest + " has format 2, this version reads up to 1; use the version of Stoa");
  }

  @Test
  void aMissingFolderIsNamed() {
    assertRefused("there is no checkpoint " + checkpoint);
  }

  @Test
  void aFolderThatCannotBeMadeIsNamedAndTheOldCheckpointStays() throws IOException {
    Path file = run.resolve("file");
    Files.writeString(file, "in the way", StandardCharsets.UTF_8);
    Path below = file.resolve("checkpoint");
    StateException e =
        assertThrows(StateException.class, () -> CheckpointFiles.write(below, OLD, Map.of()));
    assertTrue(e.getMessage().contains(below.toString()), e.getMessage());
    assertEquals("in the way", Files.readString(file));
  }

  @Test
  void aProvenanceThatIsNoPlainDataIsRefusedBeforeAnythingIsTouched() throws IOException {
    CheckpointFiles.write(checkpoint, OLD, Map.of());
    StateException e =
        assertThrows(
            StateException.class,
            () -> CheckpointFiles.write(checkpoint, NEW, Map.of("who", new Object())));
    assertTrue(e.getMessage().contains("provenance/who"), e.getMessage());
    assertEquals(OLD, CheckpointFiles.read(checkpoint));
    assertEquals(Set.of("checkpoint"), namesIn(run));
  }

  private void assertRefused(String expected) {
    StateException e = assertThrows(StateException.class, () -> CheckpointFiles.read(checkpoint));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  private static Set<String> namesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
