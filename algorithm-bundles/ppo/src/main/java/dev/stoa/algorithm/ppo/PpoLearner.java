package dev.stoa.algorithm.ppo;

import dev.stoa.algorithm.LearnerContext;
import dev.stoa.environment.Space;
import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.lib.learners.StateArrays;
import dev.stoa.run.Episode;
import dev.stoa.run.StepReport;
import dev.stoa.run.Task;
import dev.stoa.state.State;
import dev.stoa.tensor.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * PPO: collect a rollout, estimate advantages, update for some epochs, and again. A step of the run
 * is one step of all environment copies, one estimate, or one gradient step on one minibatch.
 */
final class PpoLearner implements Task {
  /** Purpose of the stream that shuffles transitions. */
  private static final int SHUFFLING = 0x70706F20;

  private enum Phase {
    COLLECT,
    ESTIMATE,
    UPDATE
  }

  // Parameters are read once: a bound annotation may convert its value anew at every call.
  private final boolean normalizeObservations;
  private final boolean normalizeRewards;
  private final boolean bootstrapOnTruncation;
  private final double discount;
  private final double gaeLambda;
  private final int epochs;
  private final int minibatchSize;
  private final double targetKl;
  private final Schedule schedule;

  private final VectorEnvironment environment;
  private final Transitions transitions;
  private final PpoGraphs graphs;
  private final PpoDevice device;
  private final Rollout rollout;
  private final ObservationNormaliser observationNormaliser;
  private final RewardNormaliser rewardNormaliser;
  private final RandomStream shuffling;
  private final StepReport collected;

  // Scratch: nothing here outlives a step.
  private final int[] choices;
  private final float[] vectors;
  private final float[] low;
  private final float[] high;
  private final float[] finalObservation;
  private final float[] values;
  private final float[] diagnostics = new float[PpoGraphs.DIAGNOSTICS.size()];

  // From here on: the state, beside that of the parts above.
  private Phase phase = Phase.COLLECT;
  private boolean started;
  private long taken;
  private long iteration;
  private final float[] observation;
  private final double[] episodeReturns;
  private final int[] episodeLengths;
  private int epoch;
  private int minibatch;
  private final int[] order;
  private final double[] epochSums = new double[PpoGraphs.DIAGNOSTICS.size()];
  private final double[] iterationSums = new double[PpoGraphs.DIAGNOSTICS.size()];
  private int updates;

  PpoLearner(LearnerContext context, PpoParameters parameters) {
    normalizeObservations = parameters.normalizeObservations();
    normalizeRewards = parameters.normalizeRewards();
    bootstrapOnTruncation = parameters.bootstrapOnTruncation();
    discount = parameters.discount();
    gaeLambda = parameters.gaeLambda();
    epochs = parameters.epochs();
    minibatchSize = parameters.minibatchSize();
    targetKl = parameters.targetKl();
    schedule = Schedule.of(parameters, context.scheduleSteps());
    int copies = parameters.environments();
    graphs = new PpoGraphs(context.environment(), parameters);
    int observationSize = graphs.observationSize();
    int actionSize = graphs.actionSize();
    rollout =
        new Rollout(
            parameters.rolloutSteps(), copies, observationSize, actionSize, graphs.discrete());
    observationNormaliser =
        new ObservationNormaliser(observationSize, parameters.observationClip());
    rewardNormaliser = new RewardNormaliser(copies, discount, parameters.rewardClip());
    shuffling = new RandomStream(context.seed(), SHUFFLING, 0);
    collected = new StepReport(copies, List.of(), Map.of());
    transitions = new Transitions(copies, observationSize);
    choices = new int[copies];
    vectors = new float[copies * actionSize];
    low = context.environment().action() instanceof Space.Box box ? box.low() : new float[0];
    high = context.environment().action() instanceof Space.Box box ? box.high() : new float[0];
    finalObservation = new float[copies * observationSize];
    values = new float[copies];
    observation = new float[copies * observationSize];
    episodeReturns = new double[copies];
    episodeLengths = new int[copies];
    order = new int[rollout.batch()];
    environment = context.environment(copies);
    device =
        new PpoDevice(
            context.device(), graphs, context.seed(), copies, rollout.batch(), minibatchSize);
  }

