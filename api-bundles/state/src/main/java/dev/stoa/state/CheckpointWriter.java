package dev.stoa.state;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes one checkpoint as a sequence of operations of a disk.
 *
 * <p>A folder with content cannot be replaced by one rename, so the exchange takes two: the old
 * folder becomes {@code NAME.old}, the new one {@code NAME}. Between them only {@code NAME.old} is
 * there, and complete; that is what {@link CheckpointFiles#read} falls back to, and what the next
 * write puts back.
 */
final class CheckpointWriter {
  private final Disk disk;
  private final Path directory;
  private final Path parent;
  private final Path old;
  private final Path fresh;

  /** A writer of the checkpoint folder {@code directory}. */
  CheckpointWriter(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory.toAbsolutePath();
    this.parent = this.directory.getParent();
    this.old = CheckpointFiles.setAside(this.directory);
    this.fresh = this.directory.resolveSibling(temporaryPrefix() + ProcessHandle.current().pid());
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
      disk.deleteFolder(old);
    } catch (IOException e) {
      return;
    }
  }

  private void writeFresh(StateJson.Arrays arrays, byte[] structure, JsonElement origin)
      throws IOException {
    disk.createFolder(fresh);
    put(CheckpointFiles.POLICY, out -> Safetensors.write(out, arrays.policy()));
    put(CheckpointFiles.STATE, out -> Safetensors.write(out, arrays.others()));
    put(CheckpointFiles.STRUCTURE, out -> out.write(structure));
    byte[] manifest = manifest(origin);
    put(CheckpointFiles.MANIFEST, out -> out.write(manifest));
    disk.forceFolder(fresh);
  }

  private void put(String name, Disk.Content content) throws IOException {
    disk.write(fresh.resolve(name), content);
  }

  /** Frees the space at once; the failure that led here is the one to tell. */
  private void discardFresh(Exception failure) {
    try {
      disk.deleteFolder(fresh);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * What a killed writer left: the state of the disk is then one that {@link #write} starts from.
   */
  private void removeLeftovers() throws IOException {
    Files.createDirectories(parent);
    if (!StableStorage.exists(directory) && StableStorage.exists(old)) {
      disk.rename(old, directory);
      disk.forceFolder(parent);
    }
    disk.deleteFolder(old);
    for (Path sibling : StableStorage.list(parent)) {
      if (sibling.getFileName().toString().startsWith(temporaryPrefix())) {
        disk.deleteFolder(sibling);
      }
    }
  }

  private void exchange() throws IOException {
    boolean replaces = StableStorage.exists(directory);
    if (replaces) {
      disk.rename(directory, old);
    }
    try {
      disk.rename(fresh, directory);
    } catch (IOException e) {
      if (replaces) {
        putBack(e);
      }
      throw e;
    }
    // Forced before the old one goes: a power failure must not keep the deletion and lose the
    // rename.
    disk.forceFolder(parent);
  }

  /** Where that fails too, readers find the old checkpoint where it is. */
  private void putBack(IOException failure) {
    try {
      disk.rename(old, directory);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
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
