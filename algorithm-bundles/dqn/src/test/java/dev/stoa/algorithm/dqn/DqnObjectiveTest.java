package dev.stoa.algorithm.dqn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.lib.learners.CarriedArrays;
import dev.stoa.lib.learners.Evaluator;
import dev.stoa.lib.learners.Program;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DqnObjectiveTest {
  private static Tensor real(Tracer tracer, String name, int... extents) {
    return tracer.input(name, TensorType.of(DataType.FLOAT64, extents));
  }

  /** Plain and double targets of rows with three actions, discount .5. */
  private static Map<String, double[]> targets(
      double[] rewards, double[] terminated, double[] values, double[] targetValues) {
    int batch = rewards.length;
    Graph graph =
        Graph.trace(
            "targets",
            tracer -> {
              Tensor reward = real(tracer, "reward", batch);
              Tensor end = real(tracer, "terminated", batch);
              Tensor online = real(tracer, "values", batch, 3);
              Tensor target = real(tracer, "targetValues", batch, 3);
              Tensor greatest = DqnObjective.greatest(target);
              Tensor selected = DqnObjective.selected(tracer, online, target);
              tracer.output("plain", DqnObjective.target(reward, end, greatest, .5));
              tracer.output("double", DqnObjective.target(reward, end, selected, .5));
            });
    return Evaluator.run(
        graph,
        Map.of(
            "reward", rewards,
            "terminated", terminated,
            "values", values,
            "targetValues", targetValues));
  }

  @Test
  void thePlainTargetValuesTheTargetNetworksBestActionAndTheDoubleOneTheNetworks() {
    Map<String, double[]> result =
        targets(
            new double[] {1, -2},
            new double[] {0, 0},
            new double[] {7, 3, 5, 0, 1, 2},
            new double[] {2, 6, 4, -3, -1, -2});
    // 1 + 6 / 2 and -2 - 1 / 2.
    assertArrayEquals(new double[] {4, -2.5}, result.get("plain"));
    // The network prefers actions 0 and 2: 1 + 2 / 2 and -2 - 2 / 2.
    assertArrayEquals(new double[] {2, -3}, result.get("double"));
  }

  @Test
  void nothingFollowsATerminalTransition() {
    Map<String, double[]> result =
        targets(
            new double[] {1, 1},
            new double[] {1, 0},
            new double[] {1, 2, 3, 1, 2, 3},
            new double[] {4, 4, 4, 4, 4, 4});
    // 1, and 1 + 4 / 2.
    assertArrayEquals(new double[] {1, 3}, result.get("plain"));
    assertArrayEquals(new double[] {1, 3}, result.get("double"));
  }

  @Test
  void bothTargetsAreEqualWhenBothNetworksAre() {
    double[] values = {3, 1, 2, -1, -1, -1, 0, 5, 5};
    Map<String, double[]> result =
        targets(new double[] {1, 2, 3}, new double[] {0, 0, 1}, values, values);
    // 1 + 3 / 2, 2 - 1 / 2, 3.
    assertArrayEquals(new double[] {2.5, 1.5, 3}, result.get("plain"));
    assertArrayEquals(result.get("plain"), result.get("double"));
  }

  @Test
  void ofActionsThatTheNetworkValuesEquallyTheFirstIsSelected() {
    Map<String, double[]> result =
        targets(
            new double[] {0}, new double[] {0}, new double[] {1, 2, 2}, new double[] {30, 10, 20});
    assertArrayEquals(new double[] {5}, result.get("double"));
  }

  private static Map<String, double[]> loss(Loss loss, double... errors) {
    Graph graph =
        Graph.trace(
            "loss",
            tracer -> {
              Tensor error = real(tracer, "error", errors.length);
              Tensor value = DqnObjective.loss(loss, error);
              tracer.output("loss", value);
              tracer.output("gradient", tracer.gradient(value, error).get(0));
            });
    return Evaluator.run(graph, Map.of("error", errors));
  }

  @Test
  void theHuberLossIsHalfTheSquareUpToOneAndLinearBeyond() {
    Map<String, double[]> result = loss(Loss.HUBER, .5, -1, 3, -4);
    // (.25 / 2 + 1 / 2 + (3 - 1 / 2) + (4 - 1 / 2)) / 4.
    assertEquals(6.625 / 4, result.get("loss")[0], 1e-12);
    // The error within [-1, 1], over 4.
    assertArrayEquals(new double[] {.125, -.25, .25, -.25}, result.get("gradient"), 1e-12);
  }

  @Test
  void theSquaredLossIsTheMeanOfSquares() {
    Map<String, double[]> result = loss(Loss.SQUARED, .5, -1, 3, -4);
    assertEquals((.25 + 1 + 9 + 16) / 4, result.get("loss")[0], 1e-12);
    // 2 e / 4.
    assertArrayEquals(new double[] {.25, -.5, 1.5, -2}, result.get("gradient"), 1e-12);
  }

  @Test
  void theGradientsOfBothLossesAreThoseOfFiniteDifferences() {
    double[] errors = {.3, -.7, 1.4, -2.5, 0, .999};
    double step = 1e-6;
    for (Loss loss : Loss.values()) {
      double[] gradient = loss(loss, errors).get("gradient");
      for (int i = 0; i < errors.length; i++) {
        double[] above = errors.clone();
        above[i] += step;
        double[] below = errors.clone();
        below[i] -= step;
        double slope = (loss(loss, above).get("loss")[0] - loss(loss, below).get("loss")[0]);
        assertEquals(slope / (2 * step), gradient[i], 1e-8, loss + " at " + errors[i]);
      }
    }
  }

  @Test
  void noDerivativePassesThroughATarget() {
    Graph graph =
        Graph.trace(
            "constant",
            tracer -> {
              Tensor values = real(tracer, "values", 1, 2);
              Tensor following = DqnObjective.selected(tracer, values, values);
              Tensor zero = tracer.constant(TensorType.of(DataType.FLOAT64, 1), 0);
              Tensor wanted = DqnObjective.target(zero, zero, following, .5);
              Tensor action = tracer.iota(zero.shape(), 0);
              Tensor error = DqnObjective.chosen(tracer, values, action).sub(wanted);
              Tensor loss = DqnObjective.loss(Loss.SQUARED, error);
              tracer.output("gradient", tracer.gradient(loss, values).get(0));
            });
    // Q(s, 0) = 1, target .5 * 4 = 2: 2 (1 - 2) for action 0, nothing for the one that was valued.
    assertArrayEquals(
        new double[] {-2, 0},
        Evaluator.run(graph, Map.of("values", new double[] {1, 4})).get("gradient"));
  }

  /**
   * Five states in a row; action 1 goes right, from the last to the end with reward 1, action 0
   * left, from the first nowhere. All ten transitions are one minibatch, a value is a parameter.
   */
  private static Graph chain(Loss loss, boolean doubleQ) {
    return Graph.trace(
        "chain",
        tracer -> {
          Tensor table = real(tracer, "table", 5, 2);
          Tensor old = real(tracer, "old", 5, 2);
          Tensor index = tracer.iota(TensorType.of(DataType.INT32, 10).shape(), 0);
          Tensor two = tracer.constant(DataType.INT32, 2);
          Tensor state = index.div(two);
          Tensor action = index.sub(state.mul(two));
          Tensor move = action.mul(two).sub(1);
          Tensor following = state.add(move).max(0).min(4);
          Tensor last = index.eq(tracer.constant(DataType.INT32, 9)).convert(DataType.FLOAT64);
          Tensor oldRows = old.gather(following);
          Tensor next =
              doubleQ
                  ? DqnObjective.selected(tracer, table.gather(following), oldRows)
                  : DqnObjective.greatest(oldRows);
          Tensor wanted = DqnObjective.target(last, last, next, .9);
          Tensor value = DqnObjective.chosen(tracer, table.gather(state), action);
          Tensor cost = DqnObjective.loss(loss, value.sub(wanted));
          tracer.update(table, table.sub(tracer.gradient(cost, table).get(0).mul(2.5)));
        });
  }

  @Test
  void gradientStepsOnAChainConvergeToTheSolutionOfDynamicProgramming() {
    for (Loss loss : Loss.values()) {
      for (boolean doubleQ : new boolean[] {false, true}) {
        double[] table = converge(chain(loss, doubleQ));
        for (int state = 0; state < 5; state++) {
          // From state s the reward is 4 - s steps away.
          double right = Math.pow(.9, 4 - state);
          double left = .9 * Math.pow(.9, 4 - Math.max(0, state - 1));
          assertEquals(left, table[2 * state], 1e-6, loss + " left of " + state);
          assertEquals(right, table[2 * state + 1], 1e-6, loss + " right of " + state);
        }
      }
    }
  }

  /** The target table is a copy at every tenth of 600 steps. */
  private static double[] converge(Graph graph) {
    try (DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());
        CarriedArrays arrays = new CarriedArrays(session)) {
      arrays.carry("table", TensorType.of(DataType.FLOAT64, 5, 2));
      Program program = arrays.compile(graph);
      double[] table = new double[10];
      for (int step = 0; step < 600; step++) {
        if (step % 10 == 0) {
          program.input("old").write(table);
        }
        program.run();
        arrays.get("table").read(table);
      }
      return table;
    }
  }
}
