package dev.stoa.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.stoa.distribution.Training.Files3;
import dev.stoa.state.CheckpointFiles;
import dev.stoa.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One run is killed again and again, within operations of its disk and anywhere else: there is
 * always a valid checkpoint, at most the interval between two is lost, and in the end the bytes are
 * those of a run that was left alone.
 */
class KillIT {
  /** Of all points together; the profile {@code soak} has more. */
  private static final int KILLS = Integer.getInteger("stoa.kills", 12);

  private static final long SEED = Long.getLong("stoa.kills.seed", 1);
  private static final int INTERVAL = 1024;

  /** More than a life that is killed at its latest gets on. */
  private static final int STEPS_OF_A_LIFE = 4 * INTERVAL;

  /** Steps of the eight copies of the environment are taken at once. */
  private static final int STEP = 8;

  @TempDir Path folder;

  private static final Map<Killer.Point, Integer> LATEST =
      new EnumMap<>(
          Map.of(
              Killer.Point.WRITE, 40,
              Killer.Point.FORCE, 12,
              Killer.Point.RENAME, 6,
              Killer.Point.FORCE_FOLDER, 6,
              Killer.Point.DELETE, 12,
              Killer.Point.STEP, 300));

  @Test
  void aRunKilledAgainAndAgainEndsWithTheSameBytes() throws Exception {
    int steps = STEPS_OF_A_LIFE * (KILLS + 1);
    ran(train(steps, "undisturbed"));
    SplittableRandom random = new SplittableRandom(SEED);
    Map<Killer.Point, Integer> kills = new EnumMap<>(Killer.Point.class);
    Path run = folder.resolve("killed");
    long reached = 0;
    for (int i = 0; i < KILLS; i++) {
      Killer.Point point = Killer.Point.values()[i % Killer.Point.values().length];
      int count = 1 + random.nextInt(LATEST.get(point));
      String where = "seed " + SEED + ", kill " + i + ", " + point + " the " + count + "th time";
      // A run that was killed before anything of it was written begins anew.
      boolean begun = Files.exists(run.resolve("run.yaml"));
      if (!begun) {
        delete(run);
      }
      String[] call = begun ? new String[] {"resume", "killed"} : train(steps, "killed");
      try (Killer killer = new Killer(point, count)) {
        CommandLine.Running process =
            CommandLine.stoa(call).with("STOA_OPTS", killer.option()).in(folder).start();
        assertTrue(killer.kill(process), where + ": " + process);
        process.result();
      }
      kills.merge(point, 1, Integer::sum);
      reached = valid(run, reached, where);
    }
    System.out.println("killed at " + kills + ", the last time behind step " + reached);
    ran("resume", "killed");
    assertEquals("", Files3.of(folder.resolve("undisturbed")).difference(Files3.of(run)));
  }

  private static String[] train(int steps, String out) {
    return new String[] {
      "train",
      "-a",
      "ppo",
      "-e",
      "CartPole-v1",
      "--device",
      "cpu-jvm",
      "-n",
      Integer.toString(steps),
      "--checkpoint-steps",
      Integer.toString(INTERVAL),
      "--out",
      out
    };
  }

  private void ran(String... arguments) {
    CommandLine.Result result = CommandLine.stoa(arguments).in(folder).run();
    assertEquals(0, result.exit(), result.all());
  }

  /**
   * The step of the checkpoint, which holds no less than the one before and lost no more than it
   * may.
   */
  private static long valid(Path run, long before, String where) throws IOException {
    long kept;
    try {
      kept = CheckpointFiles.read(run.resolve("checkpoint")).integer("steps");
    } catch (StateException e) {
      assertTrue(
          before == 0 && e.getMessage().contains("there is no checkpoint"), where + ": " + e);
      kept = 0;
    }
    assertTrue(kept >= before, where + ": " + kept + " after " + before);
    long reported = reported(run.resolve("metrics.jsonl"));
    assertTrue(reported - kept <= INTERVAL + STEP, where + ": " + reported + ", kept " + kept);
    return kept;
  }

  /** The step of the last whole line; a kill may leave a part of one. */
  private static long reported(Path metrics) throws IOException {
    if (!Files.exists(metrics)) {
      return 0;
    }
    String text = Files.readString(metrics);
    List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    return lines.isEmpty()
        ? 0
        : JsonParser.parseString(lines.get(lines.size() - 1))
            .getAsJsonObject()
            .get("step")
            .getAsLong();
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var all = Files.walk(folder)) {
        for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
