package dev.stoa.run;

import java.nio.file.Path;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** Reads and writes run files; implemented by the kernel on Apache Commons Configuration. */
@ProviderType
public interface RunFiles {
  /**
   * Reads a run file ({@code .yaml}, {@code .yml} or {@code .properties}) with its includes and
   * limited interpolation ({@code env:}, {@code sys:}, {@code const:} and keys of the file).
   *
   * @throws UserException naming file and place, for a missing file, broken syntax or an unknown
   *     key
   */
  RunSpec read(Path file);

  /**
   * Writes a resolved run as {@code run.yaml}; {@link #read} gives an equal specification. Atomic.
   *
   * @param comments lines for the head of the file
   * @param extra further top-level keys that {@link #read} keeps aside, such as resolved versions
   */
  void write(Path file, RunSpec spec, java.util.List<String> comments, Map<String, Object> extra);
}
