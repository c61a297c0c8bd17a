package dev.stoa.config;

import dev.stoa.run.ParameterValue;
import dev.stoa.run.RunSpec;
import dev.stoa.state.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Writes {@code run.yaml}: one key per line, always in the same order. */
final class RunFileWriter {
  private RunFileWriter() {}

  static void write(Path file, RunSpec spec, List<String> comments, Map<String, Object> extra) {
    StringBuilder text = new StringBuilder();
    for (String comment : comments) {
      comment.lines().forEach(line -> text.append("# ").append(line).append('\n'));
    }
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setSplitLines(false);
    options.setLineBreak(DumperOptions.LineBreak.UNIX);
    text.append(new Yaml(options).dump(content(spec, extra)));
    try {
      // A reader sees the old file or the new one, whatever kills this process.
      DurableFiles.replace(file.toAbsolutePath(), text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static Map<String, Object> content(RunSpec spec, Map<String, Object> extra) {
    Map<String, Object> top = new LinkedHashMap<>();
    put(top, RunKeys.ALGORITHM, spec.algorithm());
    put(top, RunKeys.ENVIRONMENT, spec.environment());
    top.put(RunKeys.SEED, spec.seed());
    spec.steps().ifPresent(value -> top.put(RunKeys.STEPS, value));
    spec.scheduleSteps().ifPresent(value -> top.put(RunKeys.SCHEDULE_STEPS, value));
    put(top, RunKeys.DEVICE, spec.device());
    spec.threads().ifPresent(value -> top.put(RunKeys.THREADS, value));
    top.put(RunKeys.CHECKPOINT_STEPS, spec.durability().checkpointSteps());
    top.put(RunKeys.CHECKPOINT_SECONDS, spec.durability().checkpointSeconds());
    top.put(RunKeys.KEEP, spec.durability().keep());
    top.put(RunKeys.KEEP_EVERY, spec.durability().keepEvery());
    spec.directory().ifPresent(value -> put(top, RunKeys.OUT, value.toString()));
    spec.name().ifPresent(value -> put(top, RunKeys.NAME, value));
    spec.origin()
        .ifPresent(
            origin -> {
              put(top, RunKeys.FORKED_FROM, origin.run());
              top.put(RunKeys.FORKED_AT, origin.step());
            });
    put(top, RunKeys.CHANGED, String.join(" ", spec.changed()));
    section(top, RunKeys.PARAMETERS, spec.parameters());
    section(top, RunKeys.ENVIRONMENT_PARAMETERS, spec.environmentParameters());
    if (!extra.isEmpty()) {
      top.put(RunKeys.RECORDED, plain(extra));
    }
    return top;
  }

  private static void put(Map<String, Object> top, String key, String value) {
    if (!value.isEmpty()) {
      top.put(key, Interpolation.escape(value));
    }
  }

  private static void section(
      Map<String, Object> top, String key, Map<String, ParameterValue> values) {
    if (values.isEmpty()) {
      return;
    }
    Map<String, Object> section = new TreeMap<>();
    values.forEach((name, given) -> section.put(name, Interpolation.escape(plain(given.value()))));
    top.put(key, section);
  }

  /** Maps in the order of their keys; whatever is no plain value as text. */
  private static Object plain(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> sorted = new TreeMap<>();
      map.forEach((key, inner) -> sorted.put(key.toString(), plain(inner)));
      return sorted;
    } else if (value instanceof Iterable<?> list) {
      List<Object> parts = new ArrayList<>();
      list.forEach(part -> parts.add(plain(part)));
      return parts;
    } else if (value instanceof Float number) {
      return Double.valueOf(number.toString());
    } else if (value instanceof Number || value instanceof Boolean) {
      return value;
    }
    return value.toString();
  }
}
