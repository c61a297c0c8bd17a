package dev.stoa.runs;

import dev.stoa.run.RunFiles;
import dev.stoa.run.RunSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Run files whose content is kept in memory; the file itself is there, and empty. */
final class FakeRunFiles implements RunFiles {
  final Map<Path, RunSpec> specs = new ConcurrentHashMap<>();

  @Override
  public RunSpec read(Path file) {
    return Optional.ofNullable(specs.get(file)).orElseThrow();
  }

  @Override
  public void write(Path file, RunSpec spec, List<String> comments, Map<String, Object> extra) {
    try {
      Files.write(file, new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    specs.put(file, spec);
  }
}
