package dev.stoa.lib.networks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.cpujvm.CpuJvmDevice;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransformerTest {
  private static final int TIME = 4;

  private final DeviceSession session = new ReferenceDevice().open(DeviceContext.singleThread());

  @AfterEach
  void close() {
    session.close();
  }

  private static Transformer model(boolean tied) {
    return new Transformer("t", 5, 6, 4, 2, 2, tied);
  }

  private static final double[] TOKENS = {3, 1, 4, 1, 0, 2, 2, 3};

  private static TensorType tokens(int... extents) {
    return TensorType.of(DataType.INT32, extents);
  }

  private double[] forward(Transformer model, TestWeights weights, double... tokens) {
    return weights
        .check(
            session,
            (t, w, x) -> model.forward(t, w, x[0]).logits(),
            tokens(tokens.length / TIME, TIME))
        .values(weights.point(tokens));
  }

  @Test
  void logitsAreThoseOfPlainLoops() {
    for (boolean tied : new boolean[] {true, false}) {
      TestWeights weights = new TestWeights(model(tied).parameters());
      double[] logits = forward(model(tied), weights, TOKENS);
      PlainTransformer plain = new PlainTransformer(model(tied), weights.values);
      List<double[]> rows = new ArrayList<>(List.of(plain.logits(3, 1, 4, 1)));
      rows.addAll(List.of(plain.logits(0, 2, 2, 3)));
      double[] expected = rows.stream().flatMapToDouble(Arrays::stream).toArray();
      assertArrayEquals(expected, logits, 1e-12);
    }
  }

  /** Steps from an empty cache, all logits joined: {@code [batch, time, vocabulary]}. */
  private static Tensor stepwise(Transformer model, Tracer tracer, Weights weights, Tensor all) {
    int batch = all.shape().extent(0);
    int time = all.shape().extent(1);
    List<Tensor> cache = new ArrayList<>();
    for (int i = 0; i < model.cacheSize(); i++) {
      DataType type = weights.all().get(0).dataType();
      cache.add(tracer.constant(new TensorType(type, model.cacheShape(batch, i)), 0));
    }
    Tensor[] logits = new Tensor[time];
    for (int t = 0; t < time; t++) {
      Tensor position = tracer.constant(TensorType.of(DataType.INT32, batch), t);
      Tensor token = all.slice(1, t, t + 1).reshape(batch);
      Transformer.Output made = model.step(tracer, weights, token, position, cache);
      logits[t] = made.logits().reshape(batch, 1, model.vocabulary());
      cache = made.cache();
    }
    return tracer.concatenate(1, logits);
  }

  @Test
  void stepsWithACacheGiveTheLogitsOfAllPositionsAtOnce() {
    Transformer model = model(true);
    TestWeights weights = new TestWeights(model.parameters());
    double[] steps =
        weights
            .check(session, (t, w, x) -> stepwise(model, t, w, x[0]), tokens(2, TIME))
            .values(weights.point(TOKENS));
    assertArrayEquals(forward(model, weights, TOKENS), steps, 1e-12);
  }

  @Test
  void bothAgreeInSinglePrecisionToo() {
    Transformer model = model(false);
    TestWeights weights = new TestWeights(model.parameters(), DataType.FLOAT32);
    try (DeviceSession single = new CpuJvmDevice().open(DeviceContext.singleThread())) {
      double[] steps =
          weights
              .check(single, (t, w, x) -> stepwise(model, t, w, x[0]), tokens(2, TIME))
              .values(weights.point(TOKENS));
      double[] forward =
          weights
              .check(single, (t, w, x) -> model.forward(t, w, x[0]).logits(), tokens(2, TIME))
              .values(weights.point(TOKENS));
      // Logits of size 1; a few hundred roundings of 6e-8 each.
      assertArrayEquals(forward, steps, 2e-5);
      TestWeights exact = new TestWeights(model.parameters());
      assertArrayEquals(forward(model, exact, TOKENS), forward, 2e-5);
    }
  }

  @Test
  void sequencesOfDifferentLengthsGoOnFromThePromptsCache() {
    Transformer model = model(false);
    TestWeights weights = new TestWeights(model.parameters());
    // The first prompt is 3 1 4, the second 0 alone; what stands behind it does not matter. Both
    // go on with the token 2.
    double[] next =
        weights
            .check(
                session,
                (t, w, x) ->
                    model.step(t, w, x[1], x[2], model.forward(t, w, x[0]).cache()).logits(),
                tokens(2, 3),
                tokens(2),
                tokens(2))
            .values(
                weights.point(
                    new double[] {3, 1, 4, 0, 4, 4}, new double[] {2, 2}, new double[] {3, 1}));
    PlainTransformer plain = new PlainTransformer(model, weights.values);
    assertArrayEquals(plain.logits(3, 1, 4, 2)[3], Arrays.copyOf(next, 5), 1e-12);
    assertArrayEquals(plain.logits(0, 2)[1], Arrays.copyOfRange(next, 5, 10), 1e-12);
  }

  @Test
  void noPositionSeesALaterToken() {
    Transformer model = model(true);
    TestWeights weights = new TestWeights(model.parameters());
    double[] first = forward(model, weights, 3, 1, 4, 1);
    double[] other = forward(model, weights, 3, 1, 0, 2);
    assertArrayEquals(Arrays.copyOf(first, 10), Arrays.copyOf(other, 10), 0);
  }

  @Test
  void derivativesAreTheLimitsOfDifferences() {
    Transformer model = new Transformer("t", 3, 3, 2, 1, 1, true);
    TestWeights weights = new TestWeights(model.parameters());
    weights
        .check(session, (t, w, x) -> model.forward(t, w, x[0]).logits(), tokens(2, 3))
        .derivatives(1e-6, weights.point(new double[] {2, 1, 0, 1, 1, 2}));
  }

  @Test
  void parametersAreAsManyAsCountedByHand() {
    // Width 4, vocabulary 5, capacity 6: embeddings 44; a block: norms 2 * 8, attention 4 * 12 +
    // 12, projection 16 + 4, mlp 4 * 16 + 16 + 16 * 4 + 4 = 148, together 244; the last norm 8.
    assertEquals(44 + 2 * 244 + 8, model(true).parameters().layout().size());
    assertEquals(44 + 2 * 244 + 8 + 20, model(false).parameters().layout().size());
  }

  @Test
  void whatIsAddedToABlocksInputStartsSmaller() {
    Map<String, ParameterSpec> specs =
        model(true).parameters().specs().stream()
            .collect(Collectors.toMap(ParameterSpec::name, spec -> spec));
    assertEquals(Initialiser.normal(.02), specs.get("t/1/mlp/0/weight").initialiser());
    // Two blocks: .02 / root(4).
    assertEquals(Initialiser.normal(.01), specs.get("t/1/mlp/1/weight").initialiser());
    assertEquals(Initialiser.normal(.01), specs.get("t/0/projection/weight").initialiser());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Transformer("t", 5, 6, 4, 3, 1, true));
    Transformer model = model(true);
    Graph.trace(
        "shapes",
        t -> {
          Weights weights = model.parameters().inputs(t);
          Tensor many = t.input("many", tokens(1, 7));
          Tensor one = t.input("one", tokens(1));
          assertThrows(IllegalArgumentException.class, () -> model.forward(t, weights, many));
          IllegalArgumentException refused =
              assertThrows(
                  IllegalArgumentException.class,
                  () -> model.step(t, weights, one, one, List.of()));
          assertEquals("the cache is 4 tensors, not 0", refused.getMessage());
          t.output("none", one);
        });
  }
}
