package dev.stoa.state;

import com.google.gson.JsonObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads and writes a checkpoint directory. Equal states give equal bytes in the first three files:
 *
 * <ul>
 *   <li>{@code policy.safetensors}: the policy arrays of the state and of all its children, by path
 *       (names of children and of the array, joined by {@code /}); see {@link Safetensors};
 *   <li>{@code state.safetensors}: all other arrays, likewise;
 *   <li>{@code state.json}: format, schemas, scalars, names and the tree of children;
 *   <li>{@code manifest.json}: format, size and SHA-256 of the other three, and the provenance,
 *       which may hold times.
 * </ul>
 *
 * <p>One directory has one writer at a time; readers, in this process or another, need no lock. An
 * interrupt of the calling thread neither breaks reading or writing off nor is it lost.
 */
public final class CheckpointFiles {
  /** Name of the file of policy arrays. */
  public static final String POLICY = "policy.safetensors";

  /** Name of the file of all other arrays. */
  public static final String STATE = "state.safetensors";

  /** Name of the file of schemas, scalars and structure. */
  public static final String STRUCTURE = "state.json";

  /** Name of the file of checksums and provenance. */
  public static final String MANIFEST = "manifest.json";

  /** The files with checksums in the manifest. */
  static final List<String> CHECKED = List.of(POLICY, STATE, STRUCTURE);

  /** A writer that exchanges the checkpoint this often while one read goes on is out of order. */
  private static final int ATTEMPTS = 100;

  private static final String REMEDY =
      "; restore the checkpoint folder from a copy, or start the run again";

  private CheckpointFiles() {}

  /**
   * Writes a checkpoint atomically: into a new folder beside the target, every file and the folder
   * forced to disk, then exchanged by rename. A reader sees the old checkpoint or the new one,
   * never a mixture; after a kill {@link #read} finds one of the two. Beside the directory {@code
   * checkpoint}, the names {@code checkpoint.old} and {@code checkpoint.tmp-*} are used for a
   * while; what a killed writer left under them is removed by the next write.
   *
   * @param directory the checkpoint folder, for instance {@code DIR/checkpoint}; it and its parents
   *     are created when missing
   * @param state the whole state
   * @param provenance what the manifest records beside checksums: bundle versions, seed, times.
   *     Values are text, numbers, truth values, or lists and maps of them
   * @throws StateException naming the path, when it cannot be written; the old checkpoint stays
   */
  public static void write(Path directory, State state, Map<String, Object> provenance) {
    try {
      new CheckpointWriter(StableStorage.DISK, directory).write(state, provenance);
    } catch (IOException e) {
      throw new StateException(
          "cannot write the checkpoint "
              + directory
              + ": "
              + reason(e)
              + "; the last complete one stays",
          e);
    }
  }

  /**
   * Reads a checkpoint and verifies its checksums. When a writer was killed within its exchange,
   * the checkpoint before is read from {@code checkpoint.old}.
   *
   * @throws StateException naming the file, when it is missing, truncated, damaged or of a newer
   *     format
   */
  public static State read(Path directory) {
    for (int attempt = 1; ; attempt++) {
      Path folder = present(directory);
      byte[] before = {};
      StateException failure;
      try {
        before = manifestBytes(folder);
        State state = readFolder(folder, before);
        if (Arrays.equals(before, manifestBytes(folder))) {
          return state;
        }
        failure = new StateException(directory + " is replaced faster than it can be read");
      } catch (StateException e) {
        failure = e;
      }
      // A writer may have exchanged the folder meanwhile: then what was read is a mixture, not
      // damage.
      if (attempt == ATTEMPTS || unchanged(directory, folder, before)) {
        throw failure;
      }
    }
  }

  /**
   * What {@link #write} was told of where the checkpoint comes from: text, truth values, whole
   * numbers as {@code Long}, others as {@code Double}, lists and maps of them.
   *
   * @throws StateException naming the file, when it is missing or damaged
   */
  public static Map<String, Object> provenance(Path directory) {
    Path folder = present(directory);
    byte[] bytes = manifestBytes(folder);
    return naming(
        folder.resolve(MANIFEST), () -> StateJson.map(StateJson.parse(bytes), "provenance"));
  }

  private static boolean unchanged(Path directory, Path folder, byte[] before) {
    if (!present(directory).equals(folder)) {
      return false;
    }
    try {
      return Arrays.equals(before, manifestBytes(folder));
    } catch (StateException e) {
      return before.length == 0;
    }
  }

