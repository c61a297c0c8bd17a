package dev.stoa.device.reference.cards;

import static dev.stoa.device.reference.cards.Card.gru;
import static dev.stoa.device.reference.cards.Card.logSoftmax;
import static dev.stoa.device.reference.cards.Card.pick;
import static dev.stoa.device.reference.cards.Card.random;
import static dev.stoa.device.reference.cards.Card.real;
import static dev.stoa.device.reference.cards.Card.whole;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.stoa.tensor.Graph;
import dev.stoa.tensor.ScanOptions;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Recurrent PPO: Schulman et al., "Proximal policy optimization algorithms" (2017), with the
 * recurrent policy of Huang et al., "The 37 implementation details" (2022): the state is zero at an
 * episode's start, minibatches are whole sequences, and the state before the first step is given.
 */
class RecurrentPpoCardTest {
  private static final int STEPS = 4;
  private static final int SEQUENCES = 2;
  private static final int OBSERVED = 2;
  private static final int HIDDEN = 3;
  private static final int ACTIONS = 3;
  private static final double CLIP = 0.2;
  private static final double VALUE_WEIGHT = 0.5;
  private static final double ENTROPY_WEIGHT = 0.01;

  private static final List<String> PARAMETERS = List.of("b", "pi", "piBias", "u", "v", "w");

  private static Map<String, TensorType> types() {
    Map<String, TensorType> types = new TreeMap<>();
    types.put("observations", real(STEPS, SEQUENCES, OBSERVED));
    types.put("starts", real(STEPS, SEQUENCES));
    types.put("actions", whole(STEPS, SEQUENCES));
    for (String each : List.of("oldLogp", "advantages", "returns", "oldValues")) {
      types.put(each, real(STEPS, SEQUENCES));
    }
    types.put("state", real(SEQUENCES, HIDDEN));
    types.put("w", real(OBSERVED, 3 * HIDDEN));
    types.put("u", real(HIDDEN, 3 * HIDDEN));
    types.put("b", real(3 * HIDDEN));
    types.put("pi", real(HIDDEN, ACTIONS));
    types.put("piBias", real(ACTIONS));
    types.put("v", real(HIDDEN, 1));
    return types;
  }

  /** Random data; the second sequence begins a new episode at its third step. */
  private static Map<String, double[]> data() {
    Map<String, double[]> data = new TreeMap<>();
    types()
        .forEach(
            (name, type) ->
                data.put(name, random(name.hashCode(), type.shape().size(), -0.8, 0.8)));
    data.put("starts", new double[] {0, 0, 0, 0, 0, 1, 0, 0});
    data.put("actions", new double[] {0, 2, 1, 1, 2, 0, 0, 1});
    data.put("oldLogp", random(1, STEPS * SEQUENCES, -1.4, -0.8));
    return data;
  }

  /** Hidden states of all steps, {@code [step, sequence, hidden]}. */
  private static Tensor unrolled(Tracer t, ScanOptions options, Map<String, Tensor> in) {
    return t.scan(
            options,
            List.of(in.get("state")),
            List.of(in.get("observations"), in.get("starts")),
            (s, carry, x) -> {
              Tensor goesOn = x.get(1).neg().add(1).reshape(SEQUENCES, 1);
              Tensor state =
                  gru(x.get(0), carry.get(0).mul(goesOn), in.get("w"), in.get("u"), in.get("b"));
              return Step.of(state, state);
            })
        .output(0);
  }

