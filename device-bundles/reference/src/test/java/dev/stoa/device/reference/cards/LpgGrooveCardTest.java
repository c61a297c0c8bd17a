package dev.stoa.device.reference.cards;

import static dev.stoa.device.reference.cards.Card.gru;
import static dev.stoa.device.reference.cards.Card.logSoftmax;
import static dev.stoa.device.reference.cards.Card.pick;
import static dev.stoa.device.reference.cards.Card.random;
import static dev.stoa.device.reference.cards.Card.real;
import static dev.stoa.device.reference.cards.Card.whole;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.ScanOptions;
import dev.stoa.tensor.ScanResult;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The learned policy gradient (Oh et al., "Discovering reinforcement learning algorithms", 2020) as
 * in GROOVE (Jackson et al., 2023): a network tells, for each step of a rollout, how the agent's
 * policy and its critic's categorical prediction are to change; the agent makes some updates, and
 * the loss of the last agent is derived through all of them by the network's parameters.
 */
class LpgGrooveCardTest {
  private static final int UPDATES = 2;
  private static final int STEPS = 3;
  private static final int STATES = 2;
  private static final int ACTIONS = 2;
  private static final int CATEGORIES = 3;
  private static final int HIDDEN = 3;

  private static final List<String> ALL =
      List.of("b", "critic", "e1", "e2", "p", "policy", "q", "u", "w");

  /** What the network says of each step: {@code [step]} and {@code [step, category]}. */
  private record Targets(Tensor policy, Tensor prediction) {}

  /** A rollout, by step: states and actions int32, the others real. */
  private record Rollout(Tensor states, Tensor next, Tensor actions, Tensor rewards, Tensor dones) {
    static Rollout of(List<Tensor> x) {
      return new Rollout(x.get(0), x.get(1), x.get(2), x.get(3), x.get(4));
    }
  }

  /** Steps of a rate along a gradient cut at a norm. */
  private record Descent(double rate, double largestNorm) {}

  /** Makes targets of a rollout and the agent's logits {@code [state, .]}. */
  private interface Rule {
    Targets targets(Tracer t, Rollout rollout, Tensor policy, Tensor critic);
  }

  private static Map<String, TensorType> types() {
    Map<String, TensorType> types = new TreeMap<>();
    for (String each : List.of("states", "next", "actions")) {
      types.put(each, whole(UPDATES, STEPS));
    }
    types.put("rewards", real(UPDATES, STEPS));
    types.put("dones", real(UPDATES, STEPS));
    types.put("lastStates", whole(STEPS));
    types.put("lastActions", whole(STEPS));
    types.put("lastAdvantages", real(STEPS));
    types.put("policy", real(STATES, ACTIONS));
    types.put("critic", real(STATES, CATEGORIES));
    types.put("e1", real(CATEGORIES, 4));
    types.put("e2", real(4, 1));
    types.put("w", real(5, 3 * HIDDEN));
    types.put("u", real(HIDDEN, 3 * HIDDEN));
    types.put("b", real(3 * HIDDEN));
    types.put("p", real(HIDDEN, 1));
    types.put("q", real(HIDDEN, CATEGORIES));
    return types;
  }

  private static Map<String, double[]> data() {
    Map<String, double[]> data = new TreeMap<>();
    types()
        .forEach(
            (name, type) ->
                data.put(name, random(name.hashCode(), type.shape().size(), -0.9, 0.9)));
    data.put("states", new double[] {0, 1, 0, 1, 1, 0});
    data.put("next", new double[] {1, 0, 1, 1, 0, 1});
    data.put("actions", new double[] {0, 1, 1, 1, 0, 0});
    data.put("rewards", new double[] {1, 0, -1, 0.5, 2, 0});
    data.put("dones", new double[] {0, 1, 0, 0, 0, 1});
    data.put("lastStates", new double[] {1, 0, 0});
    data.put("lastActions", new double[] {0, 1, 0});
    return data;
  }