  /**
   * The SHA-256 of a file's bytes in lower-case hexadecimal, as the manifest has it.
   *
   * @throws StateException naming the file, when it cannot be read
   */
  public static String sha256(Path file) {
    try {
      return StableStorage.sha256(file);
    } catch (IOException e) {
      throw new StateException("cannot read " + file + ": " + reason(e), e);
    }
  }

  /** Where the old checkpoint stands while it is exchanged. */
  static Path setAside(Path directory) {
    return directory.resolveSibling(directory.getFileName() + ".old");
  }

  /** The folder to read: the directory, or the old one while a killed writer left only that. */
  static Path present(Path directory) {
    if (Files.isDirectory(directory)) {
      return directory;
    }
    Path old = setAside(directory);
    // The directory may have appeared since: the writer puts it there before it deletes the old
    // one.
    return Files.isDirectory(old) && !Files.isDirectory(directory) ? old : directory;
  }

  private static byte[] manifestBytes(Path folder) {
    Path file = folder.resolve(MANIFEST);
    try {
      return StableStorage.readAll(file);
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw new StateException(
            "there is no checkpoint " + folder + "; give a run directory that has one", e);
      }
      throw missingOrUnreadable(file, e);
    }
  }

  private static State readFolder(Path folder, byte[] manifestBytes) {
    Path manifestFile = folder.resolve(MANIFEST);
    JsonObject manifest = naming(manifestFile, () -> StateJson.parse(manifestBytes));
    checkFormat(manifestFile, manifest);
    for (String name : CHECKED) {
      verify(folder.resolve(name), naming(manifestFile, () -> expected(manifest, name)));
    }
    StateJson.Arrays arrays =
        new StateJson.Arrays(
            Safetensors.read(folder.resolve(POLICY)), Safetensors.read(folder.resolve(STATE)));
    Path structure = folder.resolve(STRUCTURE);
    try {
      byte[] bytes = StableStorage.readAll(structure);
      JsonObject json = naming(structure, () -> StateJson.parse(bytes));
      checkFormat(structure, json);
      return naming(structure, () -> StateJson.decode(json, arrays));
    } catch (IOException e) {
      throw missingOrUnreadable(structure, e);
    }
  }

  private static void checkFormat(Path file, JsonObject json) {
    long format = naming(file, () -> StateJson.required(json, "format").getAsLong());
    if (format < 1 || format > StateJson.FORMAT) {
      throw new StateException(
          file
              + " has format "
              + format
              + ", this version reads up to "
              + StateJson.FORMAT
              + "; use the version of Stoa that wrote it, or a newer one");
    }
  }

  /** Size and checksum of one file, as the manifest has them. */
  private record Expected(long bytes, String sha256) {}

  private static Expected expected(JsonObject manifest, String name) {
    JsonObject files = StateJson.required(manifest, "files").getAsJsonObject();
    JsonObject file = StateJson.required(files, name).getAsJsonObject();
    return new Expected(
        StateJson.required(file, "bytes").getAsLong(),
        StateJson.required(file, "sha256").getAsString());
  }

  private static void verify(Path file, Expected expected) {
    try {
      long size = Files.size(file);
      if (size != expected.bytes()) {
        throw new StateException(
            file
                + (size < expected.bytes() ? " is truncated: it has " : " is damaged: it has ")
                + size
                + " bytes, "
                + MANIFEST
                + " says "
                + expected.bytes()
                + REMEDY);
      }
      String actual = StableStorage.sha256(file);
      if (!actual.equals(expected.sha256())) {
        throw new StateException(
            file
                + " is damaged: its SHA-256 is "
                + actual
                + ", "
                + MANIFEST
                + " says "
                + expected.sha256()
                + REMEDY);
      }
    } catch (IOException e) {
      throw missingOrUnreadable(file, e);
    }
  }

  private static StateException missingOrUnreadable(Path file, IOException e) {
    boolean missing = e instanceof NoSuchFileException || e instanceof FileNotFoundException;
    return new StateException(
        missing && !Files.exists(file)
            ? file + " is missing" + REMEDY
            : "cannot read " + file + ": " + reason(e),
        e);
  }

  /** Puts the file's name before the message of what is wrong with it. */
  private static <T> T naming(Path file, Supplier<T> work) {
    try {
      return work.get();
    } catch (StateException e) {
      throw new StateException(file + " " + e.getMessage() + REMEDY, e);
    } catch (IllegalStateException | UnsupportedOperationException | NumberFormatException e) {
      throw new StateException(file + " is malformed: " + e.getMessage() + REMEDY, e);
    }
  }

  static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.toString();
  }
}
