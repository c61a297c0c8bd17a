package dev.stoa.shell;

import dev.stoa.run.RunEvent;
import dev.stoa.run.RunStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * One object per report on standard output: {@code step}, {@code episodes}, {@code return} (mean of
 * the last 100 episodes, null before the first) and the metrics; a last one with {@code phase},
 * {@code reason}, {@code run} and {@code directory}.
 */
final class JsonProgress implements Progress {
  private final Output output;

  JsonProgress(Output output) {
    this.output = output;
  }

  @Override
  public void event(RunEvent event) {
    if (event.kind() != RunEvent.Kind.REPORT) {
      Progress.tell(output, event);
      return;
    }
    Map<String, Object> object = head(event.status());
    new TreeMap<>(event.values())
        .forEach((name, value) -> object.putIfAbsent(name, Output.finite(value)));
    output.json(object);
  }

  @Override
  public void tick(RunStatus status) {}

  @Override
  public void ended(RunStatus status) {
    Map<String, Object> object = head(status);
    object.put("phase", status.phase().name());
    object.put("reason", status.reason());
    object.put("run", status.name());
    object.put("directory", status.directory().toString());
    output.json(object);
  }

  private static Map<String, Object> head(RunStatus status) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("step", status.steps());
    object.put("episodes", status.episodes());
    object.put("return", Output.finite(status.meanReturn()));
    return object;
  }
}
