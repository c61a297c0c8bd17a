package dev.stoa.runs;

import dev.stoa.state.State;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

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
    provenance.put("seed", run.seed());
    provenance.put("steps", state.integer("steps"));
    provenance.put("parts", parts);
    provenance.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    provenance.put("written", Instant.now().toString());
    return provenance;
  }
}
