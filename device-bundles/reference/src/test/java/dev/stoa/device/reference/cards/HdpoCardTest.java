package dev.stoa.device.reference.cards;

import static dev.stoa.device.reference.cards.Card.random;
import static dev.stoa.device.reference.cards.Card.real;
import static dev.stoa.device.reference.cards.Card.softplus;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.tensor.Graph;
import dev.stoa.tensor.ScanOptions;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Hindsight differentiable policy optimisation: Alvo et al., "Deep reinforcement learning for
 * inventory networks" (2023). The cost of one store over 50 periods of known demand, derived
 * through the simulator by what the ordering policy is made of.
 */
class HdpoCardTest {
  private static final int PERIODS = 50;
  private static final int SCENARIOS = 3;
  private static final int LEAD = 4;
  private static final int HIDDEN = 3;
  private static final double SHORTAGE = 9;
  private static final double HOLDING = 1;

  /** Orders {@code [scenario]} from the state: on hand and by arrival, {@code [scenario, lead]}. */
  private interface Policy {
    Tensor order(Tensor state);
  }

  /**
   * The mean cost. In each period: order, then demand, then cost of what is short or left; unmet
   * demand waits, or is lost; an order arrives the lead time after.
   */
  private static Tensor cost(
      Tracer t, ScanOptions options, boolean lost, Tensor start, Tensor demand, Policy policy) {
    Tensor costs =
        t.scan(
                options,
                List.of(start),
                List.of(demand),
                (s, carry, x) -> {
                  Tensor state = carry.get(0);
                  Tensor order = policy.order(state).reshape(SCENARIOS, 1);
                  Tensor queue = s.concatenate(1, state.slice(1, 1, LEAD), order);
                  Tensor left = state.slice(1, 0, 1).sub(x.get(0).reshape(SCENARIOS, 1));
                  Tensor cost = left.neg().max(0).mul(SHORTAGE).add(left.max(0).mul(HOLDING));
                  Tensor onHand = (lost ? left.max(0) : left).add(queue.slice(1, 0, 1));
                  Tensor next = s.concatenate(1, onHand, queue.slice(1, 1, LEAD));
                  return Step.of(next, cost.reshape(SCENARIOS));
                })
            .output(0);
    return costs.mean();
  }

  private static final List<String> NETWORK = List.of("b", "c", "v", "w");

  private static Map<String, TensorType> types() {
    Map<String, TensorType> types = new TreeMap<>();
    types.put("start", real(SCENARIOS, LEAD));
    types.put("demand", real(PERIODS, SCENARIOS));
    types.put("w", real(LEAD, HIDDEN));
    types.put("b", real(HIDDEN));
    types.put("v", real(HIDDEN, 1));
    types.put("c", real(1));
    return types;
  }

  private static Map<String, double[]> data() {
    Map<String, double[]> data = new TreeMap<>();
    types()
        .forEach(
            (name, type) ->
                data.put(name, random(name.hashCode(), type.shape().size(), -0.3, 0.3)));
    data.put("start", random(3, SCENARIOS * LEAD, 2, 7));
    data.put("demand", random(4, SCENARIOS * PERIODS, 2, 8));
    data.put("c", new double[] {4});
    return data;
  }

  /** One hidden layer, and softplus of its output plus 1. */
  private static Graph network(ScanOptions options, boolean lost) {
    return Graph.trace(
        "hdpo",
        t -> {
          Map<String, Tensor> in = Card.inputs(t, types());
          Tensor cost =
              cost(
                  t,
                  options,
                  lost,
                  in.get("start"),
                  in.get("demand"),
                  state -> {
                    Tensor hidden = state.dot(in.get("w")).add(in.get("b")).tanh();
                    return softplus(hidden.dot(in.get("v")).add(in.get("c")).add(1));
                  });
          Card.outputs(t, cost, in, NETWORK);
        });
  }

  @Test
  void theGradientThroughFiftyPeriodsIsTheLimitOfDifferences() {
    for (boolean lost : new boolean[] {false, true}) {
      Card.compare(network(ScanOptions.of(PERIODS), lost), data(), NETWORK);
      Card.compare(network(ScanOptions.of(PERIODS).recomputed(), lost), data(), NETWORK);
    }
  }

  private static Graph baseStock() {
    return Graph.trace(
        "base stock",
        t -> {
          Tensor level = t.input("level", real());
          Tensor demand = t.input("demand", real(PERIODS, SCENARIOS));
          Tensor cost =
              cost(
                  t,
                  ScanOptions.of(PERIODS),
                  false,
                  t.constant(real(SCENARIOS, LEAD), 0),
                  demand,
                  state -> level.sub(state.sum(1)).max(0));
          t.output("cost", cost);
          t.output("slope", t.gradient(cost, level).get(0));
          t.output("byDemand", t.gradient(cost, demand).get(0));
        });
  }

  /**
   * Ordering up to a level S from an empty store: the first order comes after the lead time L, and
   * from then on period t ends with S less the demand of periods t - L to t; before, with minus the
   * demand so far. By S each of those periods costs 1 more where something is left and 9 less where
   * something is short; by the demand of period u the opposite in all periods in which it counts.
   */
  @Test
  void aBaseStockPolicyHasItsClosedForm() {
    double level = 26;
    double[] demand = random(4, SCENARIOS * PERIODS, 2, 8);
    double cost = 0;
    double slope = 0;
    double[] byDemand = new double[demand.length];
    int scarce = 0;
    for (int b = 0; b < SCENARIOS; b++) {
      for (int t = 0; t < PERIODS; t++) {
        double left = t < LEAD ? 0 : level;
        for (int u = Math.max(0, t - LEAD); u <= t; u++) {
          left -= demand[u * SCENARIOS + b];
        }
        double rate = left > 0 ? HOLDING : -SHORTAGE;
        cost += left * rate;
        scarce += t >= LEAD && left < 0 ? 1 : 0;
        slope += t < LEAD ? 0 : rate;
        for (int u = Math.max(0, t - LEAD); u <= t; u++) {
          byDemand[u * SCENARIOS + b] -= rate;
        }
      }
    }
    int n = SCENARIOS * PERIODS;
    // Both kinds of periods are met.
    assertTrue(scarce > 5 && scarce < n - 20, scarce + " periods are short");
    Map<String, double[]> results =
        Card.run(baseStock(), Map.of("level", new double[] {level}, "demand", demand));
    assertEquals(cost / n, results.get("cost")[0], 1e-11);
    assertEquals(slope / n, results.get("slope")[0], 1e-12);
    for (int i = 0; i < n; i++) {
      assertEquals(byDemand[i] / n, results.get("byDemand")[i], 1e-12, "demand " + i);
    }
  }
}
