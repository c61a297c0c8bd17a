package dev.stoa.runs;

import com.google.gson.JsonObject;
import dev.stoa.run.Durability;
import dev.stoa.run.Reproduction;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Goes again from a checkpoint and says whether the recorded metrics came out. */
final class Reproducer {
  private final RunResolver resolver;
  private final RunStarter starter;

  Reproducer(RunResolver resolver, RunStarter starter) {
    this.resolver = resolver;
    this.starter = starter;
  }

  /** See {@link dev.stoa.run.Runs#reproduce}. */
  Reproduction.UnderWay reproduce(
      Path directory, String from, OptionalLong to, Optional<Path> out) {
    Path source = directory.toAbsolutePath().normalize();
    RunSpec now = resolver.recorded(source);
    Path checkpoint = checkpoint(source, from);
    State state = RunResolver.state(checkpoint);
    RunSpec spec = Provenance.then(now, checkpoint);
    List<JsonObject> recorded =
        MetricsComparison.upTo(to.orElse(Long.MAX_VALUE), MetricsComparison.lines(source), source);
    int first = Math.toIntExact(state.integer("reports"));
    long begun = state.integer("steps");
    if (recorded.size() <= first) {
      throw new UserException(
          "no metrics are recorded after step "
              + begun
              + (to.isPresent() ? " and up to step " + to.getAsLong() : ""),
          source.resolve(MetricsFile.NAME).toString(),
          "Begin from an earlier checkpoint" + (to.isPresent() ? " or end later" : ""));
    }
    refuseChanges(recorded.subList(first, recorded.size()), spec, source);
    long last = recorded.get(recorded.size() - 1).get("step").getAsLong();
    // Beyond the last step: a line may be written at any swap point of it.
    RunSpec again = spec.durability(Durability.STANDARD).steps(last + 1);
    RunActor run =
        starter.branch(
            again, state, source, out, Optional.empty(), source.getFileName() + "-again");
    Map<String, String> then = Provenance.versions(checkpoint, state);
    return new Reproduction.UnderWay(
        run,
        run.ended()
            .thenApplyAsync(
                status -> compared(status, recorded, first, begun, last, then),
                Apart.thread("stoa-reproduce-" + run.name())));
  }

  private static Path checkpoint(Path source, String from) {
    if (from.matches("\\d{1,18}")) {
      return RunResolver.place(source, OptionalLong.of(Long.parseLong(from)));
    }
    Path folder = Path.of(from).toAbsolutePath().normalize();
    if (!Files.isDirectory(folder)) {
      throw new UserException(
          "there is no checkpoint " + from,
          "--from",
          "Give the step of a kept one, or the path of its folder");
    }
    return folder;
  }

  /** A user's hand in between is no bit of the run's own. */
  private static void refuseChanges(List<JsonObject> lines, RunSpec spec, Path source) {
    for (JsonObject line : lines) {
      String device = line.has("device") ? line.get("device").getAsString() : spec.device();
      String set = line.has("set") ? line.get("set").getAsString() : "";
      Optional<String> change =
          !device.equals(spec.device())
              ? Optional.of("moved from " + spec.device() + " to " + device)
              : set.equals(ChangeableParameters.set(spec))
                  ? Optional.empty()
                  : Optional.of("given " + set);
      if (change.isPresent()) {
        throw new UserException(
            "the run was "
                + change.get()
                + " before the line of step "
                + line.get("step").getAsLong(),
            source.resolve(MetricsFile.NAME).toString(),
            "End before it with --to, or begin from a later checkpoint");
      }
    }
  }

  private static Reproduction compared(
      RunStatus status,
      List<JsonObject> recorded,
      int first,
      long begun,
      long last,
      Map<String, String> then) {
    if (status.phase() != RunPhase.DONE) {
      throw new UserException(
          "the repetition did not come to its end: it is "
              + status.phase()
              + (status.reason().isEmpty() ? "" : ": " + status.reason()),
          status.directory().toString(),
          "");
    }
    Path directory = status.directory();
    List<JsonObject> repeated =
        MetricsComparison.upTo(Long.MAX_VALUE, MetricsComparison.lines(directory), directory);
    Path checkpoint = RunResolver.place(directory, OptionalLong.empty());
    return new Reproduction(
        directory,
        begun,
        last,
        recorded.size() - first,
        MetricsComparison.first(recorded, repeated, first),
        then,
        Provenance.versions(checkpoint, RunResolver.state(checkpoint)));
  }
}
