package dev.stoa.shell;

import dev.stoa.run.Fork;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.Run;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunStatus;
import dev.stoa.run.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A run that does what a test tells it. */
final class FakeRun implements Run {
  final CompletableFuture<RunStatus> end = new CompletableFuture<>();
  private final String name;
  private final Path directory;
  volatile RunStatus status;
  private volatile String device = "cpu-jvm";

  final List<Fork> forks = new ArrayList<>();
  final List<Map<String, ParameterValue>> sets = new ArrayList<>();

  /** Why a move, a set or a fork is refused; nothing when it is made. */
  volatile Optional<UserException> refusal = Optional.empty();

  FakeRun(String name, Path directory) {
    this.name = name;
    this.directory = directory;
    status = at(RunPhase.RUNNING, "", 0, Double.NaN);
  }

  RunStatus at(RunPhase phase, String reason, long steps, double meanReturn) {
    return new RunStatus(
        name,
        directory,
        phase,
        reason,
        "ppo",
        "CartPole-v1",
        device,
        1,
        steps,
        2000,
        steps / 100,
        meanReturn,
        true,
        0,
        Map.of("algorithm", "ppo 0.1.0 (dev.stoa.algorithm.ppo)"));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public RunStatus status() {
    return status;
  }

  @Override
  public CompletionStage<RunStatus> stop(String reason) {
    return become(RunPhase.STOPPED, reason);
  }

  @Override
  public CompletionStage<RunStatus> park(String reason) {
    return become(RunPhase.PARKED, reason);
  }

  @Override
  public CompletionStage<RunStatus> resume() {
    return become(RunPhase.RUNNING, "");
  }

  @Override
  public CompletionStage<RunStatus> checkpoint() {
    return become(status.phase(), "");
  }

  @Override
  public CompletionStage<RunStatus> move(String name) {
    if (refusal.isPresent()) {
      return CompletableFuture.failedFuture(refusal.get());
    }
    device = name;
    return become(status.phase(), status.reason());
  }

  @Override
  public CompletionStage<RunStatus> set(Map<String, ParameterValue> values) {
    if (refusal.isPresent()) {
      return CompletableFuture.failedFuture(refusal.get());
    }
    sets.add(values);
    return become(status.phase(), status.reason());
  }

  @Override
  public CompletionStage<Run> fork(Fork how) {
    if (refusal.isPresent()) {
      return CompletableFuture.failedFuture(refusal.get());
    }
    forks.add(how);
    return CompletableFuture.completedFuture(
        new FakeRun(how.name().orElse(name + "-fork"), how.directory().orElse(directory)));
  }

  private CompletionStage<RunStatus> become(RunPhase phase, String reason) {
    status = at(phase, reason, 700, 20);
    return CompletableFuture.completedFuture(status);
  }

  @Override
  public CompletionStage<RunStatus> ended() {
    return end;
  }
}
