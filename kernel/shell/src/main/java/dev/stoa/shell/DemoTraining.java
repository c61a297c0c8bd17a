package dev.stoa.shell;

import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One training of the demo. The updates are made on the caller's thread, which is none of the
 * run's: when the run has reported the step of an update, and the part exchanged by the one before
 * is at work.
 */
final class DemoTraining implements Progress {
  private static final String BUNDLE = "dev.stoa.algorithm.ppo";

  /**
   * One update of the bundle.
   *
   * @param step at which the run went on with the new part
   * @param pauseSeconds for which it stood still
   */
  record Update(long step, double pauseSeconds) {}

  private final Installation installation;
  private final List<Long> wanted;
  private final Progress shown;
  private final TreeMap<Long, Double> returns = new TreeMap<>();
  private final List<Update> updates = new ArrayList<>();
  private int asked;
  private RunStatus status;

  private DemoTraining(Installation installation, List<Long> wanted, Progress shown) {
    this.installation = installation;
    this.wanted = wanted;
    this.shown = shown;
  }

  /**
   * Trains to the end, or until its thread is interrupted: the run is then stopped.
   *
   * @param updates steps at which the bundle is updated
   */
  static DemoTraining run(
      Installation installation, RunSpec spec, List<Long> updates, Progress shown)
      throws InterruptedException {
    DemoTraining training = new DemoTraining(installation, updates, shown);
    try (Follower follower = Follower.listening(installation)) {
      Run run = installation.runs().start(spec);
      try {
        training.status = follower.follow(run, training);
      } catch (InterruptedException left) {
        run.stop("the demo was left");
        throw left;
      }
    }
    return training;
  }

  @Override
  public void event(RunEvent event) {
    shown.event(event);
    if (event.kind() == RunEvent.Kind.SWAP && updates.size() < asked) {
      updates.add(new Update(event.status().steps(), event.values().getOrDefault("pause", 0.0)));
    } else if (event.kind() == RunEvent.Kind.REPORT) {
      returns.put(event.status().steps(), event.status().meanReturn());
      boolean settled = updates.size() == asked;
      if (settled && asked < wanted.size() && event.status().steps() >= wanted.get(asked)) {
        asked++;
        installation.updateBundle(BUNDLE);
      }
    }
  }

  @Override
  public void tick(RunStatus now) {
    shown.tick(now);
  }

  @Override
  public void ended(RunStatus now) {
    shown.ended(now);
  }

  /** How it ended. */
  RunStatus status() {
    return status;
  }

  /** The updates after which the run went on. */
  List<Update> updates() {
    return List.copyOf(updates);
  }

  /** The mean return that was reported at the step or next after it; at the end the last one. */
  double meanReturn(long step) {
    Map.Entry<Long, Double> reported = returns.ceilingEntry(step);
    return reported == null ? status.meanReturn() : reported.getValue();
  }

  /** SHA-256 of the policy in its last checkpoint. */
  String digest() {
    Path file = status.directory().resolve("checkpoint").resolve("policy.safetensors");
    try {
      byte[] bytes = Files.readAllBytes(file);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