  /** The same step by step. */
  private static Tensor byHand(Tracer t, Map<String, Tensor> in) {
    Tensor state = in.get("state");
    List<Tensor> states = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      Tensor start = in.get("starts").slice(0, i, i + 1).reshape(SEQUENCES, 1);
      Tensor x = in.get("observations").slice(0, i, i + 1).reshape(SEQUENCES, OBSERVED);
      Tensor kept = state.mul(start.neg().add(1));
      state = gru(x, kept, in.get("w"), in.get("u"), in.get("b"));
      states.add(state.reshape(1, SEQUENCES, HIDDEN));
    }
    return t.concatenate(0, states.toArray(Tensor[]::new));
  }

  private static Tensor logp(Tensor hidden, Map<String, Tensor> in) {
    Tensor rows = hidden.reshape(-1, HIDDEN);
    return logSoftmax(rows.dot(in.get("pi")).add(in.get("piBias")));
  }

  private static Tensor policyLoss(Tensor logp, Map<String, Tensor> in) {
    Tensor advantages = in.get("advantages").reshape(-1);
    Tensor centred = advantages.sub(advantages.mean());
    int n = STEPS * SEQUENCES;
    Tensor deviation = centred.square().sum().div(n - 1).sqrt();
    Tensor a = centred.div(deviation.add(1e-8));
    Tensor taken = pick(logp, in.get("actions").reshape(-1));
    Tensor ratio = taken.sub(in.get("oldLogp").reshape(-1)).exp();
    return ratio.mul(a).neg().max(ratio.clip(1 - CLIP, 1 + CLIP).mul(a).neg()).mean();
  }

  private static Tensor valueLoss(Tensor hidden, Map<String, Tensor> in) {
    Tensor values = hidden.reshape(-1, HIDDEN).dot(in.get("v")).reshape(-1);
    Tensor old = in.get("oldValues").reshape(-1);
    Tensor returns = in.get("returns").reshape(-1);
    Tensor clipped = old.add(values.sub(old).clip(-CLIP, CLIP));
    return values.sub(returns).square().max(clipped.sub(returns).square()).mean().mul(0.5);
  }

  private static Tensor loss(Tensor hidden, Map<String, Tensor> in) {
    Tensor logp = logp(hidden, in);
    Tensor entropy = logp.exp().mul(logp).sum(1).neg().mean();
    return policyLoss(logp, in)
        .add(valueLoss(hidden, in).mul(VALUE_WEIGHT))
        .sub(entropy.mul(ENTROPY_WEIGHT));
  }

  private static Graph graph(ScanOptions options) {
    return Graph.trace(
        "recurrent ppo",
        t -> {
          Map<String, Tensor> in = Card.inputs(t, types());
          Card.outputs(t, loss(unrolled(t, options, in), in), in, PARAMETERS);
        });
  }

  @Test
  void theGradientIsTheLimitOfDifferences() {
    Card.compare(graph(ScanOptions.of(STEPS)), data(), PARAMETERS);
    Card.compare(graph(ScanOptions.of(STEPS).recomputed()), data(), PARAMETERS);
  }

  @Test
  void aScanIsWhatItsStepsAreOneAfterTheOther() {
    Graph steps =
        Graph.trace(
            "steps",
            t -> {
              Map<String, Tensor> in = Card.inputs(t, types());
              Card.outputs(t, loss(byHand(t, in), in), in, PARAMETERS);
            });
    Map<String, double[]> expected = Card.run(steps, data());
    Map<String, double[]> results = Card.run(graph(ScanOptions.of(STEPS)), data());
    expected.forEach((name, each) -> assertArrayEquals(each, results.get(name), 1e-14, name));
  }

  /** The second sequence's episode began at its third step: what was before is not remembered. */
  @Test
  void nothingIsRememberedAcrossAnEpisodesStart() {
    Graph graph =
        Graph.trace(
            "memory",
            t -> {
              Map<String, Tensor> in = Card.inputs(t, types());
              Tensor hidden = unrolled(t, ScanOptions.of(STEPS), in);
              Tensor last = hidden.slice(0, STEPS - 1, STEPS).sum();
              List<Tensor> by = t.gradient(last, in.get("observations"), in.get("state"));
              t.output("byObservation", by.get(0).square().sum(2));
              t.output("byState", by.get(1).square().sum(1));
            });
    Map<String, double[]> results = Card.run(graph, data());
    double[] by = results.get("byObservation");
    for (int step = 0; step < STEPS; step++) {
      assertNotEquals(0, by[2 * step], "step " + step);
      assertEquals(step < 2, by[2 * step + 1] == 0, "step " + step);
    }
    assertNotEquals(0, results.get("byState")[0]);
    assertEquals(0, results.get("byState")[1]);
  }

  /** Where the ratio is 1 the gradient is that of -A log pi. */
  @Test
  void atRatioOneTheGradientIsThatOfTheLikelihood() {
    Graph graph =
        Graph.trace(
            "ratio one",
            t -> {
              Map<String, Tensor> in = Card.inputs(t, types());
              Tensor logp = logp(unrolled(t, ScanOptions.of(STEPS), in), in);
              Tensor taken = pick(logp, in.get("actions").reshape(-1));
              Tensor a = in.get("advantages").reshape(-1);
              Tensor ratio = taken.sub(taken.stopGradient()).exp();
              Tensor clipped = ratio.clip(1 - CLIP, 1 + CLIP);
              Tensor loss = ratio.mul(a).neg().max(clipped.mul(a).neg()).mean();
              Tensor likelihood = a.mul(taken).mean().neg();
              for (String name : List.of("w", "u", "pi")) {
                t.output(name, t.gradient(loss, in.get(name)).get(0));
                t.output(name + "'", t.gradient(likelihood, in.get(name)).get(0));
              }
            });
    Map<String, double[]> results = Card.run(graph, data());
    for (String name : List.of("w", "u", "pi")) {
      assertArrayEquals(results.get(name + "'"), results.get(name), 1e-15, name);
    }
  }
}
