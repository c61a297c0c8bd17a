package dev.stoa.lib.distributions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.Arrays;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DistributionTest {
  private static final int MANY = 20_000;

  private final DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());

  @AfterEach
  void close() {
    session.close();
  }

  /** Inputs {@code a} and {@code b} in float64, one output. */
  private double[] compute(
      double[] a, int[] aShape, double[] b, BiFunction<Tracer, Tensor[], Tensor> body) {
    Graph graph =
        Graph.trace(
            "test",
            tracer -> {
              Tensor first = tracer.input("a", TensorType.of(DataType.FLOAT64, aShape));
              Tensor second = tracer.input("b", TensorType.of(DataType.FLOAT64, b.length));
              tracer.output("y", body.apply(tracer, new Tensor[] {first, second}));
            });
    DeviceBuffer[] inputs = {
      session.allocate(graph.inputTypes().get(0)), session.allocate(graph.inputTypes().get(1))
    };
    inputs[0].write(a);
    inputs[1].write(b);
    DeviceBuffer output = session.allocate(graph.outputType(0));
    session.compile(graph).run(inputs, new DeviceBuffer[] {output});
    double[] y = new double[output.type().shape().size()];
    output.read(y);
    return y;
  }

  private static Tensor actions(Tracer tracer, Tensor real) {
    return real.convert(DataType.INT32);
  }

  /** Probabilities 1/6, 2/6, 3/6. */
  private static final double[] LOGITS = {0, Math.log(2), Math.log(3)};

  @Test
  void aCategoricalLogProbabilityIsTheLogarithmOfTheActionsShare() {
    double[] twice = {0, Math.log(2), Math.log(3), 7, 7 + Math.log(2), 7 + Math.log(3)};
    double[] logs =
        compute(
            twice,
            new int[] {2, 3},
            new double[] {2, 0},
            (tracer, in) -> new Categorical(tracer, in[0]).logProbability(actions(tracer, in[1])));
    assertArrayEquals(new double[] {Math.log(3 / 6.0), Math.log(1 / 6.0)}, logs, 1e-12);
  }

  @Test
  void aCategoricalEntropyIsThatOfItsProbabilities() {
    double[] entropy =
        compute(
            LOGITS,
            new int[] {1, 3},
            new double[0],
            (tracer, in) -> new Categorical(tracer, in[0]).entropy());
    double expected = Math.log(6) / 6 + Math.log(3) / 3 + Math.log(2) / 2;
    assertArrayEquals(new double[] {expected}, entropy, 1e-12);
  }

  @Test
  void hugeLogitsStayFinite() {
    double[] logs =
        compute(
            new double[] {1e4, 0},
            new int[] {1, 2},
            new double[] {1},
            (tracer, in) -> new Categorical(tracer, in[0]).logProbability(actions(tracer, in[1])));
    assertArrayEquals(new double[] {-1e4}, logs, 1e-9);
  }

  @Test
  void theCategoricalModeIsTheGreatestLogit() {
    double[] mode =
        compute(
            LOGITS,
            new int[] {1, 3},
            new double[0],
            (tracer, in) -> new Categorical(tracer, in[0]).mode().convert(DataType.FLOAT64));
    assertArrayEquals(new double[] {2}, mode);
  }

  private static double[] rows(double[] row) {
    double[] all = new double[MANY * row.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = row[i % row.length];
    }
    return all;
  }

  private static Tensor pair(Tracer tracer, double low) {
    Tensor index = tracer.iota(dev.stoa.tensor.Shape.of(2), 0);
    return index
        .eq(tracer.constant(DataType.INT32, 0))
        .select(tracer.constant(DataType.INT32, low), tracer.constant(DataType.INT32, 0));
  }

  private double[] categoricalSample(int counter) {
    return compute(
        rows(LOGITS),
        new int[] {MANY, 3},
        new double[0],
        (tracer, in) ->
            new Categorical(tracer, in[0])
                .sample(tracer, pair(tracer, 5), pair(tracer, counter), 7)
                .convert(DataType.FLOAT64));
  }

  @Test
  void categoricalSamplesHaveTheirProbabilities() {
    double[] sample = categoricalSample(1);
    double[] shares = new double[3];
    for (double action : sample) {
      shares[(int) action] += 1.0 / MANY;
    }
    // The deviation of a share is at most root(.25 / 20,000) = .0035: four and a half deviations.
    assertArrayEquals(new double[] {1 / 6.0, 2 / 6.0, 3 / 6.0}, shares, .016);
  }

  @Test
  void samplesDependOnTheCounterAndOnNothingElse() {
    assertArrayEquals(categoricalSample(1), categoricalSample(1));
    assertFalse(Arrays.equals(categoricalSample(1), categoricalSample(2)));
  }

  @Test
  void aGaussianLogDensityIsSummedOverComponents() {
    // Standardised (1.5 - .5) / 2 = .5 and (0 - 1) / .5 = -2, standard deviations 2 and 1/2.
    double[] logs =
        compute(
            new double[] {.5, 1},
            new int[] {1, 2},
            new double[] {Math.log(2), Math.log(.5)},
            (tracer, in) -> {
              Tensor action =
                  tracer.constant(new float[] {1.5f, 0}, 1, 2).convert(DataType.FLOAT64);
              return new DiagonalGaussian(in[0], in[1]).logProbability(action);
            });
    double expected = -.5 * (.25 + 4) - Math.log(2) - Math.log(.5) - Math.log(2 * Math.PI);
    assertArrayEquals(new double[] {expected}, logs, 1e-12);
  }

  @Test
  void aGaussianEntropyIsThatOfItsComponents() {
    double[] entropy =
        compute(
            new double[] {.5, 1, 7, 8},
            new int[] {2, 2},
            new double[] {Math.log(2), Math.log(.25)},
            (tracer, in) -> new DiagonalGaussian(in[0], in[1]).entropy());
    // 1/2 log(2 pi e s^2) for each component; log 2 + log 1/4 = -log 2.
    double expected = Math.log(2 * Math.PI * Math.E) - Math.log(2);
    assertArrayEquals(new double[] {expected, expected}, entropy, 1e-12);
  }

  @Test
  void gaussianSamplesHaveTheirMeanAndDeviation() {
    double[] sample =
        compute(
            rows(new double[] {3, -1}),
            new int[] {MANY, 2},
            new double[] {Math.log(2), Math.log(.5)},
            (tracer, in) ->
                new DiagonalGaussian(in[0], in[1])
                    .sample(tracer, pair(tracer, 5), pair(tracer, 1), 7));
    double[] sum = new double[2];
    double[] squares = new double[2];
    double both = 0;
    for (int i = 0; i < sample.length; i += 2) {
      double a = (sample[i] - 3) / 2;
      double b = (sample[i + 1] + 1) / .5;
      sum[0] += a / MANY;
      sum[1] += b / MANY;
      squares[0] += a * a / MANY;
      squares[1] += b * b / MANY;
      both += a * b / MANY;
    }
    // Deviations over 20,000 standard normals: mean .007, mean square .01, mean product .007.
    assertArrayEquals(new double[] {0, 0}, sum, .032);
    assertArrayEquals(new double[] {1, 1}, squares, .045);
    assertEquals(0, both, .032);
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    Graph.trace(
        "shapes",
        tracer -> {
          Tensor mean = tracer.input("mean", 4, 2);
          Tensor wrong = tracer.input("wrong", 3);
          assertThrows(IllegalArgumentException.class, () -> new DiagonalGaussian(mean, wrong));
          assertThrows(IllegalArgumentException.class, () -> new Categorical(tracer, wrong));
          tracer.output("mean", mean);
        });
  }
}
