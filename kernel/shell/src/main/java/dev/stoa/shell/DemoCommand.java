package dev.stoa.shell;

import dev.stoa.run.RunPhase;
import dev.stoa.run.RunSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stoa demo}. */
@Command(
    name = "demo",
    sortOptions = false,
    description = {
      "Trains PPO on CartPole twice with one seed: once undisturbed, once with the PPO bundle updated"
          + " three times on the way. Ends with the SHA-256 of both policies.",
      "Exit code 1 when they differ."
    })
final class DemoCommand implements Callable<Integer> {
  private static final long STEPS = 51_200;
  private static final int PARTS = 4;

  private final Invocation call;

  @Option(names = "--device", paramLabel = "NAME", description = "Device (default cpu-jvm).")
  String device = "cpu-jvm";

  @Option(
      names = {"-n", "--steps"},
      paramLabel = "N",
      description = "Budget of each run (default " + STEPS + ").")
  Long steps = STEPS;

  @Option(
      names = {"-s", "--seed"},
      paramLabel = "N",
      description = "Seed of both (default 1).")
  Long seed = 1L;

  @Option(names = "--out", paramLabel = "DIR", description = "Keep both runs there.")
  Path out;

  @Option(names = "--json", description = "One JSON object on standard output.")
  boolean json;

  DemoCommand(Invocation call) {
    this.call = call;
  }

  @Override
  public Integer call() throws InterruptedException {
    TrainCommand.positive(steps, "--steps");
    Path folder = out == null ? temporary() : out;
    boolean equal = false;
    try {
      RunSpec spec = RunSpec.of("ppo", "CartPole-v1").seed(seed).steps(steps).device(device);
      say(
          "PPO on CartPole-v1, seed "
              + seed
              + ", "
              + device
              + ", "
              + Output.count(steps)
              + " steps");
      DemoTraining plain = train(spec, folder, "undisturbed", List.of());
      if (plain.status().phase() != RunPhase.DONE) {
        return call.ended(plain.status());
      }
      List<Long> updates = new ArrayList<>();
      for (int part = 1; part < PARTS; part++) {
        updates.add(steps * part / PARTS);
      }
      DemoTraining updated = train(spec, folder, "updated", updates);
      if (updated.status().phase() != RunPhase.DONE) {
        return call.ended(updated.status());
      }
      DemoReport report = new DemoReport(spec, plain, updated);
      equal = report.equal();
      if (json) {
        call.output().json(report.object());
      } else {
        report.show(call.output());
      }
      return verdict(updated, updates.size(), equal);
    } finally {
      if (out == null && equal) {
        delete(folder);
      } else if (!json) {
        say("both runs lie in " + folder);
      }
    }
  }

  private int verdict(DemoTraining updated, int wanted, boolean equal) {
    if (updated.updates().size() < wanted) {
      call.output()
          .note(
              "only "
                  + updated.updates().size()
                  + " updates fitted into the run; give it more --steps");
      return Invocation.INTERNAL;
    }
    return equal ? Invocation.OK : Invocation.INTERNAL;
  }

  private DemoTraining train(RunSpec spec, Path folder, String name, List<Long> updates)
      throws InterruptedException {
    say("");
    say(name + (updates.isEmpty() ? ":" : ": the PPO bundle is updated on the way"));
    Progress progress =
        json
            ? new SilentProgress(call.output())
            : new TextProgress(call.output(), System::nanoTime);
    RunSpec named = spec.name("demo-" + name).directory(folder.resolve(name));
    return DemoTraining.run(call.installation(), named, updates, progress);
  }

  private void say(String text) {
    if (!json) {
      call.output().line(text);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("stoa-demo-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary folder", e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
