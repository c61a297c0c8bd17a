package dev.stoa.environment.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Transitions recorded from Gymnasium by {@code src/test/python/record_classic_control.py}, each
 * repeated from its recorded state. All run as one batch: a copy is a transition.
 */
class GymnasiumReplayTest {
  private record Recorded(
      int steps,
      double[] state,
      double[] action,
      double[] next,
      double[] observation,
      double reward,
      boolean terminated,
      boolean truncated) {
    static Recorded parse(String line) {
      String[] field = line.split(" ");
      return new Recorded(
          Integer.parseInt(field[1]),
          numbers(field[2]),
          numbers(field[3]),
          numbers(field[4]),
          numbers(field[5]),
          Double.parseDouble(field[6]),
          field[7].equals("1"),
          field[8].equals("1"));
    }

    private static double[] numbers(String field) {
      return Arrays.stream(field.split(",")).mapToDouble(Double::parseDouble).toArray();
    }

    boolean ended() {
      return terminated || truncated;
    }
  }

  private static List<Recorded> recorded(Task task) throws IOException {
    try (InputStream file = GymnasiumReplayTest.class.getResourceAsStream("gymnasium.txt.gz");
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(file), StandardCharsets.US_ASCII))) {
      String name = task.schema().name() + " ";
      return reader.lines().filter(line -> line.startsWith(name)).map(Recorded::parse).toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRecordedTransitionIsRepeated(Task task) throws IOException {
    List<Recorded> rows = recorded(task);
    assertTrue(rows.size() >= 2000, "recorded transitions: " + rows.size());
    assertTrue(rows.stream().anyMatch(Recorded::truncated), "the record reaches the time limit");
    VectorEnvironment environment = task.create(rows.size());
    Transitions out = task.transitions(rows.size());
    int[] steps = rows.stream().mapToInt(Recorded::steps).toArray();
    task.restore(environment, steps, rows.stream().map(Recorded::state).toArray(double[][]::new));
    double[] actions = rows.stream().mapToDouble(row -> row.action()[0]).toArray();

    task.step(environment, actions, out);

    int unequalRewards = 0;
    for (int i = 0; i < rows.size(); i++) {
      Recorded row = rows.get(i);
      String where = task + ", transition " + i;
      assertEquals(row.reward(), out.reward[i], rewardTolerance(task, row), where);
      unequalRewards += row.reward() == out.reward[i] ? 0 : 1;
      assertEquals(row.terminated(), out.terminated[i], where);
      assertEquals(row.truncated(), out.truncated[i], where);
      int size = row.observation().length;
      for (int j = 0; j < size; j++) {
        float expected = (float) row.observation()[j];
        assertEquals(expected, out.next[i * size + j], Math.ulp(expected), where);
      }
    }
    assertTrue(unequalRewards <= rows.size() / 100, "unequal rewards: " + unequalRewards);
    // Where an episode ended the copy already holds the next one's start.
    double[][] states = states(task, environment, rows.size());
    for (int i = 0; i < rows.size(); i++) {
      Recorded row = rows.get(i);
      for (int v = 0; !row.ended() && v < states.length; v++) {
        double expected = row.next()[v];
        assertEquals(
            expected, states[v][i], 1e-12 * Math.abs(expected), task + ", transition " + i);
      }
    }
  }

  /**
   * NumPy squares the pendulum's float32 torque by the platform's {@code powf}, which is one unit
   * in the last place beside the rounded product for about one torque in a thousand. That unit,
   * times .001 and rounded again, is at most two units of the torque's term.
   */
  private static double rewardTolerance(Task task, Recorded row) {
    if (task != Task.PENDULUM) {
      return 0;
    }
    double torque = Math.max(-2, Math.min(2, row.action()[0]));
    return 2 * Math.ulp((float) (.001 * torque * torque));
  }

  private static double[][] states(Task task, VectorEnvironment environment, int copies) {
    var saved = environment.save();
    double[][] states =
        task.variables.stream().map(name -> saved.array(name).doubles()).toArray(double[][]::new);
    assertEquals(copies, states[0].length);
    return states;
  }
}
