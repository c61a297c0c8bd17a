package dev.stoa.lib.networks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.conformance.FunctionCheck;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecurrentCellTest {
  private static final Initialiser ANY = new Initialiser.Constant(0);
  private static final double LOG_3 = Math.log(3);

  private final DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());

  @AfterEach
  void close() {
    session.close();
  }

  /** One step: the output and, side by side with it, the next state. */
  private FunctionCheck step(RecurrentCell cell, TestWeights weights, int batch, int inputs) {
    List<TensorType> types = new ArrayList<>(List.of(TestWeights.real(batch, inputs)));
    cell.stateWidths().forEach(width -> types.add(TestWeights.real(batch, width)));
    return weights.check(
        session,
        (tracer, w, x) -> {
          List<Tensor> state = List.of(x).subList(1, x.length);
          RecurrentCell.Step made = cell.step(tracer, w, x[0], state);
          List<Tensor> all = new ArrayList<>(List.of(made.output()));
          all.addAll(made.state());
          return tracer.concatenate(1, all.toArray(Tensor[]::new));
        },
        types.toArray(TensorType[]::new));
  }

  @Test
  void aGruStepsAsComputedByHand() {
    Gru gru = new Gru("g", 1, 1, ANY, ANY);
    // With x = 1, h = 2: r is the logistic function of log 3 - 2 + 1/4 + 1 + 3/4 = log 3, 3/4;
    // z of -log 3 - 3/2 + 2 - 1/2 = -log 3, 1/4; n = tanh(-1/8 + 3/4 (1 - 1/2)) = tanh(1/4).
    TestWeights weights =
        new TestWeights(gru.parameters())
            .with("g/input/weight", LOG_3 - 2, -LOG_3, .375)
            .with("g/input/bias", .25, -1.5, -.5)
            .with("g/state/weight", .5, 1, .5)
            .with("g/state/bias", .75, -.5, -.5);
    double[] y = step(gru, weights, 1, 1).values(weights.point(new double[] {1}, new double[] {2}));
    double next = .75 * Math.tanh(.25) + .25 * 2;
    assertArrayEquals(new double[] {next, next}, y, 1e-14);
  }

  @Test
  void anLstmStepsAsComputedByHand() {
    Lstm lstm = new Lstm("l", 1, 1, 1, ANY, ANY);
    // With x = 1, h = 2, c = 3: i = 3/4 from log 3; f = 1/4 from -log 3 - 1 + 1, the last one the
    // constant; g = tanh(1/2); o = 3/4.
    TestWeights weights =
        new TestWeights(lstm.parameters())
            .with("l/input/weight", LOG_3 - 2, -LOG_3, .25, LOG_3)
            .with("l/state/weight", .5, -1, .5, -.5)
            .with("l/bias", 1, 1, -.75, 1);
    double[] y =
        step(lstm, weights, 1, 1)
            .values(weights.point(new double[] {1}, new double[] {2}, new double[] {3}));
    double cell = .25 * 3 + .75 * Math.tanh(.5);
    double output = .75 * Math.tanh(cell);
    assertArrayEquals(new double[] {output, output, cell}, y, 1e-14);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Row {@code row} of x W + b, at one column. */
  private static double affine(double[] x, int row, double[] w, double[] b, int column) {
    int columns = b.length;
    int inputs = w.length / columns;
    double sum = b[column];
    for (int i = 0; i < inputs; i++) {
      sum += x[row * inputs + i] * w[i * columns + column];
    }
    return sum;
  }

  @Test
  void aGruOfSeveralUnitsAndRowsFollowsItsEquations() {
    int size = 3;
    Gru gru = new Gru("g", 2, size, ANY, ANY);
    TestWeights weights = new TestWeights(gru.parameters());
    double[] x = TestWeights.random(4, 50);
    double[] h = TestWeights.random(6, 51);
    double[] w = weights.values.get("g/input/weight");
    double[] a = weights.values.get("g/input/bias");
    double[] u = weights.values.get("g/state/weight");
    double[] b = weights.values.get("g/state/bias");
    double[] expected = new double[12];
    for (int row = 0; row < 2; row++) {
      for (int j = 0; j < size; j++) {
        double r = sigmoid(affine(x, row, w, a, j) + affine(h, row, u, b, j));
        double z = sigmoid(affine(x, row, w, a, size + j) + affine(h, row, u, b, size + j));
        double n =
            Math.tanh(affine(x, row, w, a, 2 * size + j) + r * affine(h, row, u, b, 2 * size + j));
        double next = (1 - z) * n + z * h[row * size + j];
        expected[row * 6 + j] = next;
        expected[row * 6 + 3 + j] = next;
      }
    }
    assertArrayEquals(expected, step(gru, weights, 2, 2).values(weights.point(x, h)), 1e-14);
  }

  @Test
  void anLstmOfSeveralUnitsAndRowsFollowsItsEquations() {
    int size = 3;
    Lstm lstm = new Lstm("l", 2, size, .5, ANY, ANY);
    TestWeights weights = new TestWeights(lstm.parameters());
    double[] x = TestWeights.random(4, 50);
    double[] h = TestWeights.random(6, 51);
    double[] c = TestWeights.random(6, 52);
    double[] w = weights.values.get("l/input/weight");
    double[] u = weights.values.get("l/state/weight");
    double[] b = weights.values.get("l/bias");
    double[] zero = new double[b.length];
    double[] expected = new double[18];
    for (int row = 0; row < 2; row++) {
      for (int j = 0; j < size; j++) {
        double[] sums = new double[4];
        for (int gate = 0; gate < 4; gate++) {
          int column = gate * size + j;
          sums[gate] = affine(x, row, w, b, column) + affine(h, row, u, zero, column);
        }
        double cell =
            sigmoid(sums[1] + .5) * c[row * size + j] + sigmoid(sums[0]) * Math.tanh(sums[2]);
        double output = sigmoid(sums[3]) * Math.tanh(cell);
        expected[row * 9 + j] = output;
        expected[row * 9 + 3 + j] = output;
        expected[row * 9 + 6 + j] = cell;
      }
    }
    assertArrayEquals(expected, step(lstm, weights, 2, 2).values(weights.point(x, h, c)), 1e-14);
  }

  /** The second of two rows begins an episode before the last of three steps. */
  private static Tensor begins(Tracer tracer, int time) {
    Tensor second = tracer.iota(Shape.of(2), 0).convert(DataType.BOOL);
    return time == 2 ? second : second.and(second.not());
  }

  /** Outputs of three steps and the last state, side by side. */
  private static Tensor unrolled(RecurrentCell cell, Tracer tracer, Weights w, Tensor... x) {
    List<Tensor> state = List.of(x).subList(1, x.length);
    List<Tensor> all = new ArrayList<>();
    for (int time = 0; time < 3; time++) {
      List<Tensor> from = RecurrentCell.restart(tracer, begins(tracer, time), state);
      Tensor input = x[0].slice(0, time, time + 1).reshape(2, 2);
      RecurrentCell.Step made = cell.step(tracer, w, input, from);
      all.add(made.output());
      state = made.state();
    }
    all.addAll(state);
    return tracer.concatenate(1, all.toArray(Tensor[]::new));
  }

  /** As {@link #unrolled}, by one loop. */
  private static Tensor sequence(RecurrentCell cell, Tracer tracer, Weights w, Tensor... x) {
    Tensor begins =
        tracer.concatenate(
            0,
            begins(tracer, 0).reshape(1, 2),
            begins(tracer, 1).reshape(1, 2),
            begins(tracer, 2).reshape(1, 2));
    RecurrentCell.Step made =
        cell.sequence(tracer, w, x[0], List.of(x).subList(1, x.length), begins);
    List<Tensor> all = new ArrayList<>();
    for (int time = 0; time < 3; time++) {
      all.add(made.output().slice(0, time, time + 1).reshape(2, 2));
    }
    all.addAll(made.state());
    return tracer.concatenate(1, all.toArray(Tensor[]::new));
  }

  private static final List<RecurrentCell> CELLS =
      List.of(new Gru("g", 2, 2, ANY, ANY), new Lstm("l", 2, 2, 1, ANY, ANY));

  private static TensorType[] sequenceTypes(RecurrentCell cell) {
    TensorType[] types = new TensorType[1 + cell.stateWidths().size()];
    Arrays.fill(types, TestWeights.real(2, 2));
    types[0] = TestWeights.real(3, 2, 2);
    return types;
  }

  private static double[][] sequencePoint(RecurrentCell cell, TestWeights weights) {
    TensorType[] types = sequenceTypes(cell);
    double[][] arguments = new double[types.length][];
    Arrays.setAll(arguments, i -> TestWeights.random(types[i].shape().size(), 60 + i));
    return weights.point(arguments);
  }

  @Test
  void aSequenceIsItsStepsOneAfterTheOther() {
    for (RecurrentCell cell : CELLS) {
      TestWeights weights = new TestWeights(cell.parameters());
      double[][] point = sequencePoint(cell, weights);
      TensorType[] types = sequenceTypes(cell);
      assertArrayEquals(
          weights.check(session, (t, w, x) -> unrolled(cell, t, w, x), types).values(point),
          weights.check(session, (t, w, x) -> sequence(cell, t, w, x), types).values(point),
          1e-15);
    }
  }

  @Test
  void derivativesThroughASequenceAreTheLimitsOfDifferences() {
    for (RecurrentCell cell : CELLS) {
      TestWeights weights = new TestWeights(cell.parameters());
      weights
          .check(session, (t, w, x) -> sequence(cell, t, w, x), sequenceTypes(cell))
          .derivatives(1e-6, sequencePoint(cell, weights));
    }
  }

  @Test
  void aRowWhoseEpisodeBeginsForgetsItsState() {
    double[] kept =
        FunctionCheck.of(
                session,
                (t, x) -> RecurrentCell.restart(t, x[0].gt(0), List.of(x[1])).get(0),
                new int[] {2},
                new int[] {2, 2})
            .values(new double[] {1, 0}, new double[] {5, 6, 7, 8});
    assertArrayEquals(new double[] {0, 0, 7, 8}, kept);
  }

  @Test
  void inputsAndStatesOfOtherShapesAreRefused() {
    Gru gru = new Gru("g", 2, 3, ANY, ANY);
    Graph.trace(
        "shapes",
        t -> {
          Weights weights = gru.parameters().inputs(t);
          Tensor input = t.input("input", 4, 2);
          Tensor state = t.input("state", 4, 3);
          IllegalArgumentException refused =
              assertThrows(
                  IllegalArgumentException.class,
                  () -> gru.step(t, weights, input, List.of(input)));
          assertEquals("state 0 is [4, 3], not [4, 2]", refused.getMessage());
          assertThrows(
              IllegalArgumentException.class, () -> gru.step(t, weights, state, List.of(state)));
          assertThrows(
              IllegalArgumentException.class,
              () -> gru.step(t, weights, input, List.of(state, state)));
          t.output("none", input);
        });
  }
}