  @Override
  public StepReport step() {
    return switch (phase) {
      case COLLECT -> collect();
      case ESTIMATE -> estimate();
      case UPDATE -> update();
    };
  }

  /** One step of all copies. */
  private StepReport collect() {
    if (!started) {
      environment.reset(transitions);
      see(transitions.observation);
      started = true;
    }
    device.decide(observation, taken / rollout.copies, rollout);
    act();
    taken += rollout.copies;
    see(transitions.observation);
    StepReport report = reward();
    rollout.advance();
    if (rollout.full()) {
      phase = Phase.ESTIMATE;
    }
    return report;
  }

  /** Keeps the observation decided on, and steps the environment. */
  private void act() {
    int row = rollout.row();
    System.arraycopy(
        observation, 0, rollout.observations, row * rollout.observationSize, observation.length);
    if (graphs.discrete()) {
      System.arraycopy(rollout.choices, row, choices, 0, choices.length);
      environment.step(choices, transitions);
      return;
    }
    // The environment gets an action within its bounds; what is learned from is the one drawn.
    for (int i = 0; i < vectors.length; i++) {
      int component = i % low.length;
      float drawn = rollout.vectors[row * rollout.actionSize + i];
      vectors[i] = Math.min(high[component], Math.max(low[component], drawn));
    }
    environment.step(vectors, transitions);
  }

  /** Takes in a new observation of every copy. */
  private void see(float[] raw) {
    if (normalizeObservations) {
      observationNormaliser.observe(raw);
    }
    normalise(raw, observation);
  }

  private void normalise(float[] raw, float[] out) {
    if (normalizeObservations) {
      observationNormaliser.normalise(raw, out);
    } else {
      System.arraycopy(raw, 0, out, 0, raw.length);
    }
  }

  /** Keeps rewards and ends of the step just taken, and tells of episodes that ended with it. */
  private StepReport reward() {
    int row = rollout.row();
    if (normalizeRewards) {
      rewardNormaliser.normalise(transitions.reward, rollout.rewards, row);
    } else {
      System.arraycopy(transitions.reward, 0, rollout.rewards, row, rollout.copies);
    }
    boolean anyEnded = false;
    boolean anyCutOff = false;
    for (int i = 0; i < rollout.copies; i++) {
      episodeReturns[i] += transitions.reward[i];
      episodeLengths[i]++;
      boolean ended = transitions.terminated[i] || transitions.truncated[i];
      rollout.ended[row + i] = ended;
      anyEnded |= ended;
      anyCutOff |= cutOff(i);
    }
    if (anyCutOff && bootstrapOnTruncation) {
      normalise(transitions.next, finalObservation);
      device.value(finalObservation, values);
      for (int i = 0; i < rollout.copies; i++) {
        if (cutOff(i)) {
          rollout.rewards[row + i] += discount * values[i];
        }
      }
    }
    return anyEnded ? new StepReport(rollout.copies, endedEpisodes(), Map.of()) : collected;
  }

  private boolean cutOff(int copy) {
    return transitions.truncated[copy] && !transitions.terminated[copy];
  }

  private List<Episode> endedEpisodes() {
    List<Episode> episodes = new ArrayList<>();
    for (int i = 0; i < rollout.copies; i++) {
      if (rollout.ended[rollout.row() + i]) {
        episodes.add(new Episode(episodeReturns[i], episodeLengths[i]));
        episodeReturns[i] = 0;
        episodeLengths[i] = 0;
        rewardNormaliser.ended(i);
      }
    }
    return episodes;
  }

  /** Advantages and returns of the full rollout. */
  private StepReport estimate() {
    device.value(observation, values);
    Estimators.advantages(
        rollout.rewards,
        rollout.values,
        rollout.ended,
        values,
        discount,
        gaeLambda,
        rollout.advantages,
        rollout.returns);
    device.load(rollout);
    epoch = 0;
    updates = 0;
    Arrays.fill(iterationSums, 0);
    shuffle();
    phase = Phase.UPDATE;
    return StepReport.NOTHING;
  }

  /** Another order of the transitions for the epoch that begins. */
  private void shuffle() {
    shuffling.permutation(order, order.length);
    minibatch = 0;
    Arrays.fill(epochSums, 0);
  }

