package dev.stoa.state;

import java.nio.file.Path;
import java.util.Map;

/**
 * Reads and writes a checkpoint directory: {@code policy.safetensors}, {@code state.safetensors},
 * {@code state.json} and {@code manifest.json}. Equal states give equal bytes in the first three.
 */
public final class CheckpointFiles {
  private CheckpointFiles() {}

  /**
   * Writes a checkpoint atomically: into a new folder beside the target, every file and the folder
   * forced to disk, then exchanged by rename. A reader sees the old checkpoint or the new one, never a
   * mixture; after a kill {@link #read} finds one of the two.
   *
   * @param directory the checkpoint folder, for instance {@code DIR/checkpoint}
   * @param state the whole state
   * @param provenance what the manifest records beside checksums: bundle versions, seed, times
   * @throws StateException naming the path, when it cannot be written; the old checkpoint stays
   */
  public static void write(Path directory, State state, Map<String, Object> provenance) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads a checkpoint and verifies its checksums.
   *
   * @throws StateException naming the file, when it is missing, truncated, damaged or of a newer
   *     format
   */
  public static State read(Path directory) {
    throw new UnsupportedOperationException();
  }
}
