package dev.stoa.shell;

import dev.stoa.run.RunSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Both trainings of the demo side by side.
 *
 * @param spec what both were asked to be
 * @param plain the undisturbed one
 * @param updated the one during which the bundle was updated
 */
record DemoReport(RunSpec spec, DemoTraining plain, DemoTraining updated) {
  private static final int LINES = 8;

  /** Whether both ended with the same policy, byte for byte. */
  boolean equal() {
    return plain.digest().equals(updated.digest());
  }

  /** For a person: returns on the way, updates, digests, verdict. */
  void show(Output output) {
    long steps = spec.steps().orElse(RunSpec.DEFAULT_STEPS);
    List<List<String>> rows = new ArrayList<>();
    for (int line = 1; line <= LINES; line++) {
      long step = steps * line / LINES;
      rows.add(
          List.of(
              Output.count(step),
              Output.reward(plain.meanReturn(step)),
              Output.reward(updated.meanReturn(step))));
    }
    output.line("");
    output.table(List.of("STEP", "RETURN, UNDISTURBED", "RETURN, PPO UPDATED"), rows);
    output.line("");
    for (DemoTraining.Update update : updated.updates()) {
      output.line(
          String.format(
              Locale.ROOT,
              "PPO updated at step %,d; training stood still for %.0f ms",
              update.step(),
              update.pauseSeconds() * 1000));
    }
    output.line("");
    output.line("SHA-256 of checkpoint/policy.safetensors");
    output.line("  undisturbed  " + plain.digest());
    output.line("  PPO updated  " + updated.digest());
    output.line(equal() ? "equal" : "DIFFERENT");
  }

  /** For a program. */
  Map<String, Object> object() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("device", spec.device());
    object.put("seed", spec.seed());
    object.put("steps", spec.steps().orElse(RunSpec.DEFAULT_STEPS));
    object.put("undisturbed", object(plain));
    object.put("updated", object(updated));
    object.put("equal", equal());
    return object;
  }

  private static Map<String, Object> object(DemoTraining training) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("steps", training.status().steps());
    object.put("episodes", training.status().episodes());
    object.put("return", Output.finite(training.status().meanReturn()));
    object.put("updates", training.updates().stream().map(DemoReport::object).toList());
    object.put("sha256", training.digest());
    return object;
  }

  private static Map<String, Object> object(DemoTraining.Update update) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("step", update.step());
    object.put("pauseSeconds", update.pauseSeconds());
    return object;
  }
}