  /** One gradient step on one minibatch. */
  private StepReport update() {
    long before = taken - rollout.batch();
    double learningRate = schedule.learningRate(before);
    device.update(
        order, minibatch * minibatchSize, learningRate, schedule.clipRange(before), diagnostics);
    requireFinite();
    for (int i = 0; i < diagnostics.length; i++) {
      epochSums[i] += diagnostics[i];
      iterationSums[i] += diagnostics[i];
    }
    updates++;
    minibatch++;
    if (minibatch < order.length / minibatchSize) {
      return StepReport.NOTHING;
    }
    boolean far = targetKl > 0 && mean(epochSums, "approxKl", minibatch) > targetKl;
    epoch++;
    if (far || epoch >= epochs) {
      return finish(learningRate);
    }
    shuffle();
    return StepReport.NOTHING;
  }

  private static double mean(double[] sums, String name, int count) {
    return sums[PpoGraphs.DIAGNOSTICS.indexOf(name)] / count;
  }

  private void requireFinite() {
    for (int i = 0; i < diagnostics.length; i++) {
      if (!Float.isFinite(diagnostics[i])) {
        throw new ArithmeticException(
            "ppo: "
                + PpoGraphs.DIAGNOSTICS.get(i)
                + " became "
                + diagnostics[i]
                + " in iteration "
                + (iteration + 1)
                + ", epoch "
                + (epoch + 1)
                + ", minibatch "
                + (minibatch + 1)
                + "; the update was not made. A smaller learningRate or"
                + " normalizeObservations=true may help");
      }
    }
  }

  /** The rollout has been learned from: tells how it went and begins the next. */
  private StepReport finish(double learningRate) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (String name : PpoGraphs.DIAGNOSTICS) {
      metrics.put(name, mean(iterationSums, name, updates));
    }
    metrics.put("learningRate", learningRate);
    Estimators.explainedVariance(rollout.values, rollout.returns)
        .ifPresent(share -> metrics.put("explainedVariance", share));
    iteration++;
    rollout.clear();
    phase = Phase.COLLECT;
    return new StepReport(0, List.of(), metrics);
  }

  @Override
  public boolean settled() {
    return phase == Phase.COLLECT;
  }

  @Override
  public State save() {
    State.Builder state = State.of(Ppo.SCHEMA);
    state.text("phase", phase.name()).flag("started", started);
    state.integer("transitions", taken).integer("iteration", iteration);
    device.save(state);
    rollout.save(state);
    state.array("observation", transitions.observation, rollout.copies, rollout.observationSize);
    state.array("episodeReturns", episodeReturns).array("episodeLengths", episodeLengths);
    state.integer("shufflingPosition", shuffling.position());
    if (normalizeObservations) {
      observationNormaliser.save(state);
    }
    if (normalizeRewards) {
      rewardNormaliser.save(state);
    }
    if (phase == Phase.UPDATE) {
      rollout.saveEstimates(state);
      state.integer("epoch", epoch).integer("minibatch", minibatch).integer("updates", updates);
      state.array("iterationSums", iterationSums).array("epochSums", epochSums);
      state.array("order", order);
    }
    return state.build();
  }

  @Override
  public void restore(State state) {
    phase = Phase.valueOf(state.text("phase"));
    started = state.flag("started");
    taken = state.integer("transitions");
    iteration = state.integer("iteration");
    device.restore(state);
    rollout.restore(state);
    StateArrays.read(state, "observation", transitions.observation);
    StateArrays.read(state, "episodeReturns", episodeReturns);
    StateArrays.read(state, "episodeLengths", episodeLengths);
    shuffling.position(state.integer("shufflingPosition"));
    if (normalizeObservations) {
      observationNormaliser.restore(state);
    }
    // The moments are those with which this observation was normalised when it came.
    normalise(transitions.observation, observation);
    if (normalizeRewards) {
      rewardNormaliser.restore(state);
    }
    if (phase == Phase.UPDATE) {
      rollout.restoreEstimates(state);
      epoch = Math.toIntExact(state.integer("epoch"));
      minibatch = Math.toIntExact(state.integer("minibatch"));
      updates = Math.toIntExact(state.integer("updates"));
      StateArrays.read(state, "iterationSums", iterationSums);
      StateArrays.read(state, "epochSums", epochSums);
      StateArrays.read(state, "order", order);
      device.load(rollout);
    }
  }

  @Override
  public void close() {
    device.close();
  }
}
