package dev.stoa.runs;

import dev.stoa.run.ParameterValue;
import dev.stoa.run.RunSpec;
import dev.stoa.run.UserException;
import dev.stoa.state.CheckpointFiles;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a checkpoint's manifest says of where it comes from. */
final class Provenance {
  private Provenance() {}

  /**
   * That of a state.
   *
   * @param parts labels of the parts it was made with, by kind
   */
  static Map<String, Object> of(RunPlan run, State state, Map<String, String> parts) {
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("run", run.name());
    provenance.put("algorithm", run.spec().algorithm());
    provenance.put("environment", run.spec().environment());
    provenance.put("device", run.device());
    provenance.put("parameters", values(run.spec().parameters()));
    provenance.put("environmentParameters", values(run.spec().environmentParameters()));
    provenance.put("changed", String.join(" ", run.spec().changed()));
    provenance.put("seed", run.seed());
    provenance.put("steps", state.integer("steps"));
    provenance.put("parts", parts);
    provenance.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    provenance.put("written", Instant.now().toString());
    return provenance;
  }

  private static Map<String, Object> values(Map<String, ParameterValue> given) {
    Map<String, Object> values = new TreeMap<>();
    given.forEach((key, value) -> values.put(key, value.value()));
    return values;
  }

  /**
   * A run as it was when a checkpoint was written: on that device, with those parameters. What an
   * older version did not write down is as it is now.
   */
  static RunSpec then(RunSpec now, Path checkpoint) {
    Map<String, Object> provenance = of(checkpoint);
    return now.device(text(provenance, "device").orElse(now.device()))
        .changed(
            text(provenance, "changed")
                .map(names -> Set.of(names.isEmpty() ? new String[0] : names.split(" ")))
                .orElse(now.changed()))
        .parameters(
            given(provenance, "parameters", checkpoint).orElse(now.parameters()),
            given(provenance, "environmentParameters", checkpoint)
                .orElse(now.environmentParameters()));
  }

  private static Map<String, Object> of(Path checkpoint) {
    try {
      return CheckpointFiles.provenance(checkpoint);
    } catch (StateException e) {
      throw new UserException(e.getMessage(), "", "");
    }
  }

  private static Optional<String> text(Map<String, Object> provenance, String key) {
    return Optional.ofNullable(provenance.get(key)).map(String::valueOf);
  }

  private static Optional<Map<String, ParameterValue>> given(
      Map<String, Object> provenance, String key, Path checkpoint) {
    if (!(provenance.get(key) instanceof Map<?, ?> written)) {
      return Optional.empty();
    }
    Map<String, ParameterValue> values = new TreeMap<>();
    written.forEach(
        (name, value) ->
            values.put(name.toString(), new ParameterValue(value, checkpoint + ": " + name)));
    return Optional.of(values);
  }

  /** What the bits of a checkpoint depend on, by name: fingerprint, Java and the parts. */
  static Map<String, String> versions(Path checkpoint, State state) {
    Map<String, Object> provenance = of(checkpoint);
    Map<String, String> versions = new TreeMap<>();
    versions.put("fingerprint", state.text("fingerprint"));
    text(provenance, "java").ifPresent(java -> versions.put("java", java));
    if (provenance.get("parts") instanceof Map<?, ?> parts) {
      parts.forEach((kind, label) -> versions.put(kind.toString(), label.toString()));
    }
    return versions;
  }
}
