package dev.stoa.config;

import dev.stoa.run.Durability;
import dev.stoa.run.Origin;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.RunFiles;
import dev.stoa.run.RunSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Component;

/**
 * Run files through Apache Commons Configuration. It is used without its builders, which look
 * classes up through the thread's context class loader and so do not work in OSGi.
 */
@Component
public final class CommonsRunFiles implements RunFiles {
  @Override
  public RunSpec read(Path file) {
    Map<String, ParameterValue> values = Interpolation.apply(Sources.read(file));
    RunSpec spec = RunSpec.of(text(values, RunKeys.ALGORITHM), text(values, RunKeys.ENVIRONMENT));
    if (values.containsKey(RunKeys.DEVICE)) {
      spec = spec.device(text(values, RunKeys.DEVICE));
    }
    if (values.containsKey(RunKeys.SEED)) {
      spec = spec.seed(whole(values, RunKeys.SEED, Long.MIN_VALUE));
    }
    if (values.containsKey(RunKeys.STEPS)) {
      spec = spec.steps(whole(values, RunKeys.STEPS, 1));
    }
    if (values.containsKey(RunKeys.SCHEDULE_STEPS)) {
      spec = spec.scheduleSteps(whole(values, RunKeys.SCHEDULE_STEPS, 1));
    }
    if (values.containsKey(RunKeys.THREADS)) {
      ParameterValue given = values.get(RunKeys.THREADS);
      double most = Integer.MAX_VALUE;
      spec = spec.threads((int) Element.plain(int.class, given, RunKeys.THREADS, 1, most));
    }
    spec = spec.durability(durability(values));
    if (values.containsKey(RunKeys.OUT)) {
      spec = spec.directory(Path.of(text(values, RunKeys.OUT)));
    }
    if (values.containsKey(RunKeys.NAME)) {
      spec = spec.name(text(values, RunKeys.NAME));
    }
    if (values.containsKey(RunKeys.FORKED_FROM)) {
      spec =
          spec.origin(
              new Origin(
                  text(values, RunKeys.FORKED_FROM), wholeOr(0, values, RunKeys.FORKED_AT, 0)));
    }
    if (values.containsKey(RunKeys.CHANGED)) {
      spec = spec.changed(List.of(text(values, RunKeys.CHANGED).strip().split("\\s+")));
    }
    return spec.parameters(
        section(values, RunKeys.PARAMETERS), section(values, RunKeys.ENVIRONMENT_PARAMETERS));
  }

  @Override
  public void write(Path file, RunSpec spec, List<String> comments, Map<String, Object> extra) {
    RunFileWriter.write(file, spec, comments, extra);
  }

  private static String text(Map<String, ParameterValue> values, String key) {
    ParameterValue given = values.get(key);
    return given == null ? "" : (String) Element.plain(String.class, given, key, 0, 0);
  }

  private static long whole(Map<String, ParameterValue> values, String key, long least) {
    return (long) Element.plain(long.class, values.get(key), key, least, Double.POSITIVE_INFINITY);
  }

  private static Durability durability(Map<String, ParameterValue> values) {
    Durability standard = Durability.STANDARD;
    return new Durability(
        wholeOr(standard.checkpointSteps(), values, RunKeys.CHECKPOINT_STEPS, 1),
        wholeOr(standard.checkpointSeconds(), values, RunKeys.CHECKPOINT_SECONDS, 1),
        wholeOr(standard.keep(), values, RunKeys.KEEP, 0),
        wholeOr(standard.keepEvery(), values, RunKeys.KEEP_EVERY, 0));
  }

  private static long wholeOr(
      long standard, Map<String, ParameterValue> values, String key, long least) {
    return values.containsKey(key) ? whole(values, key, least) : standard;
  }

  private static Map<String, ParameterValue> section(
      Map<String, ParameterValue> values, String section) {
    Map<String, ParameterValue> inner = new TreeMap<>();
    String prefix = section + ".";
    values.forEach(
        (key, given) -> {
          if (key.startsWith(prefix)) {
            inner.put(key.substring(prefix.length()), given);
          }
        });
    return inner;
  }
}