  /** A network over the rollout from its end to its start, whose memory an episode's end clears. */
  private static Rule learned(Map<String, Tensor> eta) {
    return (t, rollout, policy, critic) -> {
      Tensor done = rollout.dones().reshape(STEPS, 1);
      Tensor taken = pick(logSoftmax(policy.gather(rollout.states())), rollout.actions()).exp();
      Tensor here = embedding(critic.gather(rollout.states()), eta);
      Tensor there = embedding(critic.gather(rollout.next()), eta).mul(done.neg().add(1));
      Tensor rewards = rollout.rewards().reshape(STEPS, 1);
      Tensor in = t.concatenate(1, rewards, done, taken.reshape(STEPS, 1), here, there);
      Tensor states =
          t.scan(
                  ScanOptions.of(STEPS).reversed(),
                  List.of(t.constant(real(1, HIDDEN), 0)),
                  List.of(in, done),
                  (s, carry, x) -> {
                    Tensor kept = carry.get(0).mul(x.get(1).neg().add(1));
                    Tensor row = x.get(0).reshape(1, 5);
                    Tensor state = gru(row, kept, eta.get("w"), eta.get("u"), eta.get("b"));
                    return Step.of(state, state.reshape(HIDDEN));
                  })
              .output(0)
              .max(0);
      return new Targets(
          states.dot(eta.get("p")).reshape(STEPS), logSoftmax(states.dot(eta.get("q"))).exp());
    };
  }

  private static Tensor embedding(Tensor logits, Map<String, Tensor> eta) {
    return logSoftmax(logits).exp().dot(eta.get("e1")).tanh().dot(eta.get("e2"));
  }

  /** The agent's loss: mean of log pi times its target, half the divergence from the prediction. */
  private static Tensor agentLoss(Rollout rollout, Targets targets, Tensor policy, Tensor critic) {
    Tensor logp = pick(logSoftmax(policy.gather(rollout.states())), rollout.actions());
    Tensor y = logSoftmax(critic.gather(rollout.states()));
    Tensor divergence = y.exp().mul(y.sub(targets.prediction().log())).sum(1);
    return logp.mul(targets.policy()).mean().add(divergence.mean().mul(0.5));
  }

  /**
   * The agent's updates, each over one rollout: carries policy and critic, outputs targets and
   * norms. Targets are held when the loss is derived by the agent; the meta-gradient goes through
   * them.
   */
  private static ScanResult updates(
      Tracer t,
      ScanOptions options,
      Rule rule,
      Descent descent,
      List<Tensor> agent,
      List<Tensor> data) {
    return t.scan(
        options,
        agent,
        data,
        (s, carry, x) -> {
          Rollout rollout = Rollout.of(x);
          Targets targets = rule.targets(s, rollout, carry.get(0), carry.get(1));
          Tensor loss = agentLoss(rollout, targets, carry.get(0), carry.get(1));
          List<Tensor> held = List.of(targets.policy(), targets.prediction());
          List<Tensor> slopes = s.gradient(loss, held, carry.get(0), carry.get(1));
          Tensor norm = slopes.get(0).square().sum().add(slopes.get(1).square().sum()).sqrt();
          Tensor scale = norm.pow(-1).mul(descent.largestNorm()).min(1).mul(descent.rate());
          return Step.of(
              List.of(
                  carry.get(0).sub(slopes.get(0).mul(scale)),
                  carry.get(1).sub(slopes.get(1).mul(scale))),
              List.of(targets.policy(), targets.prediction(), norm));
        });
  }

  private static Tensor entropy(Tensor logp) {
    return logp.exp().mul(logp).sum(1).mean().neg();
  }

  private static Tensor metaLoss(ScanResult updates, Map<String, Tensor> in) {
    Tensor policy = logSoftmax(updates.carry(0).gather(in.get("lastStates")));
    Tensor critic = logSoftmax(updates.carry(1).gather(in.get("lastStates")));
    Tensor logp = pick(policy, in.get("lastActions"));
    return in.get("lastAdvantages")
        .mul(logp)
        .mean()
        .neg()
        .sub(entropy(policy).mul(0.05))
        .add(updates.output(0).square().mean().mul(0.005))
        .sub(entropy(critic).mul(0.001))
        .add(updates.output(1).square().sum(2).mean().mul(0.001));
  }

