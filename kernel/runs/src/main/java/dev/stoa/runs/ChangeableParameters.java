package dev.stoa.runs;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.run.ParameterInfo;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.Parameters;
import dev.stoa.run.RunSpec;
import dev.stoa.run.UserException;
import java.lang.annotation.Annotation;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which parameters a living run may be given, and what it is with them. */
final class ChangeableParameters {
  private final Parameters parameters;
  private final RunSpec spec;
  private final String owner;

  /** Those of a run as it is now. */
  ChangeableParameters(Parameters parameters, RunSpec spec) {
    this.parameters = parameters;
    this.spec = spec;
    this.owner = "algorithm " + spec.algorithm();
  }

  /**
   * The run with other values; the run itself when it has them already.
   *
   * @param values by key in any accepted spelling
   * @throws UserException for an unknown key, one that is not changeable, a value that is ill-typed
   *     or out of range
   */
  RunSpec with(Algorithm<Annotation> algorithm, Map<String, ParameterValue> values) {
    List<ParameterInfo> infos = parameters.describe(algorithm.parameters());
    Map<String, ParameterValue> merged = new TreeMap<>(spec.parameters());
    TreeSet<String> changed = new TreeSet<>(spec.changed());
    values.forEach(
        (key, value) -> {
          String name = Parameters.canonical(key);
          require(name, infos, value.place());
          merged.put(name, value);
          changed.add(name);
        });
    Map<String, Object> before = resolved(algorithm, spec.parameters());
    Map<String, Object> after = resolved(algorithm, merged);
    if (after.equals(before)) {
      return spec;
    }
    Map<String, ParameterValue> given = new TreeMap<>();
    after.forEach((name, value) -> given.put(name, new ParameterValue(value, owner)));
    return spec.parameters(given, spec.environmentParameters()).changed(changed);
  }

  private Map<String, Object> resolved(
      Algorithm<Annotation> algorithm, Map<String, ParameterValue> values) {
    return parameters.values(parameters.bind(algorithm.parameters(), owner, values));
  }

  /** The parameters of a run as the algorithm takes them. */
  Annotation bound(Algorithm<Annotation> algorithm, RunSpec run) {
    return parameters.bind(algorithm.parameters(), owner, run.parameters());
  }

  private void require(String name, List<ParameterInfo> infos, String place) {
    List<String> changeable =
        infos.stream()
            .filter(ParameterInfo::changeable)
            .map(ParameterInfo::name)
            .sorted(Comparator.naturalOrder())
            .toList();
    String remedy =
        changeable.isEmpty() ? "None is" : "Changeable: " + String.join(", ", changeable);
    if (name.startsWith("environment.")) {
      throw new UserException("a living run keeps its environment's parameters", place, remedy);
    }
    ParameterInfo info =
        infos.stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    UserException.unknown(
                        "key of " + owner,
                        name,
                        infos.stream().map(ParameterInfo::name).toList(),
                        place));
    if (!info.changeable()) {
      throw new UserException(
          name + " of " + owner + " cannot be changed while a run lives", place, remedy);
    }
  }

  /** What changed, in words: {@code learningRate 0.001 -> 1.0E-4}. */
  static String changes(RunSpec before, RunSpec after) {
    return after.changed().stream()
        .filter(name -> !said(before, name).equals(said(after, name)))
        .map(name -> name + " " + said(before, name) + " -> " + said(after, name))
        .collect(Collectors.joining(", "));
  }

  private static String said(RunSpec run, String name) {
    ParameterValue value = run.parameters().get(name);
    return value == null ? "(default)" : value.value().toString();
  }

  /** What was set of a run since it began, for its metrics: {@code epochs=4, learningRate=0.1}. */
  static String set(RunSpec run) {
    return run.changed().stream()
        .filter(run.parameters()::containsKey)
        .map(name -> name + "=" + said(run, name))
        .collect(Collectors.joining(", "));
  }
}
