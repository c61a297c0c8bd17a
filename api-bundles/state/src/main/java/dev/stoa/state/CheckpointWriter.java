package dev.stoa.state;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Writes one checkpoint as a sequence of steps, after each of which the process may be killed.
 *
 * <p>A folder with content cannot be replaced by one rename, so the exchange takes two: the old
 * folder becomes {@code NAME.old}, the new one {@code NAME}. Between them only {@code NAME.old} is
 * there, and complete; that is what {@link CheckpointFiles#read} falls back to, and what the next
 * write puts back.
 */
final class CheckpointWriter {
  /** What has just been done; in this order. */
  enum Step {
    LEFTOVERS_REMOVED,
    FOLDER_CREATED,
    POLICY_WRITTEN,
    STATE_WRITTEN,
    STRUCTURE_WRITTEN,
    MANIFEST_WRITTEN,
    FOLDER_FORCED,
    OLD_SET_ASIDE,
    NEW_IN_PLACE,
    EXCHANGE_FORCED,
    OLD_DELETED
  }

  private final Path directory;
  private final Path parent;
  private final Path old;
  private final Path fresh;
  private final Consumer<Step> after;

  /**
   * @param directory the checkpoint folder
   * @param after told after each step; a test ends the writing here
   */
  CheckpointWriter(Path directory, Consumer<Step> after) {
    this.directory = directory.toAbsolutePath();
    this.parent = this.directory.getParent();
    this.old = CheckpointFiles.setAside(this.directory);
    this.fresh = this.directory.resolveSibling(temporaryPrefix() + ProcessHandle.current().pid());
    this.after = after;
  }

  private String temporaryPrefix() {
    return directory.getFileName() + ".tmp-";
  }

  void write(State state, Map<String, Object> provenance) throws IOException {
    // Encoded before anything is touched: a state that cannot be written leaves no trace.
    StateJson.Arrays arrays = StateJson.arrays(state);
    byte[] structure = StateJson.encode(state);
    JsonElement origin = json("provenance", provenance);

    removeLeftovers();
    done(Step.LEFTOVERS_REMOVED);
    try {
      writeFresh(arrays, structure, origin);
      exchange();
    } catch (IOException | StateException e) {
      discardFresh(e);
      throw e;
    }
    // Written already: an old folder that cannot be deleted is met by the next write, which says
    // so.
    try {
      StableStorage.deleteFolder(old);
    } catch (IOException e) {
      return;
    }
    done(Step.OLD_DELETED);
  }

  private void writeFresh(StateJson.Arrays arrays, byte[] structure, JsonElement origin)
      throws IOException {
    Files.createDirectory(fresh);
    done(Step.FOLDER_CREATED);
    Safetensors.write(fresh.resolve(CheckpointFiles.POLICY), arrays.policy());
    done(Step.POLICY_WRITTEN);
    Safetensors.write(fresh.resolve(CheckpointFiles.STATE), arrays.others());
    done(Step.STATE_WRITTEN);
    StableStorage.writeAndForce(fresh.resolve(CheckpointFiles.STRUCTURE), structure);
    done(Step.STRUCTURE_WRITTEN);
    StableStorage.writeAndForce(fresh.resolve(CheckpointFiles.MANIFEST), manifest(origin));
    done(Step.MANIFEST_WRITTEN);
    StableStorage.forceFolder(fresh);
    done(Step.FOLDER_FORCED);
  }

  /** Frees the space at once; the failure that led here is the one to tell. */
  private void discardFresh(Exception failure) {
    try {
      StableStorage.deleteFolder(fresh);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * What a killed writer left: the state of the disk is then one that {@link #write} starts from.
   */
  private void removeLeftovers() throws IOException {
    Files.createDirectories(parent);
    if (!Files.exists(directory) && Files.exists(old)) {
      Files.move(old, directory, StandardCopyOption.ATOMIC_MOVE);
      StableStorage.forceFolder(parent);
    }
    StableStorage.deleteFolder(old);
    for (Path sibling : StableStorage.list(parent)) {
      if (sibling.getFileName().toString().startsWith(temporaryPrefix())) {
        StableStorage.deleteFolder(sibling);
      }
    }
  }

  private void exchange() throws IOException {
    boolean replaces = Files.exists(directory);
    if (replaces) {
      Files.move(directory, old, StandardCopyOption.ATOMIC_MOVE);
    }
    done(Step.OLD_SET_ASIDE);
    try {
      Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (replaces) {
        Files.move(old, directory, StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
    done(Step.NEW_IN_PLACE);
    // Forced before the old one goes: a power failure must not keep the deletion and lose the
    // rename.
    StableStorage.forceFolder(parent);
    done(Step.EXCHANGE_FORCED);
  }

  private byte[] manifest(JsonElement provenance) throws IOException {
    JsonObject files = new JsonObject();
    for (String name : CheckpointFiles.CHECKED) {
      JsonObject file = new JsonObject();
      file.addProperty("bytes", Files.size(fresh.resolve(name)));
      file.addProperty("sha256", StableStorage.sha256(fresh.resolve(name)));
      files.add(name, file);
    }
    JsonObject manifest = new JsonObject();
    manifest.addProperty("format", StateJson.FORMAT);
    manifest.add("files", files);
    manifest.add("provenance", provenance);
    return StateJson.bytes(manifest);
  }

  private void done(Step step) {
    after.accept(step);
  }

  private static JsonElement json(String key, Object value) {
    if (value == null) {
      return JsonNull.INSTANCE;
    }
    if (value instanceof String text) {
      return new JsonPrimitive(text);
    }
    if (value instanceof Boolean flag) {
      return new JsonPrimitive(flag);
    }
    if (value instanceof Double || value instanceof Float) {
      return StateJson.real(((Number) value).doubleValue());
    }
    if (value instanceof Number number) {
      return new JsonPrimitive(number);
    }
    if (value instanceof Map<?, ?> map) {
      JsonObject object = new JsonObject();
      Map<String, Object> sorted = new TreeMap<>();
      map.forEach((name, member) -> sorted.put(String.valueOf(name), member));
      sorted.forEach((name, member) -> object.add(name, json(key + "/" + name, member)));
      return object;
    }
    if (value instanceof Iterable<?> list) {
      JsonArray array = new JsonArray();
      list.forEach(member -> array.add(json(key, member)));
      return array;
    }
    throw new StateException(
        "the manifest cannot hold "
            + key
            + ", a "
            + value.getClass().getName()
            + "; give text, numbers, truth values, lists or maps of them");
  }
}