  private static List<Tensor> data(Map<String, Tensor> in) {
    return List.of(
        in.get("states"), in.get("next"), in.get("actions"), in.get("rewards"), in.get("dones"));
  }

  private static Graph graph(ScanOptions options, Descent descent) {
    return Graph.trace(
        "lpg",
        t -> {
          Map<String, Tensor> in = Card.inputs(t, types());
          List<Tensor> agent = List.of(in.get("policy"), in.get("critic"));
          ScanResult updates = updates(t, options, learned(in), descent, agent, data(in));
          Card.outputs(t, metaLoss(updates, in), in, ALL);
          t.output("norms", updates.output(2));
        });
  }

  private static void compare(Descent descent) {
    Graph graph = graph(ScanOptions.of(UPDATES), descent);
    for (double norm : Card.run(graph, data()).get("norms")) {
      assertEquals(descent.largestNorm() < 0.1, norm > descent.largestNorm(), "norm " + norm);
    }
    Card.compare(graph, data(), ALL);
  }

  /** With steps as they are and with steps that are all cut. */
  @Test
  void theMetaGradientIsTheLimitOfDifferences() {
    compare(new Descent(2, 10));
    compare(new Descent(20, 0.02));
  }

  @Test
  void stepsThatAreComputedAgainGiveTheSameMetaGradient() {
    Map<String, double[]> kept =
        Card.run(graph(ScanOptions.of(UPDATES), new Descent(2, 10)), data());
    Map<String, double[]> again =
        Card.run(graph(ScanOptions.of(UPDATES).recomputed(), new Descent(2, 10)), data());
    kept.forEach((name, each) -> assertArrayEquals(each, again.get(name), 1e-15, name));
  }

  private static double[] policyAfter(double first, double second) {
    Graph graph =
        Graph.trace(
            "rule set by hand",
            t -> {
              Tensor zero = t.constant(real(STATES, ACTIONS), 0);
              Tensor critic = t.constant(real(STATES, CATEGORIES), 0);
              Tensor advantages = t.input("advantages", real(2));
              Rule rule =
                  (s, rollout, policy, y) ->
                      new Targets(advantages.neg(), logSoftmax(y.gather(rollout.states())).exp());
              Tensor none = t.constant(whole(1, 2), 0);
              Tensor actions = t.iota(none.shape(), 1);
              Tensor zeros = none.convert(DataType.FLOAT64);
              ScanResult updates =
                  updates(
                      t,
                      ScanOptions.of(1),
                      rule,
                      new Descent(4, 0.5),
                      List.of(zero, critic),
                      List.of(none, none, actions, zeros, zeros));
              t.output("policy", updates.carry(0));
              t.output("critic", updates.carry(1));
            });
    Map<String, double[]> results =
        Card.run(graph, Map.of("advantages", new double[] {first, second}));
    assertArrayEquals(new double[STATES * CATEGORIES], results.get("critic"), 1e-15);
    return results.get("policy");
  }

  /**
   * A target of minus the advantage is a step of the policy gradient: from even odds, with actions
   * 0 and 1 of advantages 2 and 1 in state 0, (2 (1/2, -1/2) + (-1/2, 1/2)) / 2 = (1/4, -1/4), 4
   * times. At twice the advantages (1/2, -1/2) is longer than 1/2: its direction times that.
   */
  @Test
  void aTargetOfMinusTheAdvantageIsAStepOfThePolicyGradient() {
    assertArrayEquals(new double[] {1, -1, 0, 0}, policyAfter(2, 1), 1e-14);
    double cut = 4 * 0.5 / Math.sqrt(2);
    assertArrayEquals(new double[] {cut, -cut, 0, 0}, policyAfter(4, 2), 1e-14);
  }
}
